"""News: a PostgreSQL server tells workers of work that was opened; over SQLite, and of what comes due, they look."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

_CHANNEL = "clipmill_work"
#: How long until a server that could not be listened to is tried again, seconds.
_AGAIN_SECONDS = 5.0


def tell(connection: Connection) -> None:
    """Have whoever listens look at once, when this transaction is done."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"NOTIFY {_CHANNEL}")


@contextmanager
def listening(engine: Engine, heard: Callable[[], object]) -> Iterator[None]:
    """Call `heard`, in a thread of its own, whenever somebody told; a server that is away is looked for meanwhile."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_listen, args=(engine, heard, theirs), name="clipmill-news", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ours.close()  # which can be read at the other end
        thread.join()
        theirs.close()


def _listen(engine: Engine, heard: Callable[[], object], until: socket.socket) -> None:
    lost: tuple[type[Exception], ...] = (SQLAlchemyError, OSError, engine.dialect.loaded_dbapi.Error)
    while True:
        try:
            _hear(engine, heard, until)
            return
        except lost:
            if select.select([until], [], [], _AGAIN_SECONDS)[0]:
                return


def _hear(engine: Engine, heard: Callable[[], object], until: socket.socket) -> None:
    """Listen over a connection that nothing else uses, until the other end of `until` is closed."""
    connection = engine.raw_connection()
    connection.detach()
    server: Any = connection.dbapi_connection
    with closing(server):  # by itself: the pool would roll back first, and tell of a server that is gone
        server.autocommit = True
        server.execute(f"LISTEN {_CHANNEL}")
        heard()  # of what came before
        while True:
            ready = select.select([until, server.fileno()], [], [])[0]
            if until in ready:
                return
            for _ in server.notifies(timeout=0):
                heard()
