"""How engines, models and versions of templates have done: rows, speed, cost, failures, reviews."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.credits import CREDIT, as_number


@dataclass(slots=True)
class Comparison:
    """What became of all rows, and parts of rows, that one engine and model made of one version of a template."""

    template: str
    template_version: str
    engine: str
    model: str
    batches: int = 0
    #: Rows by state; parts are among them, and counted once more by themselves.
    states: Counter[str] = field(default_factory=Counter)
    parts: int = 0
    attempts: int = 0
    #: Attempts that have ended by how long they took, in hundredths of a second.
    took: Counter[int] = field(default_factory=Counter)
    #: From the first attempt to the end of the last, summed over batches.
    span_seconds: float = 0.0
    credits: int = 0
    #: Failed rows by the code of their first problem.
    causes: Counter[str] = field(default_factory=Counter)
    #: How often a file went to a person, was approved, was rejected.
    reviews: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows and parts."""
        return self.states.total()

    @property
    def done(self) -> int:
        """Those that are finished."""
        return self.states["done"]

    @property
    def median_seconds(self) -> float | None:
        """How long an attempt takes: half of them took no longer."""
        left = (self.took.total() + 1) // 2
        for hundredths in sorted(self.took):
            left -= self.took[hundredths]
            if left <= 0:
                return hundredths / 100
        return None

    @property
    def rows_per_hour(self) -> float | None:
        """Finished rows for every hour from first to last, pauses included."""
        return round(self.done / self.span_seconds * 3600, 1) if self.span_seconds else None

    @property
    def credits_per_row(self) -> float | None:
        """All that was spent, failed attempts too, for every finished row."""
        return round(self.credits / CREDIT / self.done, 3) if self.done else None

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON."""
        return {
            "template": self.template, "template_version": self.template_version, "engine": self.engine,
            "model": self.model or None, "batches": self.batches, "rows": self.rows, "parts": self.parts,
            "states": dict(self.states), "attempts": self.attempts, "median_seconds": self.median_seconds,
            "rows_per_hour": self.rows_per_hour, "credits": as_number(self.credits),
            "credits_per_row": self.credits_per_row,
            "failures": dict(self.causes.most_common()), "reviews": self.reviews["review"],
            "approved": self.reviews["approved"], "rejected": self.reviews["rejected"],
        }  # fmt: skip
