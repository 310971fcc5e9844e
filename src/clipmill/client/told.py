"""What a server tells, as values; whatever this version does not know of it is in `more`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something that was told as JSON."""

    #: Fields that have no name here.
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of an answer."""
        known = {one.name for one in fields(cls)} - {"more"}
        return cls(**{name: value for name, value in body.items() if name in known},
                   more={name: value for name, value in body.items() if name not in known})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSeen(Seen):
    """A batch as it stood when it was asked for."""

    id: str
    name: str = ""
    #: importing, running, paused, finished, cancelled, failed.
    state: str = ""
    #: Why it is paused, or failed.
    reason: str = ""
    rows: int = 0
    #: Rows by state.
    counts: Mapping[str, int] = field(default_factory=dict)
    #: Rows under way.
    active: int = 0
    #: Spent, reserved, budget, per_file.
    credits: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """Rows in one state: done, failed, blocked, review …"""
        return self.counts.get(state, 0)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing of it moves until somebody acts."""
        return self.state not in ("importing", "running") and not self.active and not self.count("checking")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen(Seen):
    """A row and what became of it."""

    row: int
    state: str = ""
    #: The cells of the table.
    fields: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    seed: int | None = None
    attempts: int = 0
    credits: float = 0
    #: Why it is blocked or failed: code, column, value, reason, fix, who.
    problems: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    #: Name of the file, as it is delivered.
    file: str | None = None
    sha256: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSeen(Seen):
    """A template in one of its editions."""

    id: str
    name: str = ""
    edition: int = 0
    version: str = ""
    engine: str = ""
    contract: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSeen(Seen):
    """An upload."""

    id: str
    name: str = ""
    sha256: str = ""
    size_bytes: int = 0
    #: What payloads name it by; cells may name it by its id as well.
    reference: str | None = None
    url: str | None = None
