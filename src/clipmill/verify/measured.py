"""What the inspection of a finished file measured, as the checks read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clipmill.domain.verdict import MediaFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The facts of one file, and what only the checks need to know besides."""

    facts: MediaFacts
    #: Why the file could not be decoded to its end, as the end of a sentence; empty when it could.
    error: str = ""
    #: Frames the decoder could only patch up.
    damaged_frames: int = 0
    #: Frames the file promises and does not have.
    missing_frames: int = 0
    #: Spans without a visible change, (start, end) in seconds.
    stills: tuple[tuple[float, float], ...] = ()
    #: Whether the sound is louder than silence.
    audible: bool = False

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> Measured:
        """The JSON answer of `media.inspect`."""
        return cls(
            facts=MediaFacts(**answer["facts"]),
            error=answer["error"],
            damaged_frames=answer["damaged_frames"],
            missing_frames=answer["missing_frames"],
            stills=tuple((start, end) for start, end in answer["stills"]),
            audible=answer["audible"],
        )
