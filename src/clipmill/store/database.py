"""The database under the store: one connection rule, two dialects, migrations on opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from clipmill.errors import StoreError
from clipmill.store.asking import Ask
from clipmill.store.glance import BUSY_SECONDS, REVISION, failed
from clipmill.store.schema import metadata

_statement = lru_cache(maxsize=64)(text)


class Database:
    """Transactions over SQLite or PostgreSQL; every foreign error leaves as StoreError."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS} if _is_sqlite(url) else {})
        if _is_sqlite(url):
            event.listen(self._engine, "connect", _set_up_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._writer = self._engine.execution_options(writes=True)
        snapshot = {} if _is_sqlite(url) else {"isolation_level": "REPEATABLE READ"}
        self._reader = self._engine.execution_options(**snapshot)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: it holds SQLite's write lock from its first statement on."""
        with _translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the data."""
        with _translated(), self._reader.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables to this version. A database of a newer clipmill is refused."""
        with _translated():
            current = _revision(self._engine)
            if current == REVISION:
                return
            if current or not _is_sqlite(self.url):
                _upgrade(self._writer, current)
            else:
                _create(self._writer)

    def check(self) -> str:
        """The revision of a database whose pages are sound. Raises StoreError."""
        with self.read() as connection:
            if _is_sqlite(self.url) and connection.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
                raise StoreError("the database is damaged", hint="Restore the state folder from a backup.")
        return REVISION

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def asking(connection: Connection) -> Ask:
    """The questions of `store/asking.py` over this connection."""

    def ask(sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
        return connection.execute(_statement(sql), dict(values)).mappings().all()

    return ask


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: the driver would begin them late and deferred
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(engine: Engine) -> str:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _create(engine: Engine) -> None:
    """The tables of a new SQLite file, as migrations leave them, without loading what runs those."""
    with engine.begin() as connection:
        if inspect(connection).has_table("alembic_version"):  # another process was first
            return
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"))  # fmt: skip
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def _upgrade(engine: Engine, current: str) -> None:
    from alembic import command, util  # noqa: PLC0415 - 0.1 CPU-s that an up-to-date database need not pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except util.CommandError as error:
            raise StoreError(
                f"the database is at revision {current}, which this clipmill does not know",
                hint="It was written by a newer clipmill: install that version or choose another --home.",
            ) from error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OverflowError, UnicodeError) as error:
        raise StoreError(f"a value cannot be stored: {error}", hint="Use smaller numbers and plain text.") from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise failed(str(cause)) from error
