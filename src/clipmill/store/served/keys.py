"""Keys over the database: who may ask, by the sha256 of what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from clipmill.domain.access import KeyRecord, Scope
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.store.database import Database
from clipmill.store.served.tables import keys

#: Seconds between two notes that a key was used: a note costs a transaction.
_NOTED_SECONDS = 60.0


class SqlKeys:
    """Keys (server_ports.Keys)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, record: KeyRecord, digest: str) -> KeyRecord:
        """Keep a new key, known by its sha256 (hex); as it is kept."""
        values = {"id": record.id, "tenant": record.tenant, "name": record.name, "shown": record.shown, "hash": digest,
                  "scopes": " ".join(record.scopes), "created_at": self._clock.now(),
                  "expires_at": record.expires_at}  # fmt: skip
        self._database.write(lambda connection: connection.execute(keys.insert(), values))
        return self._one(record.tenant, record.id)

    def shown(self, digest: str) -> KeyRecord | None:
        """The key with this sha256, whosever it is; None for one that is not there, is revoked or has expired."""
        now = self._clock.now()
        with self._database.read() as connection:
            line = connection.execute(select(keys).where(keys.c.hash == digest)).first()
        if line is None or not (record := _record(line)).is_good(now):
            return None
        if record.used_at is None or now - record.used_at >= _NOTED_SECONDS:
            used = keys.update().where(keys.c.id == record.id).values(used_at=now)
            self._database.write(lambda connection: connection.execute(used))
        return record

    def all(self, tenant: str = "") -> Sequence[KeyRecord]:
        """Those of a tenant, or of all, the oldest first; revoked ones included."""
        query = select(keys).order_by(keys.c.created_at, keys.c.id)
        with self._database.read() as connection:
            return [_record(line) for line in
                    connection.execute(query.where(keys.c.tenant == tenant) if tenant else query)]  # fmt: skip

    def end(self, tenant: str, key_id: str, *, at: float | None = None) -> KeyRecord:
        """Revoke a key at once, or let it expire at a moment; as it is kept then. Raises NotFoundError."""
        values = {"revoked_at": self._clock.now()} if at is None else {"expires_at": at}
        mine = keys.update().where(keys.c.id == key_id, keys.c.tenant == tenant, keys.c.revoked_at.is_(None))
        self._database.write(lambda connection: connection.execute(mine.values(**values)))
        return self._one(tenant, key_id)

    def _one(self, tenant: str, key_id: str) -> KeyRecord:
        with self._database.read() as connection:
            line = connection.execute(select(keys).where(keys.c.id == key_id, keys.c.tenant == tenant)).first()
        if line is None:
            raise NotFoundError(f"there is no key {key_id}")
        return _record(line)


def _record(line: Any) -> KeyRecord:
    return KeyRecord(
        id=line.id, tenant=line.tenant, name=line.name, shown=line.shown,
        scopes=tuple(Scope(word) for word in line.scopes.split()), created_at=line.created_at,
        expires_at=line.expires_at, revoked_at=line.revoked_at, used_at=line.used_at,
    )  # fmt: skip
