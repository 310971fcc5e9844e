"""Looks: what is done to a picture before it is laid down: cut, filtered, keyed."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, ColourField

_DEGREES = re.compile(r"(-?\d+(?:\.\d+)?)\s*(deg|rad|turn)?", re.IGNORECASE)
_DEGREES_PER = {"deg": 1.0, "rad": 57.29577951308232, "turn": 360.0}
_PIXELS = re.compile(r"(\d+(?:\.\d+)?)\s*(px)?", re.IGNORECASE)


def _degrees(value: Any) -> Any:
    """`"90deg"`, `"1.57rad"`, `"0.25turn"` or a bare number, as degrees."""
    found = _DEGREES.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f'{value!r} is no angle; write it as "90deg"')
    return float(found[1]) * _DEGREES_PER[(found[2] or "deg").lower()]


def _blur(value: Any) -> Any:
    found = _PIXELS.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(f'{value!r} is no blur; write it as "4px", up to 100')
    return float(found[1])


def _share(value: Any) -> Any:
    """`true` is wholly, `false` not at all."""
    return float(value) if isinstance(value, bool) else value


class Filter(TimelineModel):
    """Changes of colour and sharpness; 0 changes nothing."""

    called: ClassVar[str] = "a filter"

    #: −100 is black, 100 twice as bright (CSS `brightness(1 + v/100)`); likewise contrast and saturation.
    brightness: float = Field(0.0, ge=-100, le=100)
    contrast: float = Field(0.0, ge=-100, le=100)
    saturate: float = Field(0.0, ge=-100, le=100)
    #: Degrees around the colour wheel.
    hue_rotate: Annotated[float, BeforeValidator(_degrees, json_schema_input_type=str | float)] = Field(
        0.0, ge=-3600, le=3600, alias="hue-rotate"
    )
    #: Standard deviation, pixels.
    blur: Annotated[float, BeforeValidator(_blur, json_schema_input_type=str | float)] = Field(0.0, ge=0, le=100)
    #: How far colours turn into their opposites, 0–1.
    invert: Annotated[float, BeforeValidator(_share, json_schema_input_type=bool | float)] = Field(0.0, ge=0, le=1)
    #: Light and shade in the shades of this colour.
    color_tint: ColourField | None = None


class ChromaKey(TimelineModel):
    """A colour that becomes transparent."""

    called: ClassVar[str] = "a chroma key"

    color: ColourField
    #: How far from the colour is still the colour, 0–100.
    similarity: float = Field(10.0, ge=0, le=100)
    #: How soft the edge is, 0–100.
    blend: float = Field(0.0, ge=0, le=100)

    @property
    def key(self) -> Colour:
        """The colour that goes."""
        return self.color


class CropParams(TimelineModel):
    """The part of a source that is shown, pixels of the source."""

    called: ClassVar[str] = "a crop"

    x: float = Field(ge=0, le=20_000)
    y: float = Field(ge=0, le=20_000)
    width: float = Field(ge=1, le=20_000)
    height: float = Field(ge=1, le=20_000)
