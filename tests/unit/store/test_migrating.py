"""A database of an earlier revision, in the middle of a batch, is opened by this version and finished."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from clipmill.domain.batch import LOCAL
from clipmill.domain.row import RowState
from clipmill.store import database as module
from clipmill.store.database import Database, sqlite_url
from clipmill.store.readonly import REVISION
from clipmill.store.tenants.owners import may_have
from tests import postgres
from tests import world as worlds
from tests.world import TEMPLATE, World

OLDER = Path(__file__).parents[2] / "older"


def database_of(revision: str, folder: Path) -> Database:
    """A database as that revision left it, holding what `tests/older` has of it."""
    is_file = worlds.kind == worlds.SQLITE
    url = (
        sqlite_url(folder / "clipmill.db")
        if is_file
        else postgres.new_database(f"clipmill_{os.getpid()}_{time.monotonic_ns()}")
    )
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    with database._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for line in (OLDER / f"revision_{revision}.sql").read_text().splitlines():
            connection.exec_driver_sql(line)
        for table in ("rows", "ledger", "events") if not is_file else ():
            given = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            connection.exec_driver_sql(given)
    return database


def counted(database: Database) -> dict[str, int]:
    """How many lines each table has."""
    with database.read() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def ended(world: World, batch_id: str) -> Any:
    """The batch when it has come to rest, every law kept."""
    world.clock.advance(worlds.LEASE_SECONDS * 2)
    asyncio.run(world.worker().run(batch_id))
    return world.check_laws(batch_id)


def test_batch_of_before_there_were_tenants_is_finished_by_the_command_line(
    tmp_path: Path, each_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = database_of("0004", tmp_path)
    before = counted(older)
    older.migrate()
    assert older.revision == REVISION
    assert {table: lines for table, lines in counted(older).items() if table in before} == before | {
        "counts": before["counts"] + 2 * before["batches"]
    }, "there are two more states"
    monkeypatch.setattr(worlds, "fresh_database", lambda _folder: older)
    world = World(tmp_path)
    world.write(text("UPDATE batches SET out_folder = :out").bindparams(out=str(tmp_path / "out")))
    for number in (1, 2):
        world.engine.jobs[f"job-{number}"] = {f"bat_1_{number}.1": "made before"}
    assert world.batches.find("bat_1").tenant == LOCAL
    assert [batch.batch.id for batch in older.readonly().every()] == ["bat_1", "bat_0"]
    assert world.batches.template("bat_1") == TEMPLATE
    with older.read() as connection:
        assert [may_have(connection, LOCAL, content) for content in ("v1", "ab" * 32)] == [True, True]
        assert {line.tenant for line in connection.execute(text("SELECT tenant FROM ledger"))} == {LOCAL}
    progress = ended(world, "bat_1")
    counts = {state: rows for state, rows in progress.counts.items() if rows}
    assert counts == {RowState.DONE: 5, RowState.FAILED: 1, RowState.BLOCKED: 1}
    assert progress.balance.spent == 5_000
    assert ended(world, "bat_0").count(RowState.DONE) == 2
    assert (tmp_path / "out" / "2.txt").read_text()
    older.close()


def test_file_that_was_being_fetched_is_asked_for_anew_and_not_paid_again(
    tmp_path: Path, each_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = database_of("0004", tmp_path)
    with older._writer.begin() as connection:
        for statement in (
            "UPDATE rows SET state = 'fetching', owner = 'wrk_dead' WHERE id = 4",
            "UPDATE counts SET rows = 0 WHERE batch_id = 'bat_1' AND state = 'running'",
            "UPDATE counts SET rows = 1 WHERE batch_id = 'bat_1' AND state = 'fetching'",
            "INSERT INTO ledger (at, batch_id, row_id, attempt, kind, amount, reserved, spent) "
            "VALUES (1000001.0, 'bat_1', 4, 1, 'settle', 1, 1, 2)",
        ):
            connection.exec_driver_sql(statement)
    older.migrate()
    monkeypatch.setattr(worlds, "fresh_database", lambda _folder: older)
    world = World(tmp_path)
    world.write(text("UPDATE batches SET out_folder = :out").bindparams(out=str(tmp_path / "out")))
    world.engine.jobs |= {"job-1": {}, "job-2": {"bat_1_2.1": "made before"}}
    assert world.check_laws("bat_1").count(RowState.RUNNING) == 1
    progress = ended(world, "bat_1")
    assert (progress.count(RowState.DONE), progress.balance.spent) == (5, 5_000)
    assert (tmp_path / "out" / "2.txt").read_text() == "made before"
    assert "bat_1_2.2" not in world.engine.charges
    older.close()
