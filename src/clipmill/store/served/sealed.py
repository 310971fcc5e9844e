"""The server's own secrets: made once, by whoever asks first, and the same for all who share the database."""

from __future__ import annotations

from sqlalchemy import Connection, select, text

from clipmill.store.database import Database
from clipmill.store.served.tables import sealed

_KEEP = text("INSERT INTO sealed (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


def sealed_value(database: Database, name: str, make: str) -> str:
    """The secret of this name, which is `make` where there was none."""
    query = select(sealed.c.value).where(sealed.c.name == name)

    def work(connection: Connection) -> str:
        connection.execute(_KEEP, {"name": name, "value": make})
        return str(connection.execute(query).scalar_one())

    with database.read() as connection:
        there = connection.execute(query).scalar_one_or_none()
    return there if there is not None else database.write(work)
