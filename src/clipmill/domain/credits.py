"""Credits: counted in thousandths, how those are written and read, and the arithmetic of a reservation.

An amount is an integer of thousandths everywhere but where people and JSON get to see it; nothing else knows the scale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clipmill.domain.line.lane import Lane
from clipmill.settings import Settings
from clipmill.shown import shortened

#: Thousandths in one credit, and the decimals they take.
CREDIT, _DECIMALS = 1_000, 3
#: The largest amount anybody may name: up to it JSON's numbers give every thousandth.
LARGEST = 10**12 * CREDIT
_TYPED = re.compile(r"([0-9]+)(?:\.([0-9]+))?")


def as_text(amount: int) -> str:
    """2400 → `2.4`, 1000000 → `1,000`: as sentences have it."""
    whole, rest = divmod(abs(amount), CREDIT)
    return f"{'-' * (amount < 0)}{whole:,}" + (f".{rest:0{_DECIMALS}}".rstrip("0") if rest else "")


def as_typed(amount: int) -> str:
    """1000000 → `1000`: as it can be typed, and is read again."""
    return as_text(amount).replace(",", "")


def with_unit(amount: int) -> str:
    """`1 credit`, `2.4 credits`."""
    return f"{as_text(amount)} credit{'' if amount == CREDIT else 's'}"


def as_number(amount: int | None) -> int | float | None:
    """Credits as a number of JSON: whole ones without a point, others print as `2.4` does."""
    return amount if amount is None else amount // CREDIT if amount % CREDIT == 0 else amount / CREDIT


def from_typed(text: str) -> int:
    """`2.4` → 2400. Raises ValueError, as a sentence, for no amount, and for a finer or larger one than is counted."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{shortened(text)!r} is no number of credits, 0 or more, such as 10 or 2.4")
    whole, rest = found[1].lstrip("0"), (found[2] or "").rstrip("0")
    if len(rest) > _DECIMALS:
        raise ValueError(f"{shortened(text)} credits have more than three decimals")
    amount = int((whole + rest.ljust(_DECIMALS, "0"))[: len(str(LARGEST)) + 1])
    if amount > LARGEST:
        raise ValueError(f"{shortened(text)} credits are more than {as_text(LARGEST)}, the most that is counted")
    return amount


@dataclass(frozen=True, slots=True)
class RenderPrice:
    """The price of a local render per started second."""

    per_second: int = CREDIT
    per_second_large: int = 4 * CREDIT
    #: Pictures with more pixels than this pay the large price (1920 × 1080 = 2,073,600).
    large_pixels: int = 2_073_600

    @classmethod
    def of(cls, settings: Settings) -> RenderPrice:
        """The price that the settings say."""
        prices = settings.credits_per_second, settings.credits_per_second_large
        small, large = (int(price * CREDIT) for price in prices)
        return cls(small, large, settings.large_pixels)

    def quote(self, seconds: float, width: int, height: int) -> int:
        """What one video costs of this length (seconds) and size (pixels)."""
        rate = self.per_second_large if width * height > self.large_pixels else self.per_second
        return math.ceil(round(seconds, 6)) * rate


@dataclass(frozen=True, slots=True)
class Quote:
    """What an engine says of a payload before anything is made."""

    #: The most one attempt may cost, thousandths of a credit.
    credits: int
    #: Sentences that stop nothing but must be read: characters without a glyph, say.
    warnings: tuple[str, ...] = ()
    #: How the file's name will end, with the dot; empty: the engine leaves that to the template.
    suffix: str = ""
    #: Those of the warnings that speak of what this payload says, and so are told with the row's name.
    own: tuple[str, ...] = ()
    #: There will be small texts beside the file, under its name with other suffixes.
    beside: bool = False
    #: Where the row queues; None: in the engine's own lane.
    lane: Lane | None = None
    #: Rows of one lane with equal words here may share a call: of one model, size and settings, say.
    together: str = ""


def divided(amount: int, shares: int) -> Iterator[int]:
    """An amount in so many parts that differ by one at most; the first ones are the larger."""
    each, over = divmod(amount, shares)
    return (each + (place < over) for place in range(shares))


@dataclass(frozen=True, slots=True)
class Balance:
    """What a batch has spent and holds in reserve, as its ledger says."""

    reserved: int = 0
    spent: int = 0
    #: How much more engines have charged than was reserved for it; less where it is below 0.
    difference: int = 0

    @property
    def committed(self) -> int:
        """Spent and reserved together: what a budget is compared with."""
        return self.reserved + self.spent

    def allows(self, amount: int, budget: int | None) -> bool:
        """Whether another reservation stays inside the budget."""
        return budget is None or self.committed + amount <= budget

    @property
    def differs(self) -> str:
        """`12.5 less than reserved`; empty where engines charged what was reserved."""
        more = "more" if self.difference > 0 else "less"
        return f"{as_text(abs(self.difference))} {more} than reserved" if self.difference else ""
