"""The style of a TEXT element: the CSS properties this version draws, in camelCase or kebab-case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from clipmill.domain.timeline.base import TimelineModel
from clipmill.domain.timeline.colour import Colour, ColourField, parse_colour

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(px|em)?", re.IGNORECASE)
_WEIGHTS = {"normal": 400, "bold": 700}
#: The height of a line where the style names none, as a multiple of the font size.
NORMAL_LINE = 1.2


@dataclass(frozen=True, slots=True)
class Length:
    """A CSS length: pixels, or multiples of the font size."""

    value: float
    unit: Literal["px", "em"] = "px"

    def pixels(self, font_size: float) -> float:
        """The length in pixels at this font size."""
        return self.value * font_size if self.unit == "em" else self.value


def _length(value: Any, bare: Literal["px", "em"]) -> Length:
    """The length a number or a CSS text names; `bare` is the unit of a number without one."""
    if isinstance(value, Length):
        return value
    found = _NUMBER.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    if found is None:
        raise ValueError(f'{value!r} is not a length; write a number or a text such as "12px"')
    unit: Literal["px", "em"] = "em" if (found[2] or bare).lower() == "em" else "px"
    return Length(float(found[1]), unit)


def _pixels(value: Any) -> float:
    length = _length(value, "px")
    if length.unit != "px":
        raise ValueError(f"{value!r}: this version takes pixels here")
    return length.value


def _line_height(value: Any) -> Length:
    return Length(NORMAL_LINE, "em") if value == "normal" else _length(value, "em")


def _letter_spacing(value: Any) -> Length:
    return Length(0.0) if value == "normal" else _length(value, "px")


def _weight(value: Any) -> Any:
    return _WEIGHTS.get(value, value) if isinstance(value, str) else value


def _sides(value: Any) -> tuple[float, ...]:
    """CSS shorthand of one to four lengths as (top, right, bottom, left)."""
    parts = value if isinstance(value, list | tuple) else str(value).split()
    if not 1 <= len(parts) <= 4:
        raise ValueError(f'{value!r} is not a padding; write one to four lengths such as "12px 24px"')
    lengths = [_pixels(part) for part in parts]
    top, right = lengths[0], lengths[1 % len(lengths)]
    bottom = lengths[2] if len(lengths) > 2 else top
    return top, right, bottom, lengths[3] if len(lengths) > 3 else right


Pixels = Annotated[float, BeforeValidator(_pixels)]
Sides = Annotated[tuple[float, float, float, float], BeforeValidator(_sides)]


class TextStyle(TimelineModel):
    """How a text looks."""

    called: ClassVar[str] = "a style"

    #: A CSS list of families; what none of them has comes from the fallback fonts.
    font_family: str = "Manrope"
    font_size: Pixels = Field(32.0, ge=4, le=1000)
    #: The text shrinks down to this size until it fits its box; null: it keeps its size.
    min_font_size: Annotated[float | None, BeforeValidator(lambda v: None if v is None else _pixels(v))] = Field(
        None, ge=4, le=1000
    )
    #: With `minFontSize`: the text shrinks until it has no more lines than this.
    max_lines: int | None = Field(None, ge=1, le=200)
    font_weight: Annotated[int, BeforeValidator(_weight)] = Field(400, ge=100, le=1000)
    font_style: Literal["normal", "italic", "oblique"] = "normal"
    color: ColourField = Colour(0, 0, 0)
    text_align: Literal["start", "left", "center", "right", "end", "justify"] = "start"
    vertical_align: Literal["top", "middle", "bottom"] = "top"
    line_height: Annotated[Length, BeforeValidator(_line_height)] = Length(NORMAL_LINE, "em")
    letter_spacing: Annotated[Length, BeforeValidator(_letter_spacing)] = Length(0.0)
    text_transform: Literal["none", "uppercase", "lowercase", "capitalize"] = "none"
    background_color: ColourField = parse_colour("transparent")
    #: Around the box of the text, outside its width and height: (top, right, bottom, left).
    padding: Sides = (0.0, 0.0, 0.0, 0.0)
    #: Corner radius of the background; more than half a side gives a pill.
    border_radius: Pixels = Field(0.0, ge=0, le=10_000)

    @model_validator(mode="before")
    @classmethod
    def _camel_case(cls, data: Any) -> Any:
        """`font-size` is `fontSize`."""
        if not isinstance(data, Mapping):
            return data
        return {_camel(str(name)): value for name, value in data.items()}

    @property
    def line_factor(self) -> float:
        """The height of a line as a multiple of the font size."""
        return self.line_height.pixels(self.font_size) / self.font_size


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)
