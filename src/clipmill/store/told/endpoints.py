"""Endpoints: where tenants want to be told of events."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from clipmill.domain.line.delivery import Endpoint
from clipmill.ports import Clock
from clipmill.store.database import Database
from clipmill.store.schema import endpoints, outbox
from clipmill.stored import SCHEDULE, TEXTS


class SqlEndpoints:
    """Endpoints (ports.Endpoints)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, endpoint: Endpoint) -> None:
        """Tell this one from now on."""
        self._database.write(lambda connection: insert_endpoints(connection, [endpoint], self._clock.now()))

    def all(self, tenant: str) -> Sequence[Endpoint]:
        """Those of a tenant, the oldest first, but for those of single rows."""
        mine = (
            select(endpoints)
            .where(endpoints.c.tenant == tenant, endpoints.c.number == 0)
            .order_by(endpoints.c.created_at, endpoints.c.id)
        )
        with self._database.read() as connection:
            return [
                Endpoint(id=line.id, url=line.url, secret=line.secret, types=TEXTS.value(line.types),
                         schedule=SCHEDULE.value(line.schedule), signing=line.signing, tenant=line.tenant,
                         batch_id=line.batch_id, exhausted=line.exhausted, disabled_reason=line.disabled_reason,
                         wording=line.wording, created_at=line.created_at)
                for line in connection.execute(mine)
            ]  # fmt: skip

    def change(self, endpoint: Endpoint) -> int:
        """Tell it at that address, signed with that secret, of those types, unless it is disabled; how many there were.

        One that is not disabled any more begins anew.
        """
        mine = endpoints.update().where(endpoints.c.id == endpoint.id, endpoints.c.tenant == endpoint.tenant)
        values = {"url": endpoint.url, "secret": endpoint.secret, "types": TEXTS.text(tuple(endpoint.types)),
                  "disabled_reason": endpoint.disabled_reason, "exhausted": endpoint.exhausted}  # fmt: skip
        return int(self._database.write(lambda connection: connection.execute(mine.values(**values))).rowcount)

    def remove(self, tenant: str, endpoint_id: str) -> int:
        """Tell it nothing any more; how many there were. What was not sent to it is not sent."""
        ours = endpoints.c.id == endpoint_id

        def work(connection: Connection) -> int:
            gone = connection.execute(delete(endpoints).where(ours, endpoints.c.tenant == tenant)).rowcount
            if gone:
                waiting = outbox.update().where(outbox.c.endpoint_id == endpoint_id, outbox.c.due_at.is_not(None))
                connection.execute(waiting.values(state="given up", owner=None, due_at=None, fence=outbox.c.fence + 1))
            return int(gone)

        return self._database.write(work)


def insert_endpoints(connection: Connection, added: Sequence[Endpoint], now: float) -> None:
    """Tell these from now on."""
    lines = [
        {"id": endpoint.id, "tenant": endpoint.tenant, "batch_id": endpoint.batch_id, "url": endpoint.url,
         "secret": endpoint.secret, "types": TEXTS.text(tuple(endpoint.types)), "signing": endpoint.signing,
         "schedule": SCHEDULE.text(endpoint.schedule), "wording": endpoint.wording, "number": endpoint.number,
         "created_at": now}
        for endpoint in added
    ]  # fmt: skip
    if lines:
        connection.execute(endpoints.insert(), lines)
