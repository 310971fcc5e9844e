"""Visuals: the elements that are seen, bottom first unless their track says otherwise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.elements.animation import Animation, AnimationField, Effect, ZoomField
from clipmill.domain.timeline.elements.looks import ChromaKey, CropParams, Filter
from clipmill.domain.timeline.elements.style import StyleField, TextStyle
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.timing import Seconds

#: How an element or a scene is called by others.
Name = Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_-]*$")]


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def no_animation(value: Any) -> Any:
    """`"none"` and `""` ask for nothing."""
    return None if value in ("", "none") else value


#: A field that may hold an animation.
MaybeAnimation = Annotated[
    AnimationField | None,
    BeforeValidator(no_animation, json_schema_input_type=Effect | Animation | Literal["", "none"] | None),
]


class BaseVisual(TimelineModel):
    """What every visual has: a place, a time, an opacity. Pixels from the top left, seconds from the start."""

    #: How others call it.
    id: str = Field("", max_length=200)
    x: float = Field(0.0, ge=-20_000, le=20_000)
    y: float = Field(0.0, ge=-20_000, le=20_000)
    #: Null: the natural size of a picture, the size of its text for a TEXT.
    width: float | None = Field(None, ge=1)
    height: float | None = Field(None, ge=1)
    #: A point of the canvas the element sits at, instead of `x` and `y`.
    position: Position = Position.CUSTOM
    #: The point of the element that sits there; null: the same as `position`, else the top left.
    anchor: Position | None = None
    #: Scales to the canvas and overrides `width` and `height`.
    resize: Literal["contain", "cover"] | None = None
    enter_begin: Seconds = 0.0
    enter_end: Seconds | None = None
    exit_begin: Seconds | None = None
    exit_end: Seconds | None = None
    enter_animation: MaybeAnimation = None
    exit_animation: MaybeAnimation = None
    opacity: float = Field(1.0, ge=0, le=1)
    #: Degrees clockwise about the middle of the element.
    angle: float = Field(0.0, ge=-360, le=360)
    flip_h: bool = Field(False, alias="flipH")
    flip_v: bool = Field(False, alias="flipV")
    track: int = Field(0, ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _times_run_forward(self) -> Self:
        if self.enter_end is not None and self.enter_end < self.enter_begin and "enter_end" in self.model_fields_set:
            raise ValueError(f"enterEnd {self.enter_end:g} is before enterBegin {self.enter_begin:g}")
        if self.exit_end is not None and self.exit_begin is not None and self.exit_end < self.exit_begin:
            raise ValueError(f"exitEnd {self.exit_end:g} is before exitBegin {self.exit_begin:g}")
        return self


class SvgVisual(BaseVisual):
    """An inline SVG drawing."""

    called: ClassVar[str] = "an SVG element"

    type: Annotated[Literal["SVG"], BeforeValidator(_upper, json_schema_input_type=Literal["SVG", "svg"])]
    svg: str = Field(max_length=200_000, pattern=r"^\s*<")
    filter: Filter | None = None
    chroma_key: ChromaKey | None = None
    #: Kept by editors; changes nothing here.
    custom_code: Any = None
    designer: Any = None


class Radius(TimelineModel):
    """Corner radii of a box, pixels."""

    called: ClassVar[str] = "a radius"

    tl: float = Field(0.0, ge=0, le=10_000)
    tr: float = Field(0.0, ge=0, le=10_000)
    bl: float = Field(0.0, ge=0, le=10_000)
    br: float = Field(0.0, ge=0, le=10_000)


def _radius_mapping(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return dict.fromkeys(("tl", "tr", "bl", "br"), value)
    return {} if value is None else value


class PictureVisual(BaseVisual):
    """What IMAGE, GIF and VIDEO share: a source in a box."""

    #: `asset:` reference of a stored file.
    src: str = Field(min_length=1, max_length=2048)
    #: How the picture fills its box: stretched (as Zvid has it), cut to it, or wholly inside.
    fit: Literal["fill", "cover", "contain"] = "fill"
    crop_params: CropParams | None = None
    filter: Filter | None = None
    chroma_key: ChromaKey | None = None
    zoom: ZoomField = None
    #: Rounds the corners of the box; one number for all four.
    radius: Annotated[Radius, BeforeValidator(_radius_mapping, json_schema_input_type=float | Radius)] = Radius()


class ImageVisual(PictureVisual):
    """A picture in a box."""

    called: ClassVar[str] = "an IMAGE element"

    type: Annotated[Literal["IMAGE"], BeforeValidator(_upper, json_schema_input_type=Literal["IMAGE", "image"])]


class GifVisual(PictureVisual):
    """A moving picture that plays in a loop."""

    called: ClassVar[str] = "a GIF element"

    type: Annotated[Literal["GIF"], BeforeValidator(_upper, json_schema_input_type=Literal["GIF", "gif"])]


class VideoVisual(PictureVisual):
    """A clip, or a part of one, with its sound."""

    called: ClassVar[str] = "a VIDEO element"

    type: Annotated[Literal["VIDEO"], BeforeValidator(_upper, json_schema_input_type=Literal["VIDEO", "video"])]
    #: The part of the source that is played, seconds of the source.
    video_begin: Seconds = 0.0
    video_end: Seconds | None = None
    video_duration: Seconds | None = Field(None, ge=0.1)
    volume: float = Field(1.0, ge=0, le=1)
    #: How much faster than it was taken; the sound keeps its pitch.
    speed: float = Field(1.0, ge=0.1, le=10)
    #: Pictures a second taken from the source; null: all of them.
    frame_rate: float | None = Field(None, ge=1, le=60)
    #: What is shown once the clip is over and the element is not: its last picture; the clip again from its beginning;
    #: the clip backwards, forwards and so on, its sound forwards only.
    loop: Literal["none", "repeat", "bounce"] = "none"
    #: Whether its sound is heard; null: if it has any.
    has_audio: bool | None = None
    #: How it gives way to the clip called `transitionId`, which begins where this one ends.
    transition: MaybeAnimation = None
    transition_duration: float = Field(0.5, ge=0, le=60)
    transition_id: str = Field("", max_length=200)

    @model_validator(mode="after")
    def _part_runs_forward(self) -> Self:
        if self.video_end is not None and self.video_end <= self.video_begin:
            raise ValueError(f"videoEnd {self.video_end:g} is not after videoBegin {self.video_begin:g}")
        return self


class CustomCode(TimelineModel):
    """Style rules for the html of a TEXT; scripts are not run."""

    called: ClassVar[str] = "customCode"

    css: str = Field("", max_length=200_000)
    js: str = Field("", max_length=200_000)
    animation_duration: float = Field(0.0, ge=0, le=15)


class TextVisual(BaseVisual):
    """A text in a box; without a width or height the box is as large as the text."""

    called: ClassVar[str] = "a TEXT element"

    type: Annotated[Literal["TEXT"], BeforeValidator(_upper, json_schema_input_type=Literal["TEXT", "text"])]
    #: Line breaks are line breaks.
    text: str = Field("", max_length=20_000)
    #: Shown instead of `text`.
    html: str = Field("", max_length=200_000)
    style: StyleField = TextStyle()
    custom_code: CustomCode | None = None
    #: Kept by editors; changes nothing here.
    designer: Any = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or self.html):
            raise ValueError("it has neither text nor html; give one of them")
        return self


Visual = SvgVisual | ImageVisual | GifVisual | VideoVisual | TextVisual
