"""The databases: durable settings, migrations that give exactly the tables the code knows, refusals that explain."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from clipmill.errors import SettingsError, StoreAway, StoreError
from clipmill.store import database as module
from clipmill.store.database import Database, sqlite_url
from clipmill.store.readonly import REVISION
from clipmill.store.schema import metadata
from clipmill.testing import FrozenClock
from tests import postgres, world
from tests.world import fresh_database


@pytest.fixture
def database(tmp_path: Path, each_database: str) -> Database:
    """A migrated database of either kind."""
    return fresh_database(tmp_path)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """A migrated database on a PostgreSQL server."""
    monkeypatch.setattr(world, "kind", world.POSTGRES)
    return fresh_database(tmp_path)


def write(database: Database, sql: str) -> None:
    """Run a statement that writes."""
    database.write(lambda connection: connection.execute(text(sql)))


def asked(database: Database, sql: str) -> list[Any]:
    """What a question answers, row by row."""
    with database.read() as connection:
        return list(connection.execute(text(sql)))


def end_connections() -> None:
    """Have the server end all that are open."""
    with psycopg.connect(postgres.server(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'clipmill_%'")


def test_migrations_give_the_tables_the_code_knows(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_new_file_is_as_migrations_leave_it(tmp_path: Path) -> None:
    made, migrated = (Database(sqlite_url(tmp_path / name)) for name in ("made.db", "migrated.db"))
    made.migrate()
    module._upgrade(migrated._writer)
    with made.read() as new, migrated.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert _shape(new) == _shape(connection)
    made.close()
    migrated.close()


def _shape(connection: Connection) -> dict[str, list[str]]:
    """Every table and index, with its parts in any order."""
    found = connection.execute(text("SELECT name, coalesce(sql, '') FROM sqlite_master")).all()
    return {name: sorted(re.split(r"[\s,()]+", sql.replace('"', ""))) for name, sql in found}


def test_newest_revision_is_the_one_that_opens_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_commits_survive_a_power_cut(tmp_path: Path) -> None:
    database = fresh_database(tmp_path)
    assert asked(database, "PRAGMA journal_mode") == [("wal",)]
    assert asked(database, "PRAGMA synchronous") == [(2,)], "FULL"


def test_commits_of_a_server_are_on_its_disk_before_it_answers(server: Database) -> None:
    assert asked(server, "SHOW synchronous_commit") == [("on",)]


def lane(id_: str, window: str = "1") -> str:
    """What writes a lane: any line of a small table will do."""
    return f"INSERT INTO lanes VALUES ({id_}, 'engine', '', '', {window}, '[]', 1, NULL, '', 0)"


def test_failed_transaction_leaves_nothing(database: Database) -> None:
    def broken_off(connection: Connection) -> None:
        connection.execute(text(lane("'x'")))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(broken_off)
    assert asked(database, "SELECT count(*) FROM lanes") == [(0,)]


def test_database_of_a_newer_version_is_refused(database: Database) -> None:
    write(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="9999") as caught:
        database.migrate()
    assert "newer clipmill" in caught.value.hint


def test_check_answers_the_revision_of_a_sound_database(database: Database, each_database: str) -> None:
    assert database.check() == f"revision {REVISION}" + " on PostgreSQL" * (each_database == world.POSTGRES)


def test_no_statement_and_no_forgotten_transaction_holds_others_up_for_ever(server: Database) -> None:
    assert asked(server, "SHOW statement_timeout") == [("1min",)]
    assert asked(server, "SHOW idle_in_transaction_session_timeout") == [("1min",)]


def test_rows_have_room_to_be_rewritten(server: Database) -> None:
    (options,) = asked(server, "SELECT reloptions FROM pg_class WHERE relname = 'rows'")[0]
    assert "fillfactor=80" in options


@pytest.mark.parametrize("code", ["40001", "40P01"], ids=["serialisation", "deadlock"])
def test_transaction_that_was_broken_off_for_another_is_done_again(server: Database, code: str) -> None:
    tried: list[int] = []

    def work(connection: Connection) -> str:
        tried.append(1)
        connection.execute(text(lane(f"'{len(tried)}'")))
        if len(tried) < 3:
            connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$"))
        return "done"

    assert server.write(work) == "done"
    assert asked(server, "SELECT id FROM lanes") == [("3",)], "what was broken off left nothing"


@pytest.mark.parametrize(("code", "is_away"), [
    ("57P01", True), ("57014", True), ("08006", True), ("53100", True), ("53300", True), ("55P03", True),
    ("25006", True), ("40P01", True), ("58030", True), ("23505", False), ("22003", False), ("42P01", False),
    ("25001", False), ("55000", False),
])  # fmt: skip
def test_what_a_server_says_of_itself_is_no_word_on_what_it_was_asked(
    server: Database, monkeypatch: pytest.MonkeyPatch, code: str, is_away: bool
) -> None:
    monkeypatch.setattr(module, "_TRY_SECONDS", 0.0)
    with pytest.raises(StoreError, match="it says so") as caught:
        write(server, f"DO $$ BEGIN RAISE EXCEPTION 'it says so' USING ERRCODE = '{code}'; END $$")
    assert isinstance(caught.value, StoreAway) is is_away


def test_server_that_ends_a_connection_in_use_is_away_and_back(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TRUSTED_SECONDS", float("inf"))
    assert asked(server, "SELECT 1") == [(1,)]
    end_connections()
    with pytest.raises(StoreAway):
        asked(server, "SELECT 1")
    assert asked(server, "SELECT 1") == [(1,)]


def test_connection_that_was_made_a_moment_ago_is_not_asked_whether_it_is_alive(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool tells of two that are not in words of its own, which nobody takes for a server that is away."""

    def gone(_connection: Any) -> None:
        raise psycopg.OperationalError("it is gone")

    server.close()
    monkeypatch.setattr(server._engine.dialect, "do_ping", gone)
    assert asked(server, "SELECT 1") == [(1,)]


