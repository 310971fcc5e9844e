"""Limits of keys: a bucket of tokens for each kind of thing a key may do, in one line that one statement takes from."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sqlalchemy import Connection, TextClause, text

from clipmill.domain.access import Left
from clipmill.domain.batch import LOCAL
from clipmill.errors import InputError
from clipmill.ports import Clock
from clipmill.store.database import Database

#: What is left now. A clock that is behind the one that was asked last gives nothing back.
_LEFT = (
    "CASE WHEN limits.seconds IS NULL OR :now <= limits.at THEN limits.remaining "
    "WHEN limits.remaining + (:now - limits.at) * limits.capacity / limits.seconds >= limits.capacity "
    "THEN limits.capacity "
    "ELSE limits.remaining + (:now - limits.at) * limits.capacity / limits.seconds END"
)
_LATER = "CASE WHEN :now > limits.at THEN :now ELSE limits.at END"
_MEANT = "WHERE tenant = :tenant AND key = :key AND kind = :kind"
_TAKE = text(f"UPDATE limits SET remaining = {_LEFT} - :amount, at = {_LATER} {_MEANT} AND {_LEFT} >= :amount "
             "RETURNING remaining")  # fmt: skip
_LOOK = text(f"SELECT capacity, seconds, {_LEFT} AS remaining FROM limits {_MEANT}")
_ALL = text(f"SELECT kind, capacity, seconds, {_LEFT} AS remaining FROM limits WHERE tenant = :tenant AND key = :key")
_LIMIT = text(
    "INSERT INTO limits (tenant, key, kind, capacity, seconds, remaining, at) "
    "VALUES (:tenant, :key, :kind, :capacity, :seconds, :capacity, :now) ON CONFLICT (tenant, key, kind) DO UPDATE SET "
    f"remaining = {_LEFT} + excluded.capacity - limits.capacity, at = {_LATER}, "
    "capacity = excluded.capacity, seconds = excluded.seconds"
)
_GIVE = text(
    f"UPDATE limits SET remaining = CASE WHEN {_LEFT} + :amount > capacity THEN capacity ELSE {_LEFT} + :amount END, "
    f"at = {_LATER} {_MEANT}"
)
_UNLIMIT = text(f"DELETE FROM limits {_MEANT}")
#: Whoever waits for as long as he was told finds what he waits for, whatever was rounded on the way.
_SLACK_SECONDS = 0.001


class SqlKeyLimits:
    """The limits of a tenant's keys (server_ports.KeyLimits)."""

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant

    def take(self, key: str, kind: str, amount: int = 1) -> float:
        """Take so many, all or none; 0 when they were granted, else seconds until they will be."""
        values = {"tenant": self._tenant, "key": key, "kind": kind, "amount": amount, "now": self._clock.now()}

        def work(connection: Connection) -> float:
            if connection.execute(_TAKE, values).first() is not None:
                return 0.0
            there = connection.execute(_LOOK, values).first()
            if there is None:
                return 0.0
            if there.seconds is None or amount > there.capacity:
                return math.inf
            missing = max(0.0, amount - there.remaining)  # none, where somebody has just changed the limit
            return float(missing * there.seconds / there.capacity) + _SLACK_SECONDS

        return self._database.write(work)

    def give(self, key: str, kind: str, amount: int) -> None:
        """Give so many back that were taken and not used."""
        self._write(_GIVE, key, kind, amount=amount, now=self._clock.now())

    def limit(self, key: str, kind: str, capacity: int, seconds: float | None = None) -> None:
        """Let a key have at most so many at once, which come back evenly in these seconds; None: never."""
        if capacity < 0 or (seconds is not None and seconds <= 0):
            raise InputError(f"a limit of {capacity} in {seconds} seconds is none", hint="Give positive numbers.")
        self._write(_LIMIT, key, kind, capacity=capacity, seconds=seconds, now=self._clock.now())

    def unlimit(self, key: str, kind: str) -> None:
        """Let a key have as many as it wants."""
        self._write(_UNLIMIT, key, kind)

    def left(self, key: str) -> Mapping[str, Left]:
        """What a key has left of each kind that it has a limit of."""
        values = {"tenant": self._tenant, "key": key, "now": self._clock.now()}
        with self._database.read() as connection:
            return {line.kind: Left(line.capacity, line.seconds, float(line.remaining))
                    for line in connection.execute(_ALL, values)}  # fmt: skip

    def _write(self, statement: TextClause, key: str, kind: str, **values: float | None) -> None:
        meant = {"tenant": self._tenant, "key": key, "kind": kind, **values}
        self._database.write(lambda connection: connection.execute(statement, meant))
