"""Visuals: the elements that are seen, bottom first unless their track says otherwise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.animation import AnimationField, ZoomField
from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.style import TextStyle


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


class BaseVisual(TimelineModel):
    """What every visual has: a place, a time, an opacity. Pixels from the top left, seconds from the start."""

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
    enter_begin: float = Field(0.0, ge=0)
    enter_end: float | None = Field(None, ge=0)
    exit_begin: float | None = Field(None, ge=0)
    exit_end: float | None = Field(None, ge=0)
    enter_animation: AnimationField | None = None
    exit_animation: AnimationField | None = None
    opacity: float = Field(1.0, ge=0, le=1)
    track: int = Field(0, ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _times_run_forward(self) -> Self:
        if self.enter_end is not None and self.enter_end < self.enter_begin:
            raise ValueError(f"enterEnd {self.enter_end:g} is before enterBegin {self.enter_begin:g}")
        if self.exit_end is not None and self.exit_begin is not None and self.exit_end < self.exit_begin:
            raise ValueError(f"exitEnd {self.exit_end:g} is before exitBegin {self.exit_begin:g}")
        return self


class SvgVisual(BaseVisual):
    """An inline SVG drawing."""

    called: ClassVar[str] = "an SVG element"

    type: Annotated[Literal["SVG"], BeforeValidator(_upper)]
    svg: str = Field(max_length=200_000, pattern=r"^\s*<")


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


class ImageVisual(BaseVisual):
    """A picture in a box that stays still, with an optional slow zoom inside it."""

    called: ClassVar[str] = "an IMAGE element"

    type: Annotated[Literal["IMAGE"], BeforeValidator(_upper)]
    #: `asset:` reference of a stored picture.
    src: str = Field(min_length=1, max_length=2048)
    #: How the picture fills its box: stretched, cut to fill it, or whole inside it.
    fit: Literal["fill", "cover", "contain"] = "fill"
    zoom: ZoomField = None
    #: Rounds the corners of the box; one number for all four.
    radius: Annotated[Radius, BeforeValidator(_radius_mapping)] = Radius()


class TextVisual(BaseVisual):
    """A text in a box; without a width or height the box is as large as the text."""

    called: ClassVar[str] = "a TEXT element"

    type: Annotated[Literal["TEXT"], BeforeValidator(_upper)]
    #: Line breaks are line breaks.
    text: str = Field(min_length=1, max_length=20_000)
    style: TextStyle = TextStyle()

    @model_validator(mode="after")
    def _keeps_its_size(self) -> Self:
        if self.resize:
            raise ValueError("this version does not scale a text to the canvas; leave resize out")
        return self


Visual = SvgVisual | ImageVisual | TextVisual
