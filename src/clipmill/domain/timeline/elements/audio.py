"""Audios: the elements that are heard."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.timing import Seconds

#: How much `duck: true` lowers a sound, decibels.
_DUCK_DB = 12.0


def _duck(value: Any) -> Any:
    return (_DUCK_DB if value else 0.0) if isinstance(value, bool) else value


class Audio(TimelineModel):
    """A sound on the timeline, or a part of one. Seconds."""

    called: ClassVar[str] = "an audio"

    #: `asset:` reference of a stored sound.
    src: str = Field(min_length=1, max_length=2048)
    #: From when to when it is heard; without `exit` until the end.
    enter: Seconds = 0.0
    exit: Seconds | None = None
    volume: float = Field(1.0, ge=0, le=1)
    #: How much faster than it was recorded; the pitch stays.
    speed: float = Field(1.0, ge=0.1, le=10)
    #: The part of the source that is used.
    audio_begin: Seconds = 0.0
    audio_end: Seconds | None = None
    audio_duration: Seconds | None = Field(None, gt=0)
    #: Linear fades at the beginning and the end of what is heard.
    fade_in: float = Field(0.0, ge=0, le=600)
    fade_out: float = Field(0.0, ge=0, le=600)
    #: Decibels by which it is lowered while sounds without a `duck` of their own are heard; true means 12.
    duck: Annotated[float, BeforeValidator(_duck, json_schema_input_type=bool | float)] = Field(0.0, ge=0, le=60)
    #: Of older projects; sounds have no order.
    track: int = Field(0, ge=0, le=1_000_000)

    @model_validator(mode="before")
    @classmethod
    def _type_is_known(cls, data: Any) -> Any:
        """Older projects write `type: AUDIO`."""
        if isinstance(data, dict) and str(data.get("type", "")).upper() == "AUDIO":
            return {name: value for name, value in data.items() if name != "type"}
        return data

    @model_validator(mode="after")
    def _times_run_forward(self) -> Self:
        if self.exit is not None and self.exit < self.enter:
            raise ValueError(f"exit {self.exit:g} is before enter {self.enter:g}")
        if self.audio_end is not None and self.audio_end < self.audio_begin:
            raise ValueError(f"audioEnd {self.audio_end:g} is before audioBegin {self.audio_begin:g}")
        return self

    @property
    def source_seconds(self) -> float | None:
        """How much of the source may be used, None for all that is left."""
        asked = [self.audio_duration] if self.audio_duration is not None else []
        if self.audio_end is not None:
            asked.append(self.audio_end - self.audio_begin)
        return min(asked) if asked else None
