"""The database: durable settings, migrations that give exactly the tables the code knows, and refusals that explain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from clipmill.errors import StoreError
from clipmill.store import database as module
from clipmill.store.database import Database, sqlite_url
from clipmill.store.glance import REVISION
from clipmill.store.schema import metadata


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database."""
    database = Database(sqlite_url(tmp_path / "x.db"))
    database.migrate()
    yield database
    database.close()


def test_migrations_give_the_tables_the_code_knows_and_a_new_file_has(database: Database, tmp_path: Path) -> None:
    migrated = Database(sqlite_url(tmp_path / "migrated.db"))
    module._upgrade(migrated._writer, "")
    with migrated.read() as connection, database.read() as new:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert _shape(connection) == _shape(new)
    migrated.close()


def _shape(connection: Connection) -> dict[str, list[str]]:
    """Every table and index, with its parts in any order."""
    found = connection.execute(text("SELECT name, coalesce(sql, '') FROM sqlite_master")).all()
    return {name: sorted(re.split(r"[\s,()]+", sql.replace('"', ""))) for name, sql in found}


def test_newest_revision_is_the_one_that_opens_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_commits_survive_a_power_cut(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2, "FULL"


def test_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(text("INSERT INTO lanes VALUES ('x', 1, NULL, NULL)"))
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM lanes")).scalar_one() == 0


def test_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999") as caught:
        database.migrate()
    assert "newer clipmill" in caught.value.hint


def test_check_answers_the_revision_of_a_sound_database(database: Database) -> None:
    assert database.check() == REVISION
