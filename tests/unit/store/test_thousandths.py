"""A database in which credits were whole, with a batch in the middle: it shows what it showed and ends exactly."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from clipmill.cli.numbers import credits_line
from clipmill.cli.session import next_steps
from clipmill.domain.batch import BatchState
from clipmill.domain.credits import LARGEST, Balance
from clipmill.domain.row import RowState
from clipmill.store import database as module
from clipmill.store.database import Database, sqlite_url
from tests import postgres, world
from tests.world import World

OLDER = json.loads((Path(__file__).parents[2] / "older" / "format_1.json").read_text())["template"][0]
FROZEN = OLDER["value"]
#: Amounts as they stood: each row costs 2 credits, and of the 7 there may be one is done and one is under way.
KEPT: dict[str, list[dict[str, Any]]] = {
    "batches": [{"id": "bat_1", "name": "test", "template_name": "small",
                 "template_version": FROZEN["version"], "engine": "fake",
                 "source": "", "out_folder": "", "state": "running", "reason": "", "priority_limit": 100,
                 "window": None, "budget": 7, "attempts": 3, "created_at": 1.0, "options": "{}"}],
    "counts": [{"batch_id": "bat_1", "state": str(state), "rows": {"done": 1, "running": 1, "ready": 3}.get(state, 0)}
               for state in RowState],
    "templates": [{"version": FROZEN["version"], "name": "small", "document": json.dumps(OLDER)}],
    "rows": [{"id": number, "batch_id": "bat_1", "number": number, "line": number + 1, "lane": "fake", "state": state,
              "priority": 100, "credits": 2, "file_name": f"{number}.txt", "attempt": int(number < 3),
              "due_at": 2.0 if state == "running" else None, "job": f"job-{number}" if number < 3 else None,
              "fence": int(number < 3), "media": "0" * 64 if state == "done" else None, "updated_at": 1.0}
             for number, state in enumerate(("done", "running", "ready", "ready", "ready"), 1)],
    "row_data": [{"row_id": number, "fields": "{}", "payload": f'{{"n":{number}}}', "payload_version": 1,
                  "reference": "", "problems": "[]", "fallbacks": "[]", "warnings": "[]"} for number in range(1, 6)],
    "attempts": [{"row_id": number, "number": 1, "lane": "fake", "key": f"bat_1_{number}.1", "payload_version": 1,
                  "seed": 7, "credits": 2, "admitted_at": 1.0, "job": f"job-{number}"} for number in (1, 2)],
    "ledger": [
        {"at": 1.0, "batch_id": "bat_1", "row_id": row, "attempt": 1, "kind": kind, "amount": 2, "reserved": reserved,
         "spent": spent}
        for row, kind, reserved, spent in ((1, "reserve", 2, 0), (2, "reserve", 4, 0), (1, "settle", 2, 2))
    ],
    "events": [{"at": 1.0, "batch_id": "bat_1", "number": number, "attempt": 1, "kind": "admitted",
                "data": '{"format":1,"value":{"credits":2}}'} for number in (1, 2)],
}  # fmt: skip


@pytest.fixture
def older(tmp_path: Path, each_database: str) -> Iterator[Database]:
    """A database as of revision 0004 with that batch in it."""
    name, sqlite = f"clipmill_{os.getpid()}_{time.monotonic_ns()}", each_database == world.SQLITE
    database = Database(sqlite_url(tmp_path / "clipmill.db") if sqlite else postgres.new_database(name))
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    with database._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for table, lines in KEPT.items():
            for line in lines:
                named = ", ".join(f":{column}" for column in line)
                columns = ", ".join(f'"{column}"' for column in line)
                connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({named})"), line)
        if not sqlite:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('rows', 'id'), 5)"))
    yield database
    database.close()


@pytest.fixture
def opened(older: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world over it, brought up to date; the engine knows the job that is under way."""
    older.migrate()
    monkeypatch.setattr(world, "fresh_database", lambda _folder: older)
    found = World(tmp_path)
    found.engine.jobs = {f"job-{number}": {f"bat_1_{number}.1": str(number)} for number in (1, 2)}
    found.batches.update("bat_1", "moved", out_folder=str(tmp_path / "out"))
    return found


def test_whole_credits_show_as_they_did(opened: World) -> None:
    now = opened.check_laws()
    assert credits_line(now) == "credits 2 spent + 2 reserved of 7"
    assert now.as_dict()["credits"] == {"spent": 2, "reserved": 2, "budget": 7}
    assert now.credits_left == 6_000
    assert [record.as_dict()["credits"] for record in opened.rows.records("bat_1")] == [2, 0, 0, 0, 0]
    events = [event for event in opened.rows.events("bat_1") if event.kind == "admitted"]
    assert [event.told for event in events] == [{"credits": 2}, {"credits": 2}]
    assert opened.batches.template("bat_1").policy.budget == 50_000
    with opened.database.read() as connection:
        assert list(connection.execute(text("SELECT credits FROM attempts"))) == [(2_000,), (2_000,)]


def test_batch_of_whole_credits_stops_at_its_budget_and_ends_exactly(opened: World) -> None:
    stopped = opened.run()
    opened.check_laws()
    assert (stopped.batch.state, stopped.batch.reason) == (BatchState.PAUSED, "budget")
    assert credits_line(stopped) == "credits 6 spent of 7"
    assert next_steps(stopped)[0] == "clipmill resume bat_1 --budget 10   (enough for the 2 rows left)"
    opened.verbs.resume("bat_1", budget=10_000)
    ended = opened.run()
    assert opened.check_laws().balance == ended.balance == Balance(reserved=0, spent=10_000)
    assert (ended.phase, ended.count(RowState.DONE)) == ("finished", 5)


def test_budget_that_never_was_reached_fits(older: Database) -> None:
    most = 2**63 - 1
    older.write(lambda connection: connection.execute(text(f"UPDATE batches SET budget = {most}")))
    older.migrate()
    with older.read() as connection:
        assert connection.execute(text("SELECT budget FROM batches")).scalar_one() == LARGEST
