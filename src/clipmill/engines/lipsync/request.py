"""The request: what a lipsync payload may say, read and checked without opening media."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from clipmill.domain.payload import asset_digest
from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.loading import refusal
from clipmill.domain.timeline.project import Side
from clipmill.domain.timeline.timing import Seconds
from clipmill.errors import ProjectError

SyncMode = Literal["cut_off", "loop", "bounce", "silence", "remap"]


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _ratio(value: Any) -> Any:
    """29.97 is the decimal that was written, not its binary neighbour."""
    return str(value) if isinstance(value, float) else value


class AskedPicture(TimelineModel):
    """What is seen: a video, or a picture that stands still."""

    called: ClassVar[str] = "a visual"

    type: Annotated[Literal["video", "image"], BeforeValidator(_lower)]
    #: `asset:` reference of a stored file.
    src: str = Field(min_length=1, max_length=2048)


class Voice(TimelineModel):
    """What is heard."""

    called: ClassVar[str] = "an audio"

    #: `asset:` reference of a stored sound, or of a video with sound.
    src: str = Field(min_length=1, max_length=2048)
    #: How segments call it.
    ref_id: str = Field("", max_length=200)


class Excerpt(TimelineModel):
    """A part of a voice, seconds of its file."""

    called: ClassVar[str] = "an audioInput"

    ref_id: str = Field(min_length=1, max_length=200)
    start_time: Seconds = 0.0
    end_time: Seconds | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end_time is not None and self.end_time <= self.start_time:
            raise ValueError(f"endTime {self.end_time:g} is not after startTime {self.start_time:g}")
        return self


class SpokenSegment(TimelineModel):
    """From when to when a voice is heard in the place of the video's own sound, seconds of the video."""

    called: ClassVar[str] = "a segment"

    start_time: Seconds
    end_time: Seconds
    audio_input: Excerpt

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end_time <= self.start_time:
            raise ValueError(f"endTime {self.end_time:g} is not after startTime {self.start_time:g}")
        return self


class Request(TimelineModel):
    """A picture, voices, and how the two are brought to one length."""

    called: ClassVar[str] = "a lipsync request"

    #: What the caller calls the model; all are made alike here.
    model: str = Field("", max_length=200)
    visual: AskedPicture
    audio: tuple[Voice, ...] = Field(min_length=1, max_length=100)
    sync_mode: SyncMode = Field("cut_off", alias="sync_mode")
    segments: tuple[SpokenSegment, ...] = Field((), max_length=1000)
    #: Pictures a second, width and height of the result; null: the video's own.
    fps: Annotated[Fraction | None, BeforeValidator(_ratio)] = Field(None, ge=1, le=60)
    width: Side | None = None
    height: Side | None = None
    #: What the caller calls the file; the template says how it is named here.
    output_file_name: str = Field("", pattern=r"^[A-Za-z0-9_-]*$", max_length=255)

    def voice(self, ref_id: str) -> int:
        """The place of the voice that is called so."""
        return next(place for place, voice in enumerate(self.audio) if voice.ref_id == ref_id)


def read_request(body: Mapping[str, Any]) -> Request:
    """The request a payload's body is. Raises ProjectError naming the first wrong field by its path."""
    try:
        request = Request.model_validate(body)
    except ValidationError as error:
        raise refusal(error.errors(include_url=False), body) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise ProjectError("it is nested too deeply, or has a number of thousands of digits") from error
    _check_sources(request)
    _check_names(request)
    _check_order(request)
    return request


def _check_sources(request: Request) -> None:
    named = {"visual.src": request.visual.src}
    named |= {f"audio[{place}].src": voice.src for place, voice in enumerate(request.audio)}
    for path, source in named.items():
        if asset_digest(source) is None:
            raise ProjectError(f"{source[:80]!r} is no stored file (asset:…)", path=path)


def _check_names(request: Request) -> None:
    """Names are given once, and those that segments use are given."""
    known: dict[str, int] = {}
    for place, voice in enumerate(request.audio):
        if voice.ref_id and known.setdefault(voice.ref_id, place) != place:
            raise ProjectError(f"{voice.ref_id[:80]!r} is the refId of audio[{known[voice.ref_id]}] already; "
                               "give each its own", path=f"audio[{place}].refId")  # fmt: skip
    for place, segment in enumerate(request.segments):
        name = segment.audio_input.ref_id
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "no audio has a refId"
            raise ProjectError(f"no audio is called {name[:80]!r}; {there}"[:400],
                               path=f"segments[{place}].audioInput.refId")  # fmt: skip


def _check_order(request: Request) -> None:
    """Segments do not overlap."""
    ordered = sorted(enumerate(request.segments), key=lambda each: each[1].start_time)
    for (before, first), (place, second) in itertools.pairwise(ordered):
        if second.start_time < first.end_time:
            raise ProjectError(f"{second.start_time:g} s is before the end of segments[{before}], which is at "
                               f"{first.end_time:g} s", path=f"segments[{place}].startTime",
                               hint="One voice is heard at a time: let it begin later.")  # fmt: skip
