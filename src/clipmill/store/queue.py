"""The queue port over the database: who works on which row, under leases and fences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from clipmill.domain.attempt import Claim
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.ports import Clock
from clipmill.store.admission import Gate, admit_rows
from clipmill.store.claims import Taking, expire_leases, owners, read_claims, renew_leases, take_within_rates
from clipmill.store.database import Database
from clipmill.store.moves import apply_all
from clipmill.store.presence import Presence


class SqlQueue:
    """Rows under leases (ports.Queue)."""

    def __init__(self, database: Database, presence: Presence, clock: Clock, lease_seconds: float) -> None:
        self._database = database
        self._presence = presence
        self._clock = clock
        self._lease_seconds = lease_seconds
        #: Engines whose first state is not SUBMITTING.
        self.first_states: Mapping[str, RowState] = {}

    def admit(self, worker: str, engine: str, limit: int, batch_id: str = "") -> Sequence[Claim]:
        """Move ready rows into flight: attempt, reservation, fence and lease in one transaction."""
        first = self.first_states.get(engine, RowState.SUBMITTING)
        gate = Gate(engine, worker, first, self._clock.now(), self._lease_seconds, limit, batch_id)
        return self._database.write(lambda connection: read_claims(connection, admit_rows(connection, gate)))

    def claim_due(self, worker: str, limit: int, holding: Sequence[int] = ()) -> Sequence[Claim]:
        """Take rows whose timer or lease has run out."""
        taking = Taking(worker, self._clock.now(), self._lease_seconds, limit, tuple(holding))
        return self._database.write(lambda connection: read_claims(connection, take_within_rates(connection, taking)))

    def apply(self, transitions: Sequence[Transition]) -> Sequence[Claim | None]:
        """Apply each under its fence; the claim to go on with, None where it ends here."""

        def work(connection: Connection) -> list[Claim | None]:
            going_on = apply_all(connection, transitions, self._clock.now(), self._lease_seconds)
            claims = {c.row_id: c for c in read_claims(connection, [row for row in going_on if row is not None])}
            return [None if row is None else claims[row] for row in going_on]

        return self._database.write(work)

    def renew(self, worker: str, row_ids: Sequence[int]) -> None:
        """Move the leases of these rows forward."""
        until = self._clock.now() + self._lease_seconds
        self._database.write(lambda connection: renew_leases(connection, worker, row_ids, until))

    @contextmanager
    def recover(self, worker: str) -> Iterator[None]:
        """Be a live worker; what dead workers of this machine held becomes due at once."""
        with self._presence.announce(worker):
            with self._database.read() as connection:
                held = owners(connection)
            dead = self._presence.dead([owner for owner in held if owner != worker])
            if dead:
                self._database.write(lambda connection: expire_leases(connection, dead, self._clock.now()))
            yield
