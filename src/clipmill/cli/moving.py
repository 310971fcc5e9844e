"""What a verb did with rows, told: how many it moved, and why it left the others alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clipmill.cli.numbers import summary_line
from clipmill.cli.session import Session
from clipmill.cli.terminal import plural, say
from clipmill.domain.batch import Batch
from clipmill.domain.row import RowState

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as it is told."""

    #: `Approved`.
    done: str
    #: Which rows it moves: `rows that wait for review`.
    movable: str


class RowsNamed:
    """The rows named for a verb, and where they were before it."""

    def __init__(self, session: Session, batch: Batch, numbers: Sequence[int]) -> None:
        self._session, self._batch, self._numbers = session, batch, frozenset(numbers)
        self._before = self._states()

    def left(self) -> Mapping[str, Sequence[int]]:
        """State → the named rows that are still in it."""
        found: dict[str, list[int]] = {}
        for number, state in self._states().items():
            if self._before.get(number) is state:
                found.setdefault(str(state), []).append(number)
        return found

    def tell(self, verb: Verb, moved: int, more: str = "") -> None:
        """`Approved 2 rows of promo  bat_…`, and which rows were left alone, and why."""
        batch = self._batch
        if moved:
            say(f"{verb.done} {plural(moved, 'row')} of {batch.name}  {batch.id}{more}")
        for state, numbers in self.left().items():
            say(f"Left alone: {_listed(numbers)} {state}; this is for {verb.movable}")
        if not moved and not self._numbers:
            counts = summary_line(self._session.app.readonly.progress(batch.id))
            say(f"{batch.name}  {batch.id} has no {verb.movable}: {counts}")

    def as_dict(self, moved: int) -> dict[str, Any]:
        """The same as `--json` prints it."""
        return {"moved": moved, "left_alone": dict(self.left())}

    def _states(self) -> dict[int, RowState]:
        if not self._numbers:
            return {}
        records = self._session.app.readonly.records(self._batch.id)
        return {record.number: record.state for record in records if record.number in self._numbers}


def _listed(numbers: Sequence[int]) -> str:
    """`row 3 is`, `rows 3, 4 are`."""
    shown = ", ".join(f"{number}" for number in numbers[:_SHOWN]) + (" …" if len(numbers) > _SHOWN else "")
    return f"row {shown} is" if len(numbers) == 1 else f"{len(numbers):,} rows ({shown}) are"
