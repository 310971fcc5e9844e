"""A clip's facts: what is known of a sound or a moving picture before it is opened for rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """What was measured in one source. Zero and empty where it has no such measure."""

    #: Length, seconds.
    seconds: float = 0.0
    #: Square pixels as shown, upright.
    width: int = 0
    height: int = 0
    #: Pictures a second as an exact ratio, "30000/1001".
    fps: str = ""
    #: Until when it has pictures, seconds: its sound may go on. 0 where the file does not say.
    picture_seconds: float = 0.0
    has_video: bool = False
    has_audio: bool = False
    #: Of a GIF: how long each of its pictures is shown, seconds.
    delays: tuple[float, ...] = ()

    @property
    def rate(self) -> Fraction | None:
        """Pictures a second, None where the source does not say."""
        return Fraction(self.fps) if self.fps else None

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ClipFacts:
        """The inverse of `as_dict`."""
        return cls(**{**data, "delays": tuple(data["delays"])})


#: `asset:` reference → its facts; what is not there is not known.
Clips = Mapping[str, ClipFacts]
NO_CLIPS: Clips = {}
