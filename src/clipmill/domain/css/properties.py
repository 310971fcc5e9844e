"""The CSS properties a text may have: what each takes, and which are inherited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clipmill.domain.css.effects import BLENDS, read_filter, read_shape
from clipmill.domain.css.grids import read_areas, read_flow, read_place, read_tracks
from clipmill.domain.css.layers import Listed, read_layer_size, read_pictures, read_repeat
from clipmill.domain.css.paints import (
    LINE_STYLES,
    read_alone,
    read_line_width,
    read_origin,
    read_position,
    read_radius,
    read_shadows,
    read_transform,
)
from clipmill.domain.css.values import (
    Calculated,
    Length,
    not_negative,
    one_of,
    read_colour,
    read_length,
    read_number,
    read_size,
    split_commas,
)

Reader = Callable[[str], Any]
SIDES = ("top", "right", "bottom", "left")
#: Corners in the order of `border-radius`.
CORNERS = ("top-left", "top-right", "bottom-right", "bottom-left")
_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0,
          "xx-large": 32.0}  # fmt: skip
#: Lines along a text.
LINES = {"underline", "overline", "line-through"}
MOST_FAMILIES = 20
#: Largest `z-index` and `order`.
MOST_LEVEL = 2**31
_FEATURE = re.compile(r"['\"]([A-Za-z0-9]{4})['\"](?:\s+(on|off|\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Property:
    """One property: how its value is read, and whether children take it over."""

    read: Reader
    inherited: bool = False


def _font_size(text: str) -> Length:
    if text in _SIZES:
        return Length(_SIZES[text])
    length = {"smaller": Length(1 / 1.2, "em"), "larger": Length(1.2, "em")}.get(text) or not_negative(text)
    plain = length.unit == "%" and not isinstance(length, Calculated)
    return Length(length.value / 100, "em") if plain else length


def _weight(text: str) -> float | str:
    """A weight, or how it differs from that around it."""
    if text in ("bolder", "lighter"):
        return text
    words = {"normal": 400.0, "bold": 700.0}
    try:
        return words[text] if text in words else read_number(1, 1000)(text)
    except ValueError:
        raise ValueError(f"{text!r} is no font weight; write normal, bold or a number from 100 to 1000") from None


def _line_height(text: str) -> Length | float | None:
    """A factor of the font size, a length, or None for what the font asks for."""
    if text == "normal":
        return None
    try:
        return read_number(0, 100)(text) if not text.endswith("%") else Length(read_number(0, 100)(text), "em")
    except ValueError:
        return not_negative(text)


def _spacing(text: str) -> Length:
    return Length(0.0) if text == "normal" else read_length(text)


def _family(text: str) -> str:
    names = [name.strip().strip("'\"") for name in split_commas(text)]
    if not names or not all(names) or len(names) > MOST_FAMILIES:
        raise ValueError(f"{text[:60]!r} names no font families")
    return ", ".join(name.replace(",", " ") for name in names)


def _lines(text: str) -> frozenset[str]:
    words = set(text.split())
    if words == {"none"}:
        return frozenset()
    if not words or words - LINES:
        raise ValueError(f"{text!r} is none of {', '.join(sorted(LINES))}")
    return frozenset(words)


def _thickness(text: str) -> Length | None:
    return None if text in ("auto", "from-font") else not_negative(text)


def _offset(text: str) -> Length | None:
    return None if text in ("auto", "from-font") else read_length(text)


#: Words of `font-variant-numeric` → features of fonts.
NUMERALS = {"tabular-nums": "tnum=1", "proportional-nums": "pnum=1", "lining-nums": "lnum=1", "oldstyle-nums": "onum=1",
            "slashed-zero": "zero=1", "ordinal": "ordn=1", "diagonal-fractions": "frac=1",
            "stacked-fractions": "afrc=1"}  # fmt: skip


def _numerals(text: str) -> str:
    """Features of fonts, as Pango names them."""
    return "" if text == "normal" else ",".join(NUMERALS[word] for word in text.split())


def _features(text: str) -> str:
    """`"tnum" 1, "ss01"` as Pango names them."""
    if text == "normal":
        return ""
    found = [_FEATURE.fullmatch(part) for part in split_commas(text)]
    if not found or not all(found):
        raise ValueError(f"{text[:60]!r} names no features of fonts")
    return ",".join(f"{each[1]}={ {'on': '1', 'off': '0'}.get(each[2] or 'on', each[2]) }" for each in found if each)


def _order(text: str) -> str:
    """Whether the outline lies behind the letters."""
    return "stroke" if text.split()[:1] == ["stroke"] else str(one_of("normal", "fill")(text))


def _rise(text: str) -> Any:
    try:
        return one_of("baseline", "sub", "super", "top", "middle", "bottom", "text-top", "text-bottom")(text)
    except ValueError:
        return read_length(text)


def _pair(text: str) -> tuple[Length, Length]:
    """One length for both ways, or one across and one down."""
    first, *second = text.split()
    return not_negative(first), not_negative(second[0] if second else first)


_MARKERS = one_of("none", "disc", "circle", "square", "decimal", "lower-alpha", "upper-alpha", "lower-roman",
                  "upper-roman", lower_latin="lower-alpha", upper_latin="upper-alpha")  # fmt: skip
_SPREAD = one_of("normal", "flex-start", "flex-end", "center", "space-between", "space-around", "space-evenly",
                 "stretch", start="flex-start", end="flex-end", left="flex-start", right="flex-end",
                 baseline="flex-start")  # fmt: skip
_ALIGN = one_of("flex-start", "flex-end", "center", "stretch", "baseline", start="flex-start", end="flex-end",
                left="flex-start", right="flex-end", normal="stretch", legacy="stretch", self_start="flex-start",
                self_end="flex-end")  # fmt: skip
_TABLE_PARTS = ("table-row", "table-cell", "table-row-group", "table-caption", "table-column")
_DISPLAY = one_of("inline", "block", "inline-block", "flex", "inline-flex", "list-item", "none", "contents", "grid",
                  "inline-grid", "table", "inline-table", *_TABLE_PARTS, flow_root="block", _webkit_box="block",
                  table_header_group="table-row-group", table_footer_group="table-row-group",
                  table_column_group="table-column")  # fmt: skip


def _own_align(text: str) -> Any:
    return None if text == "auto" else _ALIGN(text)


def _whole(text: str) -> int:
    number = float(text)
    if number != int(number) or abs(number) > MOST_LEVEL:
        raise ValueError(f"{text!r} is no whole number")
    return int(number)


def _level(text: str) -> int | None:
    return None if text == "auto" else _whole(text)


def _room_between(text: str) -> Length:
    return Length(0.0) if text == "normal" else not_negative(text)


def _ratio(text: str) -> float | None:
    """Width by height; None where the element has no shape of its own."""
    words = text.replace("auto", "").split("/")
    if not "".join(words).strip():
        return None
    wide, high = read_number(0.001, 10_000)(words[0]), read_number(0.001, 10_000)(words[-1] if words[1:] else "1")
    return wide / high


PROPERTIES: Mapping[str, Property] = {
    "font-family": Property(_family, inherited=True),
    "font-size": Property(_font_size, inherited=True),
    "font-weight": Property(_weight, inherited=True),
    "font-style": Property(one_of("normal", "italic", "oblique"), inherited=True),
    "font-variant-caps": Property(one_of("normal", "small-caps"), inherited=True),
    "color": Property(read_colour, inherited=True),
    "line-height": Property(_line_height, inherited=True),
    "letter-spacing": Property(_spacing, inherited=True),
    "word-spacing": Property(_spacing, inherited=True),
    "text-align": Property(
        one_of("start", "left", "center", "right", "end", "justify", _webkit_center="center"), inherited=True
    ),
    "text-indent": Property(read_length, inherited=True),
    "text-wrap": Property(one_of("wrap", "balance", pretty="wrap", stable="wrap", auto="wrap"), inherited=True),
    "text-transform": Property(one_of("none", "uppercase", "lowercase", "capitalize"), inherited=True),
    "text-shadow": Property(read_shadows, inherited=True),
    "text-fill-color": Property(read_colour, inherited=True),
    "text-stroke-width": Property(read_line_width, inherited=True),
    "text-stroke-color": Property(read_colour, inherited=True),
    "paint-order": Property(_order, inherited=True),
    "white-space": Property(one_of("normal", "nowrap", "pre", "pre-wrap", "pre-line", break_spaces="pre-wrap"),
                            inherited=True),
    "word-break": Property(one_of("normal", "break-all", "keep-all", "break-word"), inherited=True),
    "overflow-wrap": Property(one_of("normal", "break-word", "anywhere"), inherited=True),
    "direction": Property(one_of("ltr", "rtl"), inherited=True),
    "visibility": Property(one_of("visible", "hidden", "collapse"), inherited=True),
    "list-style-type": Property(_MARKERS, inherited=True),
    "list-style-position": Property(one_of("outside", "inside"), inherited=True),
    "text-decoration-line": Property(_lines),
    "text-decoration-color": Property(read_colour),
    "text-decoration-thickness": Property(_thickness),
    "text-decoration-style": Property(one_of("solid", "double", "dotted", "dashed", "wavy")),
    "text-underline-offset": Property(_offset, inherited=True),
    "font-variant-numeric": Property(_numerals, inherited=True),
    "font-feature-settings": Property(_features, inherited=True),
    "text-overflow": Property(one_of("clip", "ellipsis")),
    "line-clamp": Property(lambda text: None if text == "none" else round(read_number(1, 1000)(text))),
    "vertical-align": Property(_rise),
    "display": Property(_DISPLAY),
    "position": Property(one_of("static", "relative", "absolute", "fixed", sticky="relative")),
    "float-side": Property(one_of("none", "left", "right", inline_start="left", inline_end="right")),
    "clear": Property(one_of("none", "left", "right", "both")),
    **{side: Property(read_size) for side in SIDES},
    "z-index": Property(_level),
    "aspect-ratio": Property(_ratio),
    "width": Property(read_size),
    "height": Property(read_size),
    "min-width": Property(read_size),
    "min-height": Property(read_size),
    "max-width": Property(read_size),
    "max-height": Property(read_size),
    "box-sizing": Property(one_of("content-box", "border-box")),
    "overflow": Property(one_of("visible", "hidden", clip="hidden", auto="hidden", scroll="hidden")),
    "opacity": Property(read_number(0, 1)),
    "transform": Property(read_transform),
    "transform-origin": Property(read_origin),
    "background-color": Property(read_colour),
    "background-image": Property(read_pictures),
    **{f"{kind}-size": Property(Listed(read_layer_size)) for kind in ("background", "mask")},
    **{f"{kind}-position": Property(Listed(read_position)) for kind in ("background", "mask")},
    **{f"{kind}-repeat": Property(Listed(read_repeat)) for kind in ("background", "mask")},
    "background-origin": Property(Listed(one_of("border-box", "padding-box", "content-box"))),
    "background-clip": Property(Listed(one_of("border-box", "padding-box", "content-box", "text"))),
    "mask-image": Property(read_pictures),
    "box-shadow": Property(read_shadows),
    "filter": Property(read_filter),
    "backdrop-filter": Property(read_filter),
    "clip-path": Property(read_shape),
    "mix-blend-mode": Property(one_of(*BLENDS)),
    "rotate": Property(read_alone("rotate")),
    "scale": Property(read_alone("scale")),
    "translate": Property(read_alone("translate")),
    "outline-width": Property(read_line_width),
    "outline-style": Property(one_of(*LINE_STYLES, auto="solid")),
    "outline-color": Property(read_colour),
    "outline-offset": Property(read_length),
    "object-position": Property(read_position),
    "object-fit": Property(one_of("fill", "contain", "cover", "none", scale_down="contain")),
    "flex-direction": Property(one_of("row", "column", "row-reverse", "column-reverse")),
    "flex-wrap": Property(one_of("nowrap", "wrap", "wrap-reverse")),
    "flex-grow": Property(read_number(0, 10_000)),
    "flex-shrink": Property(read_number(0, 10_000)),
    "flex-basis": Property(read_size),
    "justify-content": Property(_SPREAD),
    "align-content": Property(_SPREAD),
    "align-items": Property(_ALIGN),
    "align-self": Property(_own_align),
    "justify-items": Property(_ALIGN),
    "justify-self": Property(_own_align),
    "order": Property(_whole),
    "row-gap": Property(_room_between),
    "column-gap": Property(_room_between),
    "grid-template-columns": Property(read_tracks),
    "grid-template-rows": Property(read_tracks),
    "grid-template-areas": Property(read_areas),
    "grid-auto-columns": Property(read_tracks),
    "grid-auto-rows": Property(read_tracks),
    "grid-auto-flow": Property(read_flow),
    **{f"grid-{way}-{end}": Property(read_place) for way in ("column", "row") for end in ("start", "end")},
    "table-layout": Property(one_of("auto", "fixed")),
    "border-collapse": Property(one_of("separate", "collapse"), inherited=True),
    "border-spacing": Property(_pair, inherited=True),
    **{f"margin-{side}": Property(read_size) for side in SIDES},
    **{f"padding-{side}": Property(not_negative) for side in SIDES},
    **{f"border-{side}-width": Property(read_line_width) for side in SIDES},
    **{f"border-{side}-style": Property(one_of(*LINE_STYLES)) for side in SIDES},
    **{f"border-{side}-color": Property(read_colour) for side in SIDES},
    **{f"border-{corner}-radius": Property(read_radius) for corner in CORNERS},
}  # fmt: skip


def is_inherited(name: str) -> bool:
    """Whether children take a declaration over: of a property, a custom one, or one of drawings; shorthands do not."""
    return name.startswith(("--", "svg ")) or (name in PROPERTIES and PROPERTIES[name].inherited)


#: Properties of texts that are made up: read where they are written (`media/draw/html/counters.py`).
MADE_UP = frozenset({"content", "counter-reset", "counter-increment", "counter-set", "quotes"})
#: Properties that change nothing in a picture nobody can touch: accepted without a word.
WITHOUT_EFFECT = frozenset({
    "cursor", "user-select", "pointer-events", "will-change", "font-smoothing", "osx-font-smoothing", "text-rendering",
    "font-kerning", "tap-highlight-color", "box-orient", "touch-action",
    "appearance", "font-display", "backface-visibility", "hyphens", "contain", "isolation", "caret-color", "orphans",
    "widows", "text-size-adjust", "speak", "resize", "font-optical-sizing", "font-synthesis", "scroll-behavior",
    "text-decoration-skip-ink", "color-scheme", "print-color-adjust",
})  # fmt: skip
