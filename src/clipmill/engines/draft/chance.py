"""Chance: draws that depend on a seed, a text and a name, and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_Of = TypeVar("_Of")
_BITS = 48


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws by name: the same name gives the same draw, whatever was drawn before."""

    seed: int
    text: str

    def share(self, name: str) -> float:
        """A number from 0 up to, not including, 1."""
        told = f"{self.seed}\n{name}\n{self.text}".encode("utf-8", "surrogatepass")
        return (int.from_bytes(hashlib.sha256(told).digest()[: _BITS // 8], "big")) / (1 << _BITS)

    def between(self, name: str, least: float, most: float) -> float:
        """A number between two."""
        return least + (most - least) * self.share(name)

    def one_of(self, name: str, these: Sequence[_Of]) -> _Of:
        """One of these."""
        return these[int(self.share(name) * len(these))]

    def next_of(self, name: str, these: Sequence[_Of]) -> _Of:
        """One of these that the text decides, moved on by one for every further seed: neighbours never look alike."""
        first = Chance(0, self.text).share(name)
        return these[(int(first * len(these)) + self.seed) % len(these)]
