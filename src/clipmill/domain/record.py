"""A row's record: everything the store knows of one row, as results and reports read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from clipmill.domain.credits import as_number
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Verdict
from clipmill.hints import Wording, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Of what, by whom and when a row was made last; empty where it was not tried yet."""

    #: Where it queues, or queued: engine, model and account.
    lane: str = ""
    engine: str = ""
    model: str = ""
    template_version: str = ""
    #: sha256 of the payload's canonical JSON, of the version that the last attempt was made of.
    payload_sha256: str = ""
    #: What engines call its jobs, of all attempts that had one, the oldest first.
    jobs: tuple[str, ...] = ()
    #: Clock seconds; the end is that of the attempt, before anybody looked at the file.
    admitted_at: float | None = None
    finished_at: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a line of `results.jsonl`."""
        return {"lane": self.lane or None, "engine": self.engine or None, "model": self.model or None,
                "template_version": self.template_version or None, "payload_sha256": self.payload_sha256 or None,
                "jobs": list(self.jobs), "admitted_at": self.admitted_at, "finished_at": self.finished_at}  # fmt: skip


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
    #: How much of the file is made, 0 to 1, where somebody said; None where nothing is being made.
    progress: float | None = None
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
    making: Making = Making()
    #: When it came to be as it is, clock seconds.
    updated_at: float = 0.0

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
            "row": self.number, "row_id": self.row_id, **source, "line": self.line, "state": str(self.state),
            "file": self.file_name or None, "sha256": self.media or None, "bytes": facts.size_bytes if facts else None,
            "seconds": facts.seconds if facts else None, "width": facts.width if facts else None,
            "height": facts.height if facts else None, "fps": facts.fps if facts else None,
            "attempts": self.attempts, "seed": self.seed or None, "credits": as_number(self.credits),
            "problems": [problem.as_dict() for problem in self.problems],
            "fallbacks": list(self.fallbacks), "warnings": list(self.every_warning),
            "verdict": self.verdict.as_dict() if self.verdict else None, **self.making.as_dict(),
            "fields": dict(self.fields),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadVersion:
    """What a row is, or was, to be made of."""

    version: int
    #: The cells of the table.
    fields: Mapping[str, str]
    #: None for a row that is blocked, or not planned yet.
    payload: Mapping[str, Any] | None
    #: What its parts and its payload are planned from; None where nothing is planned.
    plan: Mapping[str, Any] | None = None
    #: When another came in its place, and by whom; None and empty for the newest.
    replaced_at: float | None = None
    replaced_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRecord:
    """A part that a row needs, or a row that needs a part, and what is known of that."""

    #: The part's name in the row that needs it.
    name: str
    number: int
    state: RowState
    lane: str
    #: sha256 of the made file, and of what it is made of.
    media: str
    digest: str
    #: Thousandths of a credit that it cost by now.
    credits: int

    def as_dict(self) -> dict[str, Any]:
        """The part as JSON."""
        return {**asdict(self), "credits": as_number(self.credits)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """One attempt of a row, as it is remembered."""

    number: int
    #: Of the payload that it was made of.
    version: int
    seed: int
    key: str
    #: The key of the call that it shared; empty where it was sent, or made, by itself.
    call: str
    lane: str
    engine: str
    model: str
    job: str
    #: What the engine needs besides to find the job again.
    handle: Mapping[str, Any]
    admitted_at: float
    finished_at: float | None
    #: What was held for it, and what it cost in the end; None: that is still held.
    reserved: int
    settled: int | None
    #: `done`, `retry`, `failed` …; empty while it is under way.
    outcome: str
    media: str
    verdict: Verdict | None

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return None if self.finished_at is None else round(self.finished_at - self.admitted_at, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStory:
    """All that is known of one row but its events."""

    record: RowRecord
    #: Rows of its batch and lane that go before it, where it is ready; else None.
    before_it: int | None
    now: PayloadVersion
    before: tuple[PayloadVersion, ...]
    parts: tuple[NeedRecord, ...]
    needed_by: tuple[NeedRecord, ...]
    attempts: tuple[AttemptRecord, ...]

    def as_dict(self) -> dict[str, Any]:
        """The story as JSON: a line of `results.jsonl` with more in it."""
        tried = [
            {
                **asdict(attempt),
                "reserved": as_number(attempt.reserved),
                "settled": as_number(attempt.settled),
                "seconds": attempt.seconds,
                "verdict": attempt.verdict.as_dict() if attempt.verdict else None,
            }
            for attempt in self.attempts
        ]
        tried = [{name: None if value == "" else value for name, value in attempt.items()} for attempt in tried]
        return {**self.record.as_dict(), "progress": self.record.progress, "before_it": self.before_it,
                "version": self.now.version, "payload": self.now.payload,
                "plan": self.now.plan, "versions": [asdict(version) for version in self.before],
                "parts": [part.as_dict() for part in self.parts],
                "needed_by": [row.as_dict() for row in self.needed_by], "tried": tried}  # fmt: skip