def test_file_that_another_holds_or_that_is_full_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    database = fresh_database(tmp_path)
    with database.read() as connection:
        most = connection.execute(text("PRAGMA page_count")).scalar_one()
    with closing(sqlite3.connect(tmp_path / "clipmill.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreAway, match="locked") as caught:
            write(database, "DELETE FROM lanes")
    assert "Another process" in caught.value.hint

    def fill(connection: Connection) -> None:
        connection.execute(text(f"PRAGMA max_page_count = {most}"))
        connection.execute(text(lane("hex(zeroblob(1000000))")))

    with pytest.raises(StoreAway, match="full"):
        database.write(fill)


def test_what_is_wrong_with_a_value_is_no_absence(database: Database) -> None:
    line = text(lane(":id", ":window"))
    database.write(lambda connection: connection.execute(line, {"id": "once", "window": 1}))
    for id_, window in (("once", 1), ("a\0b", 1), ("\ud800", 1), ("large", 1 << 70), ("strange", {})):
        for values in ({"id": id_, "window": window}, [{"id": f"{id_}2", "window": 1}, {"id": id_, "window": window}]):
            with pytest.raises(StoreError) as caught:
                database.write(lambda connection, values=values: connection.execute(line, values))  # type: ignore[misc]
            assert not isinstance(caught.value, StoreAway)
            assert "reached" not in str(caught.value)
            assert ("a value cannot be stored" in str(caught.value)) is (id_ not in ("once", "strange"))
    assert asked(database, "SELECT id FROM lanes") == [("once",)]


def test_transaction_that_is_always_broken_off_ends_in_an_error(server: Database) -> None:
    with pytest.raises(StoreError, match="deadlock"):
        write(server, "DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")


def test_any_other_refusal_is_not_tried_again(server: Database) -> None:
    tried: list[int] = []

    def work(connection: Connection) -> None:
        tried.append(1)
        connection.execute(text("SELECT 1 / 0"))

    with pytest.raises(StoreError, match="division"):
        server.write(work)
    assert len(tried) == 1


def test_connection_that_the_server_ended_is_replaced(server: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TRUSTED_SECONDS", 0.0)
    assert asked(server, "SELECT 1") == [(1,)]
    end_connections()
    assert asked(server, "SELECT 1") == [(1,)]


def test_only_one_brings_a_server_up_to_date_at_a_time() -> None:
    url = postgres.new_database(f"clipmill_{os.getpid()}_bare")
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Database.migrate, databases))
    assert {database.revision for database in databases} == {REVISION}
    for database in databases:
        database.close()


def test_clock_of_a_server_is_the_same_whatever_this_machine_thinks_it_is(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    clock = server.clock(FrozenClock())
    ((told,),) = asked(server, "SELECT extract(epoch FROM clock_timestamp())::float8")
    assert abs(clock.now() - told) < 2
    assert Database("sqlite://").clock(local := FrozenClock()) is local


@pytest.mark.parametrize(
    ("address", "said", "hint"),
    [
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be reached", "Start its server"),
        ("postgres://u:se/cret@127.0.0.1:1/x?connect_timeout=3", "cannot be reached", "Start its server"),
        ("postgresql://u:secret@nowhere.invalid/x", "cannot be reached", "Start its server"),
        ("postgresql://u:secret@host:port/x", "no address", "user@host/name"),
        ("postgresql://u:se@cret@host/x", "no address", "as in %40"),
    ],
)
def test_server_that_is_not_there_is_a_sentence(address: str, said: str, hint: str) -> None:
    with pytest.raises((StoreError, SettingsError), match=said) as caught:
        Database(address).migrate()
    assert hint in caught.value.hint
    assert isinstance(caught.value, StoreAway) is ("reached" in said)
    assert "cret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("password", ["wrong-secret", None])
def test_wrong_password_and_none_are_a_sentence(password: str | None) -> None:
    user, _right = postgres.guarded()
    with pytest.raises(StoreError, match="lets nobody in") as caught:
        Database(postgres.url_of("postgres", username=user, password=password)).migrate()
    assert ".pgpass" in caught.value.hint
    assert "wrong-secret" not in str(caught.value)


def test_right_password_is_let_in() -> None:
    user, right = postgres.guarded()
    database = Database(postgres.url_of("postgres", username=user, password=right))
    assert database.revision == ""
    database.close()
    with pytest.raises(StoreAway, match=r'cannot be reached.*"nowhere" does not exist') as caught:
        Database(postgres.url_of("nowhere", username=user, password=right)).migrate()
    assert "correct host, port and name" in caught.value.hint


def test_missing_driver_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match="needs psycopg") as caught:
        Database("postgresql://host/name")
    assert "pip install" in caught.value.hint


def test_database_that_is_not_ours_is_left_as_it_was() -> None:
    url = postgres.new_database(f"clipmill_{os.getpid()}_other")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE rows (theirs text)")
    database = Database(url)
    with pytest.raises(StoreError, match="exists") as caught:
        database.migrate()
    assert "one of its own" in caught.value.hint
    assert database.revision == ""
    database.close()
