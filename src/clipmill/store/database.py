"""The database under the store: one connection rule, two dialects, migrations on opening."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, DisconnectionError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from clipmill.domain.batch import LOCAL
from clipmill.errors import SettingsError, StoreAway, StoreError, UnstorableError
from clipmill.hints import DOCTOR, RESUME
from clipmill.ports import Clock
from clipmill.store.asking import Ask
from clipmill.store.news import listening
from clipmill.store.readonly import BUSY_SECONDS, REVISION, ReadOnly, failed
from clipmill.store.served.tables import metadata

T = TypeVar("T")
_statement = lru_cache(maxsize=64)(text)
#: What PostgreSQL calls a transaction that it broke off for another's sake: a serialisation failure, a deadlock.
_COLLISIONS = frozenset({"40001", "40P01"})
#: How the states of SQL begin that are no word on what was asked: connections, rollbacks, resources, operators, the
#: system, a server that is a copy by now, a transaction that waited too long for us, and we for a lock.
_AWAY = ("08", "40", "53", "57", "58", "25006", "25P03", "55P03")
#: How often such a transaction is tried, and how much longer each time until the next try, seconds.
_TRIES, _TRY_SECONDS = 8, 0.02
#: How long PostgreSQL lets one statement run, and a transaction that is asked nothing any more hold its locks, seconds.
_STATEMENT_SECONDS, _IDLE_SECONDS = 60, 60
#: How long a server may take to answer a new connection, seconds.
_CONNECT_SECONDS = 10
#: Connections to a file that are kept open, and that there may be beside them: every thread of a server asks.
_OPEN, _MORE = 10, 50
#: How long a connection to a server is kept, and with it what is known of its clock, seconds.
_KEPT_SECONDS = 600
#: How long after its use a connection is taken to be alive, seconds.
_TRUSTED_SECONDS = 1.0
#: Whoever changes the tables of a PostgreSQL database holds this advisory lock ("clip").
_MIGRATING = 0x636C6970
_HINTS = {
    "42P07": "The database holds tables of something else: give clipmill one of its own.",
    "42501": "Let the user own the database: `ALTER DATABASE name OWNER TO user`.",
    "53100": f"Free space on the disk of the server, then `{RESUME}`.",
}
_SET_UP = (
    f"SELECT extract(epoch FROM clock_timestamp())::float8; SET statement_timeout = '{_STATEMENT_SECONDS}s'; "
    f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'"
)
_WHERE = "`database` (--database, CLIPMILL_DATABASE)"


class ServerClock:
    """The time of a server, the same for all machines that work over it (ports.Clock).

    It is asked once a connection; between, this machine counts seconds, whatever its own clock says meanwhile.
    """

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return _steady() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def set_up(self, connection: Any, record: Any) -> None:
        """Make a new connection ready; the time it tells was true halfway between question and answer."""
        asked = _steady()
        connection.autocommit = True
        told = connection.execute(_SET_UP).fetchone()[0]
        connection.autocommit = False
        self._ahead = told - (asked + _steady()) / 2
        record.info["used"] = _steady()


def _steady() -> float:
    """Seconds that only ever pass, those that the machine slept through as well."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Database:
    """Transactions over SQLite or PostgreSQL; every foreign error leaves as StoreError."""

    def __init__(self, url: str) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self._server_clock = ServerClock()
        self._engine = _sqlite_engine(url) if self._is_sqlite else _postgres_engine(url, self._server_clock)
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
            current = self.revision
            if current == REVISION:
                return
            if current or not self._is_sqlite:
                _upgrade(self._writer)
            else:
                _create(self._writer)

    @property
    def revision(self) -> str:
        """The revision of the tables; empty where there are none."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())

    def clock(self, local: Clock) -> Clock:
        """The clock of all who share this database: a server's own; for a file, this machine's."""
        if self._is_sqlite:
            return local
        with self.read():  # a connection at least, which asks for the time
            return self._server_clock

    def listening(self, heard: Callable[[], object]) -> AbstractContextManager[None]:
        """Call this, in another thread, when a transaction that opened work was done; never over SQLite."""
        return nullcontext() if self._is_sqlite else listening(self._engine, heard)

    def readonly(self, tenant: str = LOCAL) -> ReadOnly:
        """A tenant's batches and rows as they are now."""
        return _ServerReadOnly(self, tenant)

    def check(self) -> str:
        """What the database is, if its pages are sound. Raises StoreError."""
        with self.read() as connection:
            if self._is_sqlite and connection.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
                raise StoreError("the database is damaged", hint="Restore the state folder from a backup.")
        return f"revision {self.revision}{'' if self._is_sqlite else ' on PostgreSQL'}"

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def write_many(connection: Connection, sql: str, lines: Sequence[Sequence[Any]]) -> None:
    """Write many lines by one statement, in which `?` stands for each value; half the time of named ones."""
    if lines:
        is_sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(sql if is_sqlite else sql.replace("?", "%s"), [tuple(line) for line in lines])


