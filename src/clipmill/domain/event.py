"""An event: one line of the audit trail, written in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.credits import as_number

#: What holds an amount in the data of an event.
_AMOUNTS = frozenset({"credits", "budget", "reserved", "charged"})


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, when, to which batch, row and attempt, and who did it."""

    at: float
    batch_id: str
    kind: str
    #: Row number; 0 for events of the whole batch.
    number: int = 0
    attempt: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """The data as people and others' programs get to see it: amounts in credits."""
        return {name: _in_credits(value) if name in _AMOUNTS else value for name, value in self.data.items()}


def _in_credits(amount: Any) -> Any:
    if isinstance(amount, Mapping):
        return {name: as_number(value) for name, value in amount.items()}
    return as_number(amount)
