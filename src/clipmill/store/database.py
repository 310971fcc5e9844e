"""The database under the store: one connection rule, two dialects, migrations on opening."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from clipmill.errors import StoreError
from clipmill.store.asking import Ask
from clipmill.store.glance import BUSY_SECONDS, REVISION, failed
from clipmill.store.schema import metadata

T = TypeVar("T")
_statement = lru_cache(maxsize=64)(text)
#: What PostgreSQL calls a transaction that it broke off for another's sake: a serialisation failure, a deadlock.
_COLLISIONS = frozenset({"40001", "40P01"})
#: How often such a transaction is tried, and how much longer each time until the next try, seconds.
_TRIES, _TRY_SECONDS = 8, 0.02
#: How long PostgreSQL lets one statement run, and a transaction that is asked nothing any more hold its locks, seconds.
_STATEMENT_SECONDS, _IDLE_SECONDS = 60, 60
#: How long a server may take to answer a new connection, seconds.
_CONNECT_SECONDS = 10
#: Whoever changes the tables of a PostgreSQL database holds this advisory lock ("clip").
_MIGRATING = 0x636C6970


class Database:
    """Transactions over SQLite or PostgreSQL; every foreign error leaves as StoreError."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self._engine = _sqlite_engine(url) if self._is_sqlite else _postgres_engine(url)
        self._writer = self._engine.execution_options(writes=True)
        snapshot = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self._engine.execution_options(**snapshot)

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, done in one transaction that holds SQLite's write lock from its first statement on.

        It is done again, from the beginning, where PostgreSQL broke it off for another transaction's sake.
        """
        with _translated():
            for tried in range(1, _TRIES):
                try:
                    return self._written(work)
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) not in _COLLISIONS:
                        raise
                    time.sleep(tried * _TRY_SECONDS)
            return self._written(work)

    def _written(self, work: Callable[[Connection], T]) -> T:
        with self._writer.begin() as connection:
            return work(connection)

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
            if current or not self._is_sqlite:
                _upgrade(self._writer, current)
            else:
                _create(self._writer)

    def check(self) -> str:
        """The revision of a database whose pages are sound. Raises StoreError."""
        with self.read() as connection:
            if self._is_sqlite and connection.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
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


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: str) -> Engine:
    address = make_url(url).set(drivername="postgresql+psycopg")
    patience = {"connect_timeout": _CONNECT_SECONDS} if "connect_timeout" not in address.query else {}
    engine = create_engine(address, connect_args=patience, pool_pre_ping=True)
    event.listen(engine, "connect", _set_up_postgres)
    return engine


def _set_up_postgres(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(
        f"SET statement_timeout = '{_STATEMENT_SECONDS}s'; SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'"
    )
    connection.autocommit = False


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
        if engine.dialect.name == "postgresql":  # one at a time, as long as it takes
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
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
