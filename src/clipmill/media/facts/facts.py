"""What was measured in one media file, as one value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from clipmill.domain.media import MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was measured in one media file. Zero or empty where the kind has no such measure."""

    kind: MediaKind
    #: By content, with its dot.
    suffix: str
    #: Square pixels as it is shown: after `rotation`, and with the pixels as wide as the file says they are.
    width: int = 0
    height: int = 0
    milliseconds: int = 0
    has_video: bool = False
    has_audio: bool = False
    #: Frames a second as a fraction: `30/1`, `30000/1001`.
    fps: str = ""
    #: Until when it has pictures, seconds: its sound may go on. 0 where the file does not say.
    picture_seconds: float = 0.0
    #: Degrees clockwise by which the coded pictures of a video are turned to be shown: 0, 90, 180 or 270.
    rotation: int = 0
    #: By its common name: `h264`, `vp9`, `aac`, `opus`.
    video_codec: str = ""
    audio_codec: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "kind": str(self.kind)}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Facts:
        """The value of `as_dict`."""
        return cls(**{**told, "kind": MediaKind(told["kind"])})
