"""Audios: the elements that are heard."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel


def _own_speed(speed: float) -> float:
    if speed != 1:
        raise ValueError("this version plays sound at its own speed; use 1 or leave it out")
    return speed


class Audio(TimelineModel):
    """A sound on the timeline, or a part of one. Seconds."""

    called: ClassVar[str] = "an audio"

    #: `asset:` reference of a stored sound.
    src: str = Field(min_length=1, max_length=2048)
    #: From when to when it is heard; without `exit` until the end.
    enter: float = Field(0.0, ge=0)
    exit: float | None = Field(None, ge=0)
    volume: float = Field(1.0, ge=0, le=1)
    speed: Annotated[float, AfterValidator(_own_speed)] = 1.0
    #: The part of the source that is used.
    audio_begin: float = Field(0.0, ge=0)
    audio_end: float | None = Field(None, ge=0)
    audio_duration: float | None = Field(None, gt=0)
    #: Linear fades at the beginning and the end of what is heard.
    fade_in: float = Field(0.0, ge=0, le=600)
    fade_out: float = Field(0.0, ge=0, le=600)
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
