"""The outbox: deliveries under leases and fences, each line with its body and its schedule, and a log of every try.

The transaction that writes an event writes the lines of those who want to be told of it, so that none is ever lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, or_, select

from clipmill.domain.batch import LOCAL
from clipmill.domain.event import Event
from clipmill.domain.line.delivery import Answer, Delivery, DeliveryKind, DeliveryState, body_of, judge, type_of
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.shown import discreet_all
from clipmill.store.database import Database
from clipmill.store.schema import batches, endpoints, outbox, tries
from clipmill.stored import SCHEDULE, TEXTS

_WAITING, _SENT = str(DeliveryState.WAITING), str(DeliveryState.SENT)
_LISTENING = (
    select(endpoints, batches.c.id.label("of"))
    .join(batches, batches.c.tenant == endpoints.c.tenant)
    .where(endpoints.c.disabled_reason == "", batches.c.id.in_(bindparam("batches", expanding=True)),
           or_(endpoints.c.batch_id == "", endpoints.c.batch_id == batches.c.id),
           or_(endpoints.c.number == 0, endpoints.c.number.between(bindparam("first"), bindparam("last"))),
           or_(endpoints.c.wording == "", endpoints.c.wording == batches.c.surface))
    .order_by(endpoints.c.id, batches.c.id)
)  # fmt: skip
_IS_DISABLED = exists().where(endpoints.c.id == outbox.c.endpoint_id, endpoints.c.disabled_reason != "")
_TAKE = (
    outbox.update()
    .where(outbox.c.id == bindparam("line"))
    .values(owner=bindparam("worker"), fence=outbox.c.fence + 1, due_at=bindparam("until"))
)
#: Lines of a listing that are read at once.
_PAGE = 500


def post(connection: Connection, trail: Sequence[Event]) -> None:
    """Write a line for every endpoint that wants to be told of one of these events; one question where none does."""
    told = [(event, type_of(event)) for event in trail]
    batch_ids = sorted({event.batch_id for event, type_ in told if type_})
    numbers = {event.number for event, type_ in told if type_}
    listening = _listening(connection, batch_ids, numbers)
    lines = [
        {"key": new_key(), "tenant": endpoint.tenant, "kind": str(DeliveryKind.WEBHOOK),
         "batch_id": event.batch_id, "endpoint_id": endpoint.id, "type": type_, "target": "",
         "body": body_of(event, discreet_all(event.told)), "media": "", "schedule": endpoint.schedule,
         "state": _WAITING, "due_at": event.at, "created_at": event.at}
        for endpoint in listening for event, type_ in told
        if type_ in TEXTS.value(endpoint.types) and endpoint.of == event.batch_id
        and endpoint.number in (0, event.number)
    ]  # fmt: skip
    if lines:
        connection.execute(outbox.insert(), lines)


def post_alike(connection: Connection, event: Event, numbers: Sequence[int]) -> None:
    """The same for one event of many rows."""
    if type_of(event) and _listening(connection, [event.batch_id], numbers):
        post(connection, [replace(event, number=number) for number in numbers])


def _listening(connection: Connection, batch_ids: Sequence[str], numbers: Iterable[int]) -> Sequence[Any]:
    """Endpoints that are told of events of these batches and rows, their tenants' alone, each with the batch."""
    rows = {0, *numbers}
    meant = {"batches": batch_ids, "first": min(rows), "last": max(rows)}
    return connection.execute(_LISTENING, meant).all() if batch_ids else ()


def release(connection: Connection, workers: Sequence[str], now: float) -> None:
    """Have what these workers were sending sent by others, at once."""
    theirs = outbox.update().where(outbox.c.owner.in_(list(workers)), outbox.c.state == _WAITING)
    connection.execute(theirs.values(due_at=now, owner=None))


def new_key() -> str:
    """What a receiver knows a delivery by."""
    return f"msg_{secrets.token_hex(12)}"


