"""What a payload promises about its file: the expectations a finished file is verified against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class MediaKind(StrEnum):
    """What a file is to the person who opens it, and so what can be measured in it."""

    #: Pictures one after the other, with or without sound.
    VIDEO = "video"
    #: One picture.
    IMAGE = "image"
    #: Sound alone.
    AUDIO = "audio"
    #: A zip of pictures.
    ARCHIVE = "archive"
    #: Words with times, for a video.
    SUBTITLE = "subtitle"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something seen while a file was made that a person should look at: drawn as asked, hardly as meant."""

    #: A name in `verify.doubts.DOUBTS`, the rule of the template that decides what becomes of it: `cut_text`.
    check: str
    #: One sentence naming the field: `visuals[2]: 'A very long …' …`.
    message: str
    #: The frame in which it is seen best, None where no frame shows it.
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame of a finished file that is kept as a picture."""

    #: `first`, `middle`, `last`, `doubt1` …
    name: str
    frame: int
    #: What there is to see in it, where it is kept for a doubt: the doubt's message.
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSpec:
    """What a finished file must be, known before it is made. What its kind does not have is 0 or empty."""

    seconds: float
    frames: int
    fps: float
    width: int
    height: int
    kind: MediaKind = MediaKind.VIDEO
    #: How the delivered file's name ends, with the dot.
    suffix: str = ".mp4"
    #: By content, as `media.facts.container` calls it; empty: not promised.
    container: str = ""
    #: The container's times are multiples of this: a rate cannot be told more exactly. 0: exact times.
    tick_seconds: float = 0.0
    pixel_format: str = "yuv420p"
    has_audio: bool = False
    #: Codecs by their usual names; empty: not promised.
    video_codec: str = ""
    audio_codec: str = ""
    #: Spans in which the picture must be seen to change, seconds from the start: ((0.5, 1.1), …).
    moving: tuple[tuple[float, float], ...] = ()
    #: Share of black frames that was drawn, percent.
    black_percent: float = 0.0
    #: What was noticed while it was drawn and matters little, sentences for people.
    remarks: tuple[str, ...] = ()
    #: What was noticed while it was drawn and was hardly meant.
    doubts: tuple[Doubt, ...] = ()
    #: The frames that are kept as pictures; empty: the first, the middle and the last.
    shots: tuple[Shot, ...] = ()
    #: The file was there already, made for an equal project: nothing was made anew, and nothing is charged.
    reused: bool = False
    #: `asset:` reference of the picture the first frame is compared to; empty: none.
    reference: str = ""

    def kept(self, frames: int) -> dict[int, list[str]]:
        """The frames that are kept as pictures, of a file that has so many, each with the names it is kept under."""
        shots = self.shots or (Shot("first", 0), Shot("middle", frames // 2), Shot("last", frames - 1))
        names: dict[int, list[str]] = {}
        for shot in shots:
            names.setdefault(shot.frame, []).append(shot.name)
        return names

    def as_dict(self) -> dict[str, Any]:
        """The spec as JSON."""
        told = {name: getattr(self, name) for name in self.__slots__}  # in a fifth of the time of `asdict`
        return told | {"doubts": tuple(map(asdict, self.doubts)), "shots": tuple(map(asdict, self.shots))}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MediaSpec:
        """The inverse of `as_dict`."""
        moving = tuple((start, end) for start, end in data["moving"])
        doubts = tuple(Doubt(**doubt) for doubt in data["doubts"])
        shots = tuple(Shot(**shot) for shot in data["shots"])
        told = {"remarks": tuple(data["remarks"]), "doubts": doubts, "shots": shots}
        return cls(**{**data, "kind": MediaKind(data["kind"]), "moving": moving, **told})