def asking(connection: Connection) -> Ask:
    """The questions of `store/asking.py` over this connection."""

    def ask(sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
        return connection.execute(_statement(sql), dict(values)).mappings().all()

    def ask_sqlite(sql: str, values: Mapping[str, Any]) -> Sequence[Any]:
        """The driver's own lines, which have the same names: those above take ten times as long to make."""
        _refuse_nul(None, None, sql, values.values())
        cursor: Any = connection.connection.cursor()
        with closing(cursor):
            cursor.row_factory = sqlite3.Row
            found: Sequence[Any] = cursor.execute(sql, values).fetchall()
        return found

    return ask_sqlite if connection.dialect.name == "sqlite" else ask


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file."""
    return f"sqlite:///{path}"


def _sqlite_engine(url: str) -> Engine:
    pool: dict[str, Any] = {"poolclass": QueuePool, "pool_size": _OPEN, "max_overflow": _MORE}
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _refuse_nul)
    return engine


def _postgres_engine(url: str, clock: ServerClock) -> Engine:
    """The engine over psycopg. Raises SettingsError for an address that is none, and where the driver is missing."""
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
        if "@" in (address.host or ""):  # which begins with a part of a password
            raise ValueError
        patience = {"connect_timeout": _CONNECT_SECONDS} if "connect_timeout" not in address.query else {}
        engine = create_engine(address, connect_args=patience, pool_recycle=_KEPT_SECONDS)
    except ImportError as error:
        raise SettingsError("a PostgreSQL database needs psycopg, which is not installed",
                            hint="`pip install 'clipmill[postgres]'` brings it.") from error  # fmt: skip
    except (ArgumentError, ValueError) as error:
        raise SettingsError(f"{_WHERE} is no address of a database", hint="It is `postgresql://`, then user@host/name; "
                            "`%` and two digits stand for what is special in it, as in %40.") from error  # fmt: skip
    event.listen(engine, "connect", clock.set_up)
    event.listen(engine, "checkin", lambda _connection, record: record.info.update(used=_steady()))

    def look_after(connection: Any, record: Any, _proxy: Any) -> None:
        """Ask whether the server is there still, where that is not known: a question each time costs a third more."""
        if _steady() - record.info.get("used", 0.0) >= _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error  # the pool makes another

    event.listen(engine, "checkout", look_after)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours: the driver would begin them late and deferred
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _refuse_nul(_connection: Any, _cursor: Any, _sql: str, values: Any, *_how: Any) -> None:
    """SQLite would keep a character that no server takes."""
    for line in values if isinstance(values, list) else [values]:
        for value in line:  # in half the time of `any`
            if value.__class__ is str and "\0" in value:
                raise UnicodeError("a text has the character NUL in it")


def _create(engine: Engine) -> None:
    """The tables of a new SQLite file, as migrations leave them, without loading what runs those."""
    with engine.begin() as connection:
        if inspect(connection).has_table("alembic_version"):  # another process was first
            return
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"))  # fmt: skip
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def _upgrade(engine: Engine) -> None:
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
                f"the database is at a revision that this clipmill does not know: {error}",
                hint="It was written by a newer clipmill: install that version or choose another --home.",
            ) from error


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OverflowError, UnicodeError, DataError) as error:
        told = " ".join(str(getattr(error, "orig", None) or error).split())
        hint = "Use smaller numbers and plain text."
        raise UnstorableError(f"a value cannot be stored: {told}", hint=hint) from error
    except sqlite3.Error as error:
        raise failed(error) from error
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        is_ours = isinstance(error, ProgrammingError) and error.statement is not None
        raise (_told_by_server(cause, is_ours=is_ours) if hasattr(cause, "sqlstate") else failed(cause)) from error


def _told_by_server(cause: Any, *, is_ours: bool) -> StoreError:
    """The error for what psycopg says; without a state of SQL no server has answered, or none that lets us in, unless
    the driver could make nothing of what we asked.
    """
    told, state = " ".join(str(cause).split()), cause.sqlstate or ""
    if state or is_ours:
        kind = StoreAway if state.startswith(_AWAY) else StoreError
        return kind(f"the database failed: {told}", hint=_HINTS.get(state, f"`{DOCTOR}` checks the state folder."))
    sent = getattr(cause.pgconn, "used_password", False) and "password" in told
    if getattr(cause.pgconn, "needs_password", False) or sent:
        return StoreAway(f"the database lets nobody in with this user and password: {told}",
                         hint=f"Correct them in {_WHERE}, or put the password into ~/.pgpass.")  # fmt: skip
    return StoreAway(f"the database cannot be reached: {told}",
                     hint=f"Start its server, or correct host, port and name in {_WHERE}.")  # fmt: skip


class _ServerReadOnly(ReadOnly):
    """A readonly over any database."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        with self._database.read() as connection:
            yield asking(connection)
