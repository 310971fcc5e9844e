"""Arithmetic in values: `calc()`, `min()`, `max()`, `clamp()` and their kin (CSS Values 4, 10), worked out later."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["number", "length", "angle"]
Sum = Callable[[float, float], float]

_TOKEN = re.compile(r"\s*(?:((?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)([a-z]+|%)?|([a-z][a-z-]*\(|pi\b|e\b|[()*/,])|"
                    r"(?<=\s)([-+])(?=\s)|([-+]))", re.IGNORECASE)  # fmt: skip
_FUNCTION = re.compile(r"\s*-?(?:webkit-)?(?:calc|min|max|clamp|abs|round|mod)\(", re.IGNORECASE)
#: No text is longer, and nothing is nested deeper.
_MOST, _DEEPEST = 2_000, 24
#: Units that are a fixed number of pixels, a share of the font size, and a fixed number of degrees.
PIXELS_PER = {"px": 1.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54,
              "pc": 16.0}  # fmt: skip
EMS_PER = {"em": 1.0, "ex": 0.5}
DEGREES_PER = {"deg": 1.0, "turn": 360.0, "rad": math.degrees(1), "grad": 0.9}


@dataclass(frozen=True, slots=True)
class Worked:
    """A number, a length or an angle: what it is made of, and how it comes out (font size, whole → pixels, degrees)."""

    kind: Kind
    units: frozenset[str]
    sum: Sum

    def __call__(self, font_size: float, whole: float) -> float:
        """The outcome; what cannot be divided is nothing."""
        try:
            found = self.sum(font_size, whole)
        except (ZeroDivisionError, OverflowError):
            return 0.0
        return found if math.isfinite(found) else 0.0


@lru_cache(maxsize=512)
def calculated(text: str) -> Worked | None:
    """What a text such as `calc(100% - 8px)` comes to, None where it is no such text. Raises ValueError."""
    if not _FUNCTION.match(text) or len(text) > _MOST:
        return None
    return _Reader(text.lower().replace("-webkit-calc(", "calc(")).read()


class _Reader:
    """Reads one text, token by token."""

    def __init__(self, text: str) -> None:
        self._text, self._tokens, place = text, [], 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if found is None:
                raise self._wrong()
            self._tokens.append(found.groups())
            place = found.end()
        self._place = 0

    def read(self) -> Worked:
        found = self._product(0)
        if self._place != len(self._tokens):
            raise self._wrong()
        return found

    def _wrong(self) -> ValueError:
        return ValueError(f"{self._text[:60]!r} cannot be calculated")

    def _next(self, *signs: str) -> str:
        """The next sign, if it is one of these."""
        if self._place < len(self._tokens):
            _, _, word, spaced, _ = self._tokens[self._place]
            if (word or spaced or "") in signs:
                self._place += 1
                return word or spaced or ""
        return ""

    def _total(self, depth: int) -> Worked:
        found = self._product(depth)
        while sign := self._next("+", "-"):
            found = self._added(found, self._product(depth), 1 if sign == "+" else -1)
        return found

    def _product(self, depth: int) -> Worked:
        found = self._one(depth)
        while sign := self._next("*", "/"):
            other = self._one(depth)
            if "number" not in (other.kind, found.kind if sign == "*" else ""):
                raise self._wrong()
            found = self._multiplied(found, other, divides=sign == "/")
        return found

    def _multiplied(self, one: Worked, other: Worked, *, divides: bool) -> Worked:
        kind, units = one.kind if other.kind == "number" else other.kind, one.units | other.units
        a, b = one.sum, other.sum
        if divides:
            return Worked(kind, units, lambda f, w: a(f, w) / b(f, w))
        return Worked(kind, units, lambda f, w: a(f, w) * b(f, w))

    def _added(self, one: Worked, other: Worked, sign: int) -> Worked:
        a, b = one.sum, other.sum
        return Worked(self._kind(one, other), one.units | other.units, lambda f, w: a(f, w) + sign * b(f, w))

    def _kind(self, *parts: Worked) -> Kind:
        if len({part.kind for part in parts}) != 1:
            raise self._wrong()
        return parts[0].kind

    def _one(self, depth: int) -> Worked:
        if depth > _DEEPEST or self._place >= len(self._tokens):
            raise self._wrong()
        number, unit, word, _, sign = self._tokens[self._place]
        self._place += 1
        if sign:
            found = self._one(depth + 1)
            return Worked(found.kind, found.units, lambda f, w: (-1 if sign == "-" else 1) * found.sum(f, w))
        if number:
            return self._plain(float(number), (unit or "").lower())
        if word and word.lower() in ("pi", "e"):
            return self._plain(math.pi if word.lower() == "pi" else math.e, "")
        if not word or not word.endswith("("):
            raise self._wrong()
        parts = [self._total(depth + 1)]
        while self._next(","):
            parts.append(self._total(depth + 1))
        if not self._next(")"):
            raise self._wrong()
        return self._called(word[:-1], parts)

    def _plain(self, value: float, unit: str) -> Worked:
        if not unit:
            return Worked("number", frozenset(), lambda f, w: value)
        if unit == "%":
            return Worked("length", frozenset("%"), lambda f, w: value * w / 100)
        if unit in EMS_PER:
            return Worked("length", frozenset({"em"}), lambda f, w: value * EMS_PER[unit] * f)
        if unit in DEGREES_PER:
            return Worked("angle", frozenset(), lambda f, w: value * DEGREES_PER[unit])
        if unit not in PIXELS_PER:
            raise self._wrong()
        return Worked("length", frozenset({"px"}), lambda f, w: value * PIXELS_PER[unit])

    def _called(self, name: str, parts: list[Worked]) -> Worked:
        make = _CALLS.get(name)
        if make is None or len(parts) not in make[0]:
            raise self._wrong()
        units = frozenset[str]().union(*(part.units for part in parts))
        work, sums = make[1], [part.sum for part in parts]
        return Worked(self._kind(*parts), units, lambda f, w: work(*(each(f, w) for each in sums)))


def _rounded(value: float, step: float = 1.0) -> float:
    return math.floor(value / step + 0.5) * step


#: Function → how many parts it takes, and what it makes of them.
_CALLS: dict[str, tuple[range, Callable[..., float]]] = {
    "": (range(1, 2), lambda a: a),
    "calc": (range(1, 2), lambda a: a),
    "min": (range(1, 33), lambda *a: min(a)),
    "max": (range(1, 33), lambda *a: max(a)),
    "clamp": (range(3, 4), lambda low, a, high: max(low, min(a, high))),
    "abs": (range(1, 2), abs),
    "round": (range(1, 3), _rounded),
    "mod": (range(2, 3), lambda a, b: a % b),
}