class SqlOutbox:
    """Deliveries under leases (ports.Outbox): whoever sends them serves everybody, people see their tenant's own."""

    def __init__(self, database: Database, clock: Clock, lease_seconds: float, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._tenant = tenant
        self._ours = outbox.c.tenant == tenant

    def put(self, delivery: Delivery) -> None:
        """Write a line that no event brings, due when its schedule says; one that is there is left alone."""
        now = self._clock.now()
        values = {"key": delivery.id, "tenant": self._tenant, "kind": str(delivery.kind),
                  "batch_id": delivery.batch_id, "type": delivery.type, "endpoint_id": delivery.endpoint_id,
                  "target": delivery.target, "body": delivery.body, "media": delivery.media,
                  "schedule": SCHEDULE.text(delivery.schedule), "state": _WAITING,
                  "due_at": now + delivery.schedule.waits[0], "created_at": now}  # fmt: skip

        def work(connection: Connection) -> None:
            if connection.execute(select(outbox.c.id).where(outbox.c.key == delivery.id)).first() is None:
                connection.execute(outbox.insert(), values)

        self._database.write(work)

    def take(self, worker: str, limit: int) -> Sequence[Delivery]:
        """Hold up to `limit` lines that are due, but for those of disabled endpoints; looking costs no lock."""
        now = self._clock.now()
        due = select(outbox.c.id).where(outbox.c.due_at <= now, ~_IS_DISABLED).order_by(outbox.c.due_at, outbox.c.id)
        with self._database.read() as connection:
            if connection.execute(due.limit(1)).first() is None:
                return ()

        def work(connection: Connection) -> list[Delivery]:
            locked = due.limit(limit).with_for_update(skip_locked=True, of=outbox)
            ids = list(connection.execute(locked).scalars())
            found = [_delivery(line) for line in connection.execute(_lines().where(outbox.c.id.in_(ids)))]
            for line, delivery in zip(sorted(ids), found, strict=True):
                until = now + delivery.schedule.timeout + self._lease_seconds
                connection.execute(_TAKE, {"line": line, "worker": worker, "until": until})
            return [replace(delivery, fence=delivery.fence + 1) for delivery in found]

        return self._database.write(work)

    def settle(self, delivery: Delivery, answer: Answer) -> bool:
        """Log a try and write what becomes of the delivery; whether it was still held under this fence.

        An endpoint that is gone, or at which too many in a row were given up, is disabled.
        """
        now, verdict = self._clock.now(), judge(delivery, answer)
        held = outbox.update().where(outbox.c.key == delivery.id, outbox.c.fence == delivery.fence,
                                     outbox.c.state == _WAITING)  # fmt: skip
        waits = verdict.state is DeliveryState.WAITING

        def work(connection: Connection) -> bool:
            due_at = now + verdict.wait if waits else None
            changes = {"state": str(verdict.state), "owner": None, "tried": outbox.c.tried + 1, "due_at": due_at}
            moved = connection.execute(held.values(changes))
            if not moved.rowcount:
                return False
            connection.execute(tries.insert(), {"key": delivery.id, "at": now, "status": answer.status,
                                                "seconds": answer.seconds, "answer": answer.text})  # fmt: skip
            if delivery.endpoint_id and not waits:
                _note(connection, delivery, verdict.gone, answer)
            return True

        return self._database.write(work)

    def again(self, delivery_id: str = "", endpoint_id: str = "") -> int:
        """Send one delivery once more, or all that an endpoint has not got, which is enabled; how many.

        Id and body are what they were. Raises NotFoundError.
        """
        meant = outbox.c.key == delivery_id if delivery_id else outbox.c.endpoint_id == endpoint_id
        which = self._ours & (meant if delivery_id else meant & (outbox.c.state != _SENT))
        its = endpoints.update().where(endpoints.c.id == endpoint_id, endpoints.c.tenant == self._tenant)

        def work(connection: Connection) -> int:
            if endpoint_id and not connection.execute(its.values(disabled_reason="", exhausted=0)).rowcount:
                raise NotFoundError(f"there is no endpoint {endpoint_id}")
            moved = connection.execute(outbox.update().where(which).values(
                state=_WAITING, owner=None, tried=0, fence=outbox.c.fence + 1, due_at=self._clock.now()))  # fmt: skip
            if delivery_id and not moved.rowcount:
                raise NotFoundError(f"there is no delivery {delivery_id}")
            return moved.rowcount

        return self._database.write(work)

    def deliveries(self, batch_id: str = "", endpoint_id: str = "") -> Iterator[Delivery]:
        """Deliveries with the log of their tries, the oldest first, paged: all, a batch's, or an endpoint's."""
        after = 0
        while True:
            asked = _lines().where(outbox.c.id > after, self._ours).limit(_PAGE)
            asked = asked.where(outbox.c.batch_id == batch_id) if batch_id else asked
            asked = asked.where(outbox.c.endpoint_id == endpoint_id) if endpoint_id else asked
            with self._database.read() as connection:
                page = connection.execute(asked).all()
                logs = _logs(connection, [line.key for line in page])
            for line in page:
                yield replace(_delivery(line), log=tuple(logs.get(line.key, ())), secret="")
            if len(page) < _PAGE:
                return
            after = page[-1].id


def _lines() -> Select[Any]:
    """Lines with what their endpoints say, in the order they were written."""
    of = (endpoints.c.url, endpoints.c.secret, endpoints.c.signing, endpoints.c.wording)
    return select(outbox, *of).outerjoin(endpoints, endpoints.c.id == outbox.c.endpoint_id).order_by(outbox.c.id)


def _delivery(line: Any) -> Delivery:
    return Delivery(
        id=line.key, kind=DeliveryKind(line.kind), target=line.target or line.url or "", batch_id=line.batch_id,
        endpoint_id=line.endpoint_id, type=line.type, body=line.body, media=line.media, signing=line.signing or "none",
        wording=line.wording or "", tenant=line.tenant,
        secret=line.secret or "", schedule=SCHEDULE.value(line.schedule), state=DeliveryState(line.state),
        tried=line.tried, fence=line.fence, due_at=line.due_at,
    )  # fmt: skip


def _logs(connection: Connection, keys: Sequence[str]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for line in connection.execute(select(tries).where(tries.c.key.in_(list(keys))).order_by(tries.c.id)):
        found.setdefault(line.key, []).append(Answer(line.status, line.seconds, line.answer, at=line.at))
    return found


def _note(connection: Connection, delivery: Delivery, gone: str, answer: Answer) -> None:
    """Count schedules used up in a row at an endpoint, and disable one that is dead."""
    its = endpoints.update().where(endpoints.c.id == delivery.endpoint_id)
    if answer.is_good:
        connection.execute(its.where(endpoints.c.exhausted > 0).values(exhausted=0))
        return
    connection.execute(its.values(exhausted=endpoints.c.exhausted + 1))
    most = delivery.schedule.patience
    said = f"answered {answer.status}" if answer.status else answer.text
    reason = gone or f"{most} deliveries in a row were given up; the last try: {said}"
    dead = its.where(endpoints.c.disabled_reason == "")
    dead = dead if gone else dead.where(endpoints.c.exhausted >= most)
    if connection.execute(dead.values(disabled_reason=reason)).rowcount:  # what waits for it is looked at no more
        waiting = outbox.c.endpoint_id == delivery.endpoint_id, outbox.c.state == _WAITING, outbox.c.owner.is_(None)
        connection.execute(outbox.update().where(*waiting).values(due_at=None))
