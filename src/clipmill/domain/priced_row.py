"""A row that passed its check: what the contract made of it, ready to be put into a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.payload import Payload
from clipmill.domain.row import Row
from clipmill.domain.verdict import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """What the contract made of one row: typed values, or the problems that block it."""

    row: Row
    #: Field name → value: str, int, Decimal as str, bool; media fields are `asset:` references.
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    fallbacks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    #: None for a blocked row.
    payload: Payload | None = None
    #: What the output pattern gives for this row, already made safe; empty for a blocked row.
    file_name: str = ""
    #: Fields of media kind → measured facts used for sampling: `{"image": {"width": 1200, "height": 800}}`.
    media: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    #: What is planned before anything is made, for a row that needs parts; the payload names them then.
    plan: Order | None = None


@dataclass(frozen=True, slots=True)
class PricedRow:
    """A checked row with its price, as the store takes it in."""

    checked: Checked
    #: Thousandths of a credit one attempt may cost; 0 for a blocked row.
    credits: int = 0
    #: 0 for the rows of a sample, 100 for the rest.
    priority: int = 100
    #: `asset:` reference the first frame is compared to; empty: none.
    reference: str = ""
    #: Digest of each part that it needs → what one attempt at that may cost.
    parts: Mapping[str, int] = field(default_factory=dict)
    #: What it costs itself is known when its parts are made.
    is_open: bool = False
    #: Where it queues; None: in its engine's own lane.
    lane: Lane | None = None
    #: The seed of its first attempt, where the row has one of its own.
    seed: int | None = None
    #: See `Quote.together`.
    together: str = ""
    #: What the row's tenant calls it to others; empty for nothing.
    public_id: str = ""
