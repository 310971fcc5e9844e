"""Animations of an element: how it enters and leaves, and the slow zoom inside its box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from typing_extensions import TypedDict

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.presets import Position

#: `zoom: true` means this scale at the end.
DEFAULT_ZOOM = 1.2
_ZOOMS = 'write true, {"depth": 1.2} or {"from": 1, "to": 1.08}'


class Effect(StrEnum):
    """How one picture gives way to another: the effects of FFmpeg's xfade, by its names.

    A direction names where the picture moves to: `slideleft` comes in from the right.
    """

    FADE = "fade"
    FADE_BLACK = "fadeblack"
    FADE_WHITE = "fadewhite"
    FADE_GRAYS = "fadegrays"
    FADE_FAST = "fadefast"
    FADE_SLOW = "fadeslow"
    DISTANCE = "distance"
    DISSOLVE = "dissolve"
    PIXELIZE = "pixelize"
    RADIAL = "radial"
    H_BLUR = "hblur"
    ZOOM_IN = "zoomin"
    WIPE_LEFT = "wipeleft"
    WIPE_RIGHT = "wiperight"
    WIPE_UP = "wipeup"
    WIPE_DOWN = "wipedown"
    WIPE_TL = "wipetl"
    WIPE_TR = "wipetr"
    WIPE_BL = "wipebl"
    WIPE_BR = "wipebr"
    SLIDE_LEFT = "slideleft"
    SLIDE_RIGHT = "slideright"
    SLIDE_UP = "slideup"
    SLIDE_DOWN = "slidedown"
    SMOOTH_LEFT = "smoothleft"
    SMOOTH_RIGHT = "smoothright"
    SMOOTH_UP = "smoothup"
    SMOOTH_DOWN = "smoothdown"
    COVER_LEFT = "coverleft"
    COVER_RIGHT = "coverright"
    COVER_UP = "coverup"
    COVER_DOWN = "coverdown"
    REVEAL_LEFT = "revealleft"
    REVEAL_RIGHT = "revealright"
    REVEAL_UP = "revealup"
    REVEAL_DOWN = "revealdown"
    CIRCLE_CROP = "circlecrop"
    RECT_CROP = "rectcrop"
    CIRCLE_CLOSE = "circleclose"
    CIRCLE_OPEN = "circleopen"
    HORZ_CLOSE = "horzclose"
    HORZ_OPEN = "horzopen"
    VERT_CLOSE = "vertclose"
    VERT_OPEN = "vertopen"
    DIAG_BL = "diagbl"
    DIAG_BR = "diagbr"
    DIAG_TL = "diagtl"
    DIAG_TR = "diagtr"
    HL_SLICE = "hlslice"
    HR_SLICE = "hrslice"
    VU_SLICE = "vuslice"
    VD_SLICE = "vdslice"
    HL_WIND = "hlwind"
    HR_WIND = "hrwind"
    VU_WIND = "vuwind"
    VD_WIND = "vdwind"
    SQUEEZE_H = "squeezeh"
    SQUEEZE_V = "squeezev"

    @classmethod
    def _missing_(cls, value: object) -> Effect | None:
        """`Slide-Left` means slideleft."""
        plain = re.sub(r"[\s_-]", "", value).lower() if isinstance(value, str) else ""
        return next((effect for effect in cls if effect.value == plain), None)

    @property
    def slides(self) -> bool:
        """Whether it moves a picture as it is, out of the way or into its place."""
        return self.value.startswith(("slide", "cover", "reveal"))

    @property
    def direction(self) -> tuple[int, int]:
        """The unit step of a slide, x to the right and y down; (0, 0) for what does not slide."""
        return _DIRECTIONS.get(self, (0, 0))


_DIRECTIONS: dict[Effect, tuple[int, int]] = {
    Effect.SLIDE_LEFT: (-1, 0),
    Effect.SLIDE_RIGHT: (1, 0),
    Effect.SLIDE_UP: (0, -1),
    Effect.SLIDE_DOWN: (0, 1),
}


class Easing(StrEnum):
    """How progress runs over the time of an animation."""

    LINEAR = "linear"
    EASE_OUT = "ease-out"
    EASE_IN_OUT = "ease-in-out"

    def at(self, progress: float) -> float:
        """Eased progress for progress 0–1; ease-out is the cubic 1 − (1 − t)³."""
        if self is Easing.EASE_OUT:
            return 1.0 - (1.0 - progress) ** 3
        if self is Easing.EASE_IN_OUT:
            return 4.0 * progress**3 if progress < 0.5 else 1.0 - 4.0 * (1.0 - progress) ** 3
        return progress


def _animation_mapping(value: Any) -> Any:
    return {"effect": value} if isinstance(value, str) else value


class Animation(TimelineModel):
    """One entrance or exit: `"slideup"`, or the object with distance, easing and fade."""

    called: ClassVar[str] = "an animation"

    effect: Effect
    #: Pixels a slide moves the element; null: the slide of FFmpeg, inside the element's own box.
    distance: float | None = Field(None, ge=0, le=10_000)
    easing: Easing = Easing.LINEAR
    #: Whether a slide also fades.
    fade: bool = False


def _zoom_mapping(value: Any) -> Any:
    """`true` and `{depth}` as `{from, to}`; `false` as nothing."""
    if value is True:
        return {"to": DEFAULT_ZOOM}
    if value is False:
        return None
    if value is not None and not isinstance(value, Mapping | Zoom):
        raise ValueError(f"{str(value)[:80]!r} is no zoom; {_ZOOMS}")
    if isinstance(value, Mapping) and "depth" in value:
        if "to" in value or "from" in value:
            raise ValueError("give either depth, or from and to")
        return {"to" if name == "depth" else name: part for name, part in value.items()}
    return value


class Zoom(TimelineModel):
    """A zoom of the picture about a point of its box, linear over the time the element is shown."""

    called: ClassVar[str] = "a zoom"

    start: float = Field(1.0, ge=1, le=10, alias="from")
    end: float = Field(1.0, ge=1, le=10, alias="to")
    #: Seconds before the element's exit at which the zoom has come to rest.
    rest: float = Field(0.0, ge=0, le=600)
    #: The point of the box that stays where it is; a camera moves towards it.
    towards: Position = Position.CENTER_CENTER

    @field_validator("towards")
    @classmethod
    def _is_a_point(cls, value: Position) -> Position:
        if value is Position.CUSTOM:
            raise ValueError("a zoom is towards a point such as center-center or top-left")
        return value

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if "end" not in self.model_fields_set:
            raise ValueError(f"a zoom needs its end; {_ZOOMS}")
        return self


class _ZoomDepth(TypedDict):
    """A zoom from 1 to this scale."""

    depth: float


#: A field holding an animation, as a name or as an object.
AnimationField = Annotated[Animation, BeforeValidator(_animation_mapping, json_schema_input_type=Effect | Animation)]
#: A field holding a zoom, as true, `{depth}` or `{from, to}`.
ZoomField = Annotated[
    Zoom | None, BeforeValidator(_zoom_mapping, json_schema_input_type=bool | _ZoomDepth | Zoom | None)
]
