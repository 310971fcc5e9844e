"""A row's record: everything the store knows of one row, as results and reports read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clipmill.domain.credits import as_number
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Verdict
from clipmill.hints import Wording, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRecord:
    """One input row and what became of it."""

    row_id: int
    number: int
    line: int
    state: RowState
    fields: Mapping[str, str]
    #: Where lines of the table became several rows: the number of this one's line among them; else 0.
    source: int = 0
    #: Name of the delivered file; set for every row that was ever ready.
    file_name: str = ""
    #: What its tenant calls it to others; empty for nothing.
    public_id: str = ""
    #: The same with a place for the number of each attempt, where names say it.
    pattern: str = ""
    #: sha256 of the made file; empty before it is made.
    media: str = ""
    attempts: int = 0
    seed: int = 0
    #: What one attempt may cost, thousandths of a credit.
    price: int = 0
    #: Thousandths of a credit settled for this row over all its attempts.
    credits: int = 0
    #: Why it is blocked, failed or waiting.
    problems: tuple[Problem, ...] = ()
    #: Names of fields whose fallback was taken.
    fallbacks: tuple[str, ...] = ()
    #: Sentences that stop nothing but must be read: characters without a glyph, say.
    warnings: tuple[str, ...] = ()
    verdict: Verdict | None = None

    @property
    def every_warning(self) -> tuple[str, ...]:
        """What was warned about before it was made, and what was noticed while and after it was."""
        found = self.verdict.warnings if self.verdict else ()
        # What was known beforehand bears the row's name.
        new = (sentence for sentence in found if not any(known.endswith(sentence) for known in self.warnings))
        return tuple(dict.fromkeys((*self.warnings, *new)))

    def worded(self, say: Wording) -> RowRecord:
        """The record with what can be done in words."""

        def told(texts: Sequence[str]) -> tuple[str, ...]:
            return tuple(worded(text, say) for text in texts)

        problems = tuple(replace(problem, fix=worded(problem.fix, say)) for problem in self.problems)
        verdict = self.verdict and replace(self.verdict, noticed=told(self.verdict.noticed))
        return replace(self, problems=problems, warnings=told(self.warnings), verdict=verdict)

    def as_dict(self) -> dict[str, Any]:
        """One line of `results.jsonl`."""
        facts = self.verdict.facts if self.verdict else None
        source = {"source": self.source} if self.source else {}
        return {
            "row": self.number, **source, "line": self.line, "state": str(self.state), "file": self.file_name or None,
            "sha256": self.media or None, "bytes": facts.size_bytes if facts else None,
            "seconds": facts.seconds if facts else None, "width": facts.width if facts else None,
            "height": facts.height if facts else None, "fps": facts.fps if facts else None,
            "attempts": self.attempts, "seed": self.seed or None, "credits": as_number(self.credits),
            "problems": [problem.as_dict() for problem in self.problems],
            "fallbacks": list(self.fallbacks), "warnings": list(self.every_warning),
            "verdict": self.verdict.as_dict() if self.verdict else None,
            "fields": dict(self.fields),
        }  # fmt: skip
