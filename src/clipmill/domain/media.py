"""What a payload promises about its file: the expectations a finished file is verified against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSpec:
    """What a finished file must be, known before it is made."""

    seconds: float
    frames: int
    fps: float
    width: int
    height: int
    pixel_format: str = "yuv420p"
    has_audio: bool = False
    #: Codecs by their usual names; empty: not promised.
    video_codec: str = ""
    audio_codec: str = ""
    #: Spans in which the picture must be seen to change, seconds from the start: ((0.5, 1.1), …).
    moving: tuple[tuple[float, float], ...] = ()
    #: Share of black frames that was drawn, percent: more of them in the file were not meant.
    black_percent: float = 0.0
    #: `asset:` reference of the picture the first frame is compared to; empty: none.
    reference: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The spec as JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MediaSpec:
        """The inverse of `as_dict`."""
        return cls(**{**data, "moving": tuple((start, end) for start, end in data["moving"])})
