"""Credits: what a local render costs, and the arithmetic of a reservation."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderPrice:
    """The price of a local render, in integer credits per started second."""

    per_second: int = 1
    per_second_large: int = 4
    #: Pictures with more pixels than this pay the large price (1920 × 1080 = 2,073,600).
    large_pixels: int = 2_073_600

    def quote(self, seconds: float, width: int, height: int) -> int:
        """Credits for one video of this length (seconds) and size (pixels)."""
        rate = self.per_second_large if width * height > self.large_pixels else self.per_second
        return math.ceil(round(seconds, 6)) * rate


@dataclass(frozen=True, slots=True)
class Quote:
    """What an engine says of a payload before anything is made."""

    #: The most one attempt may cost.
    credits: int
    #: Sentences that stop nothing but must be read: characters without a glyph, say.
    warnings: tuple[str, ...] = ()
    #: How the file's name will end, with the dot; empty: the engine leaves that to the template.
    suffix: str = ""
    #: Those of the warnings that speak of what this payload says, and so are told with the row's name.
    own: tuple[str, ...] = ()
    #: There will be small texts beside the file, under its name with other suffixes.
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What a batch has spent and holds in reserve, as its ledger says."""

    reserved: int = 0
    spent: int = 0

    @property
    def committed(self) -> int:
        """Spent and reserved together: what a budget is compared with."""
        return self.reserved + self.spent

    def allows(self, amount: int, budget: int | None) -> bool:
        """Whether another reservation stays inside the budget."""
        return budget is None or self.committed + amount <= budget
