"""A sample of a batch: the extremes, where things go wrong first, then rows spread evenly; in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clipmill.domain.priced_row import Checked
from clipmill.domain.template import FieldKind, FieldRule

#: Gives what a row measures in one respect; None when it has no such measure.
Measure = Callable[[Checked], Any]

_NUMBERS = frozenset({FieldKind.NUMBER, FieldKind.INTEGER, FieldKind.MONEY})
_PICTURES = frozenset({FieldKind.IMAGE, FieldKind.VIDEO})
#: Width ÷ height within a tenth of 1 counts as square.
_SQUARE = (0.9, 1.1)
_SPREAD = 8


@dataclass(slots=True)
class _Extreme:
    """The first row with the largest measure."""

    measure: Measure
    best: Any = None
    row: int | None = None

    def look(self, checked: Checked) -> None:
        measured = self.measure(checked)
        if measured is not None and (self.row is None or measured > self.best):
            self.best, self.row = measured, checked.row.number


@dataclass(slots=True)
class _Spread:
    """Row numbers at even distances over a stream of unknown length: every n-th, n doubling when there are too many."""

    room: int
    step: int = 1
    met: int = 0
    rows: list[int] = field(default_factory=list)

    def look(self, checked: Checked) -> None:
        if self.met % self.step == 0:
            self.rows.append(checked.row.number)
        self.met += 1
        if len(self.rows) > self.room:
            self.rows = self.rows[::2]
            self.step *= 2


def choose_sample(checked: Iterable[Checked], size: int, contract: Sequence[FieldRule]) -> frozenset[int]:
    """Numbers of up to `size` rows that are not blocked: the extremes of the contract's fields first, in this order:

    longest texts, most extreme pictures, shortest texts, largest and smallest numbers, each choice, each orientation,
    fallbacks taken; then rows spread evenly. The same rows give the same sample.
    """
    extremes = [_Extreme(measure) for measure in _measures(contract)]
    spread = _Spread(room=max(1, size) * _SPREAD)
    for one in checked:
        if one.payload is None:
            continue
        spread.look(one)
        for extreme in extremes:
            extreme.look(one)
    chosen = list(dict.fromkeys(extreme.row for extreme in extremes if extreme.row is not None))[: max(0, size)]
    rest = [number for number in spread.rows if number not in set(chosen)]
    wanted = min(size - len(chosen), len(rest))
    chosen += [rest[(2 * position + 1) * len(rest) // (2 * wanted)] for position in range(wanted)]
    return frozenset(chosen)


def _measures(contract: Sequence[FieldRule]) -> list[Measure]:
    """What to look for, most telling first."""
    texts = [rule.name for rule in contract if rule.kind is FieldKind.TEXT]
    pictures = [rule.name for rule in contract if rule.kind in _PICTURES]
    numbers = [rule.name for rule in contract if rule.kind in _NUMBERS]
    return [
        *(_length(name, 1) for name in texts),
        *(_aspect(name, sign) for name in pictures for sign in (1, -1)),
        *(_length(name, -1) for name in texts),
        *(_number(name, sign) for name in numbers for sign in (1, -1)),
        *(_equal(rule.name, value) for rule in contract for value in _choices(rule)),
        *(_orientation(name, wanted) for name in pictures for wanted in (-1, 0, 1)),
        *(_fallback(rule.name) for rule in contract if rule.fallback is not None),
    ]


def _choices(rule: FieldRule) -> Sequence[Any]:
    return (True, False) if rule.kind is FieldKind.BOOLEAN else rule.choices


def _length(name: str, sign: int) -> Measure:
    return lambda checked: sign * len(checked.values[name]) if checked.values.get(name) is not None else None


def _number(name: str, sign: int) -> Measure:
    return lambda checked: sign * Decimal(checked.values[name]) if checked.values.get(name) is not None else None


def _equal(name: str, value: Any) -> Measure:
    return lambda checked: True if checked.values.get(name) == value else None


def _fallback(name: str) -> Measure:
    return lambda checked: True if name in checked.fallbacks else None


def _aspect_of(checked: Checked, name: str) -> float | None:
    facts = checked.media.get(name, {})
    return facts["width"] / facts["height"] if facts.get("height") else None


def _aspect(name: str, sign: int) -> Measure:
    def measure(checked: Checked) -> float | None:
        aspect = _aspect_of(checked, name)
        return None if aspect is None else sign * aspect

    return measure


def _orientation(name: str, wanted: int) -> Measure:
    """Upright (-1), square (0) or lying (1)."""

    def measure(checked: Checked) -> bool | None:
        aspect = _aspect_of(checked, name)
        if aspect is None:
            return None
        orientation = -1 if aspect < _SQUARE[0] else 1 if aspect > _SQUARE[1] else 0
        return True if orientation == wanted else None

    return measure
