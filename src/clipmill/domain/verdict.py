"""Problems and verdicts: bad data and bad media are values, not exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from clipmill.domain.media import Shot
from clipmill.shown import discreet


class Who(StrEnum):
    """Who can do something about it."""

    DATA_OWNER = "data owner"
    TEMPLATE_AUTHOR = "template author"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    NOBODY = "nobody: it is retried"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is blocked or failed: what, where, who can fix it and how."""

    #: Stable dotted name, the same for every row with this cause: `text.too_long`.
    code: str
    #: One sentence a data owner understands.
    reason: str
    #: What to do, in the imperative: `Give 1 to 60 characters.`
    fix: str
    column: str = ""
    #: The offending value, cut to 200 characters by whoever prints it.
    value: str = ""
    who: Who = Who.DATA_OWNER

    def __post_init__(self) -> None:
        for name in ("reason", "fix", "value"):
            object.__setattr__(self, name, discreet(getattr(self, name)))

    @property
    def told(self) -> str:
        """The reason with its column before it, where it does not name the column itself."""
        return self.reason if not self.column or self.column in self.reason else f"{self.column}: {self.reason}"

    def as_dict(self) -> dict[str, str]:
        """The problem as JSON, fields in reading order."""
        return {"column": self.column, "value": self.value[:200], "reason": self.reason, "fix": self.fix,
                "who": str(self.who), "code": self.code}  # fmt: skip


class Ruling(StrEnum):
    """What verification concluded."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw in a file."""

    check: str
    ruling: Ruling
    #: One sentence with the measured and the wanted value.
    message: str = ""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What was measured in a finished file by decoding it."""

    seconds: float = 0.0
    frames: int = 0
    fps: float = 0.0
    width: int = 0
    height: int = 0
    #: By content: `mp4`, `zip`, …
    container: str = ""
    pixel_format: str = ""
    video_codec: str = ""
    audio_codec: str = ""
    audio_seconds: float = 0.0
    size_bytes: int = 0
    black_frames: int = 0
    longest_still_seconds: float = 0.0
    #: Mean absolute difference of the first frame to the reference, percent; -1 without a reference.
    drift_percent: float = -1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found in a finished file."""

    findings: tuple[Finding, ...] = ()
    facts: MediaFacts = MediaFacts()
    #: What was noticed while it was made, sentences for people, whatever the rulings: a text that was cut.
    noticed: tuple[str, ...] = ()
    #: The frames that were kept as pictures.
    shots: tuple[Shot, ...] = ()
    #: sha256 of the stored JPEG of every shot, and of a small `thumbnail`, by name.
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def ruling(self) -> Ruling:
        """The gravest of the findings."""
        rulings = {finding.ruling for finding in self.findings}
        return Ruling.FAIL if Ruling.FAIL in rulings else Ruling.REVIEW if Ruling.REVIEW in rulings else Ruling.PASS

    @property
    def reason(self) -> str:
        """The messages of the findings that did not pass, in one line."""
        return "; ".join(f.message for f in self.findings if f.ruling is not Ruling.PASS)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should read: what was noticed, and what is to be looked at."""
        looks = (f.message for f in self.findings if f.ruling is Ruling.REVIEW)
        return tuple(dict.fromkeys((*self.noticed, *looks)))

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON."""
        return {"ruling": str(self.ruling), "findings": [asdict(f) for f in self.findings],
                "facts": asdict(self.facts), "noticed": list(self.noticed),
                "shots": [asdict(shot) for shot in self.shots], "pictures": dict(self.pictures)}  # fmt: skip

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """The inverse of `as_dict`."""
        findings = tuple(Finding(f["check"], Ruling(f["ruling"]), f["message"]) for f in data["findings"])
        shots = tuple(Shot(**shot) for shot in data["shots"])
        return cls(findings, MediaFacts(**data["facts"]), tuple(data["noticed"]), shots, data["pictures"])
