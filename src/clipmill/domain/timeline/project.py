"""The project: one video as JSON, canvas, time, visuals and audios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from clipmill.domain.timeline.audio import Audio
from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, ColourField
from clipmill.domain.timeline.presets import RESOLUTIONS
from clipmill.domain.timeline.timing import frame_count
from clipmill.domain.timeline.visual import ImageVisual, SvgVisual, TextVisual


def _visual_type(value: Any) -> str:
    kind = value.get("type", "") if isinstance(value, Mapping) else getattr(value, "type", "")
    return str(kind).upper()


VisualField = Annotated[
    Annotated[SvgVisual, Tag("SVG")] | Annotated[ImageVisual, Tag("IMAGE")] | Annotated[TextVisual, Tag("TEXT")],
    Discriminator(_visual_type),
]


def _even(side: int) -> int:
    if side % 2:
        raise ValueError(f"{side} is odd; MP4 video needs an even number: use {side - 1} or {side + 1}")
    return side


Side = Annotated[int, Field(ge=16), AfterValidator(_even)]


class Project(TimelineModel):
    """One video."""

    called: ClassVar[str] = "a project"

    type: Literal["video"] = "video"
    name: str = Field("unnamed", pattern=r"^[a-zA-Z0-9_\- ]+$", max_length=1000)
    #: A preset overrides width and height.
    resolution: str = "custom"
    width: Side = 1280
    height: Side = 720
    #: Seconds.
    duration: float = Field(10.0, ge=0.1)
    frame_rate: int = Field(30, ge=1, le=60)
    output_format: Literal["mp4"] = "mp4"
    background_color: ColourField = Colour(255, 255, 255)
    visuals: tuple[VisualField, ...] = ()
    audios: tuple[Audio, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _apply_preset(cls, data: Any) -> Any:
        """A named resolution becomes width and height."""
        preset = RESOLUTIONS.get(str(data.get("resolution"))) if isinstance(data, Mapping) else None
        return data if preset is None else {**data, "width": preset[0], "height": preset[1]}

    @field_validator("resolution")
    @classmethod
    def _preset_is_known(cls, value: str) -> str:
        if value != "custom" and value not in RESOLUTIONS:
            raise ValueError(f"{value!r} is not a preset; there are custom, {', '.join(RESOLUTIONS)}")
        return value

    @field_validator("background_color")
    @classmethod
    def _background_is_opaque(cls, value: Colour) -> Colour:
        if value.alpha != 1:
            raise ValueError("the background of a video cannot be transparent; use #rgb or #rrggbb")
        return value

    @property
    def frames(self) -> int:
        """How many frames the video has."""
        return frame_count(self.duration, self.frame_rate)

    @property
    def sources(self) -> dict[str, str]:
        """Path of the field → the media it names."""
        pictures = {f"visuals[{i}].src": v.src for i, v in enumerate(self.visuals) if isinstance(v, ImageVisual)}
        return pictures | {f"audios[{i}].src": audio.src for i, audio in enumerate(self.audios)}
