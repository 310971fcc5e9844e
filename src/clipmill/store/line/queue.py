"""The queue port over the database: who works on which row, under leases and fences."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace

from sqlalchemy import Connection, select

from clipmill.domain.attempt import Claim
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.errors import StoreError
from clipmill.ports import NOTHING, Clock
from clipmill.store.database import Database
from clipmill.store.line.admission import Gate, admit_rows
from clipmill.store.line.claims import Taking, bury, hand_back, read_claims, renew_leases, take_within_rates
from clipmill.store.line.lanes import with_ready_rows
from clipmill.store.line.moves import apply_all
from clipmill.store.presence import Presence
from clipmill.store.schema import workers
from clipmill.stored import TEXTS

#: Seconds between two looks whether workers of this machine have died.
_LOOK_SECONDS = 1.0


class SqlQueue:
    """Rows under leases (ports.Queue)."""

    def __init__(self, database: Database, presence: Presence, clock: Clock, lease_seconds: float) -> None:
        self._database = database
        self._presence = presence
        self._clock = clock
        self._lease_seconds = lease_seconds
        #: The lanes of the workers that are at work through this.
        self._at_work: dict[str, Sequence[str]] = {}
        self._looked_at = 0.0
        self._turn = 0
        #: Engines whose first state is not SUBMITTING.
        self.first_states: Mapping[str, RowState] = {}

    def admit(self, worker: str, lanes: Sequence[str], limit: int, batch_id: str = "") -> Sequence[Claim]:
        """Move ready rows into flight: attempt, reservation, fence and lease in one transaction a lane."""
        with self._database.read() as connection:
            waiting = with_ready_rows(connection, lanes, self._clock.now())
        claims: list[Claim] = []
        self._turn += 1
        for place in range(len(waiting)):
            lane = waiting[(place + self._turn) % len(waiting)]  # no lane is the first for ever

            def work(connection: Connection, lane: str = lane, left: int = limit - len(claims)) -> list[Claim]:
                gate = Gate(lane, worker, self.first_states, self._clock.now(), self._lease_seconds, left, batch_id)
                return read_claims(connection, admit_rows(connection, gate))

            claims += self._database.write(work) if len(claims) < limit else ()
        return claims

    def claim_due(
        self, worker: str, lanes: Sequence[str], limit: int, holding: Sequence[int] = (), batch_id: str = ""
    ) -> Sequence[Claim]:
        """Take rows of these lanes whose timer or lease has run out, and those of workers that died."""

        now = self._clock.now()
        if now - self._looked_at >= _LOOK_SECONDS:  # by itself: whoever takes locks lanes first, and rows after them
            self._database.write(lambda connection: self._bury_dead(connection, now))
        taking = Taking(worker, tuple(lanes), now, self._lease_seconds, limit, tuple(holding), batch_id)
        found = self._database.write(lambda connection: read_claims(connection, take_within_rates(connection, taking)))
        return [replace(claim, is_taken_over=True) for claim in found]

    def apply(self, transitions: Sequence[Transition]) -> Sequence[Claim | None]:
        """Apply each under its fence; the claim to go on with, None where it ends here."""

        def work(connection: Connection) -> list[Claim | None]:
            going_on = apply_all(connection, transitions, self._clock.now(), self._lease_seconds)
            claims = {c.row_id: c for c in read_claims(connection, [row for row in going_on if row is not None])}
            return [None if row is None else claims[row] for row in going_on]

        return self._database.write(work)

    def renew(self, worker: str, held: Mapping[int, int], done: Mapping[int, float] = NOTHING) -> Sequence[int]:
        """Be still there, move the leases of these rows forward, and write how far they are; those that were lost."""

        def work(connection: Connection) -> list[int]:
            now = self._clock.now()
            self._show(connection, worker, now)
            return renew_leases(connection, worker, held, done, now + self._lease_seconds)

        return self._database.write(work)

    @contextmanager
    def recover(self, worker: str, lanes: Sequence[str], heard: Callable[[], object] | None = None) -> Iterator[None]:
        """Be a live worker; what dead workers of this machine held becomes due at once, at the end what is held still.

        A worker that is killed leaves its line in the table and its lock in the folder. `heard` is called, from a
        thread, when others have opened work; over SQLite never.
        """

        def begin(connection: Connection) -> None:
            now = self._clock.now()
            self._bury_dead(connection, now)
            self._show(connection, worker, now)

        with self._presence.hold(worker):
            self._at_work[worker] = lanes
            self._database.write(begin)
            try:
                with self._database.listening(heard) if heard else nullcontext():
                    yield
            finally:
                self.leave(worker)

    def leave(self, worker: str) -> None:
        """Hand back what a worker holds, and strike it off."""
        del self._at_work[worker]
        with suppress(StoreError):  # its leases end by themselves
            self._database.write(lambda connection: hand_back(connection, worker, self._clock.now()))

    def _show(self, connection: Connection, worker: str, now: float) -> None:
        """Write that a worker is there; one that was silent for longer than a lease may have been struck off."""
        beat = connection.execute(workers.update().where(workers.c.id == worker).values(heartbeat=now))
        if not beat.rowcount and worker in self._at_work:
            connection.execute(
                workers.insert(),
                {"id": worker, "host": self._presence.host, "boot": self._presence.boot, "pid": os.getpid(),
                 "lanes": TEXTS.text(tuple(self._at_work[worker])), "heartbeat": now, "started_at": now},
            )  # fmt: skip

    def _bury_dead(self, connection: Connection, now: float) -> None:
        """Strike off those that were silent for a lease, and those of this machine that are gone."""
        self._looked_at = now
        there = connection.execute(select(workers).where(workers.c.id.not_in(list(self._at_work)))).all()
        self._presence.forget([*self._at_work, *(w.id for w in there)])  # those struck off before, for good
        dead = [w.id for w in there if w.heartbeat <= now - self._lease_seconds
                or self._presence.is_gone(w.id, w.host, w.boot)]  # fmt: skip
        bury(connection, dead, now)
