"""A look: every property of one element with its final value, after inheritance and relative sizes.

It is long because every property that is drawn has its field here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Literal

from clipmill.domain.css.declarations import Wide, expand, pictures_of
from clipmill.domain.css.effects import BasicShape, Change
from clipmill.domain.css.grids import ANYWHERE, NO_TRACKS, GridPlace, Tracks
from clipmill.domain.css.late import Around, Late, customs, filled_in, measured
from clipmill.domain.css.properties import CORNERS, PROPERTIES, SIDES
from clipmill.domain.css.values import NOTHING, Gradient, Length, Picture, Shadow, Step
from clipmill.domain.timeline.colour import Colour

CLEAR = Colour(0, 0, 0, 0.0)
#: Font sizes are held inside these, pixels.
LEAST_SIZE, MOST_SIZE = 1.0, 1000.0
_ROUND = (NOTHING, NOTHING)
_BLACK, _MEDIUM = Colour(0, 0, 0), Length(3.0)
_HALF = (Length(50, "%"), Length(50, "%"))
_CORNER = (Length(0, "%"), Length(0, "%"))
_NOWHERE = Around()
#: The family whose letters are smaller where nothing is said of their size, and by how much, as browsers have it.
_FIXED, _SMALL = "monospace", 13 / 16
#: What a length in widths of a `0` is of.
_FONT = ("font-family", "font-size", "font-weight", "font-style", "font")


@dataclass(frozen=True, slots=True)
class Look:
    """How one element looks. A colour that is None is the colour of its text; a size that is None is automatic."""

    font_family: str = "Manrope"
    #: Pixels.
    font_size: float = 16.0
    font_weight: float = 400.0
    font_style: Literal["normal", "italic", "oblique"] = "normal"
    font_variant_caps: str = "normal"
    color: Colour = _BLACK
    text_fill_color: Colour | None = None
    #: A factor of the font size, pixels as a Length, or None for what the font asks for.
    line_height: Length | float | None = None
    letter_spacing: Length = NOTHING
    word_spacing: Length = NOTHING
    text_align: Literal["start", "left", "center", "right", "end", "justify"] = "start"
    text_indent: Length = NOTHING
    text_wrap: str = "wrap"
    text_transform: str = "none"
    text_shadow: tuple[Shadow, ...] = ()
    text_stroke_width: Length = NOTHING
    text_stroke_color: Colour | None = None
    paint_order: str = "normal"
    white_space: str = "normal"
    word_break: str = "normal"
    overflow_wrap: str = "normal"
    #: None: each paragraph runs the way its first letter does.
    direction: str | None = "ltr"
    visibility: str = "visible"
    list_style_type: str = "disc"
    list_style_position: str = "outside"
    text_decoration_line: frozenset[str] = frozenset()
    text_decoration_color: Colour | None = None
    text_decoration_thickness: Length | None = None
    text_decoration_style: str = "solid"
    text_underline_offset: Length | None = None
    #: Features of the font, as Pango names them.
    font_variant_numeric: str = ""
    font_feature_settings: str = ""
    text_overflow: str = "clip"
    line_clamp: int | None = None
    vertical_align: str | Length = "baseline"
    display: str = "inline"
    position: str = "static"
    #: The side it floats at, and the floats it stands below.
    float_side: str = "none"
    clear: str = "none"
    #: How far from the sides of the box it is placed in; None: `auto`.
    top: Length | None = None
    right: Length | None = None
    bottom: Length | None = None
    left: Length | None = None
    #: None: `auto`.
    z_index: int | None = None
    #: Width by height.
    aspect_ratio: float | None = None
    width: Length | None = None
    height: Length | None = None
    min_width: Length | None = None
    min_height: Length | None = None
    max_width: Length | None = None
    max_height: Length | None = None
    box_sizing: str = "content-box"
    overflow: str = "visible"
    opacity: float = 1.0
    transform: tuple[Step, ...] = ()
    transform_origin: tuple[Length, Length] = _HALF
    background_color: Colour | None = CLEAR
    background_image: tuple[Gradient | Picture, ...] = ()
    #: One of each for every picture behind the box; shorter lists begin anew.
    background_size: tuple[Any, ...] = ((None, None),)
    background_position: tuple[tuple[Length, Length], ...] = (_CORNER,)
    background_repeat: tuple[tuple[str, str], ...] = (("repeat", "repeat"),)
    background_origin: tuple[str, ...] = ("padding-box",)
    background_clip: tuple[str, ...] = ("border-box",)
    mask_image: tuple[Gradient | Picture, ...] = ()
    mask_size: tuple[Any, ...] = ((None, None),)
    mask_position: tuple[tuple[Length, Length], ...] = (_CORNER,)
    mask_repeat: tuple[tuple[str, str], ...] = (("repeat", "repeat"),)
    box_shadow: tuple[Shadow, ...] = ()
    filter: tuple[Change, ...] = ()
    backdrop_filter: tuple[Change, ...] = ()
    clip_path: BasicShape | None = None
    mix_blend_mode: str = "normal"
    rotate: tuple[Step, ...] = ()
    scale: tuple[Step, ...] = ()
    translate: tuple[Step, ...] = ()
    outline_width: Length = _MEDIUM
    outline_style: str = "none"
    outline_color: Colour | None = None
    outline_offset: Length = NOTHING
    object_fit: str = "fill"
    object_position: tuple[Length, Length] = _HALF
    flex_direction: str = "row"
    flex_wrap: str = "nowrap"
    flex_grow: float = 0.0
    flex_shrink: float = 1.0
    flex_basis: Length | None = None
    justify_content: str = "normal"
    align_content: str = "normal"
    align_items: str = "stretch"
    align_self: str | None = None
    justify_items: str = "stretch"
    justify_self: str | None = None
    order: int = 0
    grid_template_columns: Tracks = NO_TRACKS
    grid_template_rows: Tracks = NO_TRACKS
    grid_template_areas: tuple[tuple[str, ...], ...] = ()
    grid_auto_columns: Tracks = NO_TRACKS
    grid_auto_rows: Tracks = NO_TRACKS
    #: Words of `row`, `column` and `dense`.
    grid_auto_flow: frozenset[str] = frozenset()
    grid_column_start: GridPlace = ANYWHERE
    grid_column_end: GridPlace = ANYWHERE
    grid_row_start: GridPlace = ANYWHERE
    grid_row_end: GridPlace = ANYWHERE
    table_layout: str = "auto"
    border_collapse: str = "separate"
    #: Across, and down.
    border_spacing: tuple[Length, Length] = (NOTHING, NOTHING)
    row_gap: Length = NOTHING
    column_gap: Length = NOTHING
    #: None: `auto`, which shares what room is left.
    margin_top: Length | None = NOTHING
    margin_right: Length | None = NOTHING
    margin_bottom: Length | None = NOTHING
    margin_left: Length | None = NOTHING
    padding_top: Length = NOTHING
    padding_right: Length = NOTHING
    padding_bottom: Length = NOTHING
    padding_left: Length = NOTHING
    border_top_width: Length = _MEDIUM
    border_right_width: Length = _MEDIUM
    border_bottom_width: Length = _MEDIUM
    border_left_width: Length = _MEDIUM
    border_top_style: str = "none"
    border_right_style: str = "none"
    border_bottom_style: str = "none"
    border_left_style: str = "none"
    border_top_color: Colour | None = None
    border_right_color: Colour | None = None
    border_bottom_color: Colour | None = None
    border_left_color: Colour | None = None
    border_top_left_radius: tuple[Length, Length] = _ROUND
    border_top_right_radius: tuple[Length, Length] = _ROUND
    border_bottom_right_radius: tuple[Length, Length] = _ROUND
    border_bottom_left_radius: tuple[Length, Length] = _ROUND
    #: No property: what values that depend on the element's place are of.
    around: Around = _NOWHERE

    @property
    def moves(self) -> tuple[Step, ...]:
        """Everything that moves, turns or scales it, the outermost first (CSS Transforms 2, 6)."""
        return (*self.translate, *self.rotate, *self.scale, *self.transform)

    @property
    def outline_pixels(self) -> float:
        """The width of its outline."""
        return self.line_width(self.outline_style, self.outline_width)

    def line_width(self, style: str, width: Length) -> float:
        """The width of a border or an outline: whole pixels, rounded down but to nothing (CSS Values 4, 6.2)."""
        pixels = 0.0 if style in ("none", "hidden") else self.pixels(width)
        return float(math.floor(pixels)) if pixels >= 1 else float(pixels > 0)

    @property
    def fill(self) -> Colour:
        """The colour of the letters."""
        return self.text_fill_color or self.color

    @property
    def line_pixels(self) -> float | None:
        """Pixels from one line to the next; None: what the font asks for."""
        if self.line_height is None:
            return None
        if isinstance(self.line_height, Length):
            return self.line_height.pixels(self.font_size)
        return self.line_height * self.font_size

    def sides(self, pattern: str) -> tuple[Any, Any, Any, Any]:
        """The four values of a property such as `margin_{}`: top, right, bottom, left."""
        top, right, bottom, left = (getattr(self, pattern.format(side)) for side in SIDES)
        return top, right, bottom, left

    @property
    def corners(self) -> tuple[tuple[Length, Length], ...]:
        """The four radii: top left, top right, bottom right, bottom left."""
        return tuple(getattr(self, f"border_{corner.replace('-', '_')}_radius") for corner in CORNERS)

    def pixels(self, length: Length, whole: float = 0.0) -> float:
        """A length of this element in pixels."""
        return length.pixels(self.font_size, whole)


_INITIAL = Look()
_INHERITED = ("around", *(name.replace("-", "_") for name, prop in PROPERTIES.items() if prop.inherited))
assert {name.replace("-", "_") for name in PROPERTIES} | {"around"} == {field.name for field in fields(Look)}

_NAMES = tuple(field.name for field in fields(Look))
_VALUES_OF = attrgetter(*_NAMES)
_SETTERS = {name: getattr(Look, name).__set__ for name in _NAMES}


def changed(look: Look, values: Mapping[str, Any]) -> Look:
    """A look with other values of some properties: what `replace` does, in a fifth of its time."""
    new = object.__new__(Look)
    for setter, value in zip(_SETTERS.values(), _VALUES_OF(look), strict=True):
        setter(new, value)
    for name, value in values.items():
        _SETTERS[name](new, value)
    return new


def child_look(parent: Look, values: Iterable[tuple[str, Any]], shrink: float = 1.0) -> Look:
    """The look of a child with these declarations; font sizes in pixels are multiplied by `shrink`."""
    inherited = changed(_INITIAL, {name: getattr(parent, name) for name in _INHERITED})
    return declared_look(inherited, parent, values, shrink)


def declared_look(start: Look, parent: Look, values: Iterable[tuple[str, Any]], shrink: float = 1.0) -> Look:
    """A look with declarations applied to it; lengths in em are of its own font size, that one's of its parent's."""
    pairs = list(values)
    around = _around(start.around, pairs)
    if any(isinstance(value, Late) for _, value in pairs):
        pairs = list(_read(pairs, around, start, parent, shrink))
    given = {name.replace("-", "_"): _plain(name, value, parent) for name, value in pairs if name in PROPERTIES}
    if around is not start.around:
        given["around"] = around
    given["font_size"] = _size_of(given, start, parent, shrink)
    if isinstance(given.get("font_weight"), str):
        given["font_weight"] = _weight_from(parent.font_weight, given["font_weight"])
    font_size: float = given["font_size"]
    for name in ("letter_spacing", "word_spacing", "text_stroke_width", "line_height", "text_indent"):
        if isinstance(given.get(name), Length):
            given[name] = _fixed(given[name], font_size, shrink if name == "line_height" else 1.0)
    if given.get("color", start.color) is None:
        given["color"] = parent.color
    return changed(start, given)


def _size_of(given: Mapping[str, Any], start: Look, parent: Look, shrink: float) -> float:
    """The font size: as told, or inherited."""
    size = given.get("font_size", start.font_size)
    if isinstance(size, Length):
        factor = shrink if size.unit == "px" else 1.0
        return min(max(size.pixels(parent.font_size, parent.font_size) * factor, LEAST_SIZE), MOST_SIZE)
    fixed, inherits = given.get("font_family", start.font_family) == _FIXED, start.font_size == parent.font_size
    if "font_size" not in given and inherits and fixed is not (parent.font_family == _FIXED):
        return parent.font_size * (_SMALL if fixed else 1 / _SMALL)
    return float(size)


def _around(above: Around, pairs: list[tuple[str, Any]]) -> Around:
    """What late values are of, with an element's own custom properties."""
    own = {name: value for name, value in pairs if name.startswith(("--", "svg "))}
    return replace(above, custom=customs(own, above.custom)) if own else above


def _read(
    pairs: list[tuple[str, Any]], around: Around, start: Look, parent: Look, shrink: float
) -> Iterator[tuple[str, Any]]:
    """The declarations with their late values read; those that come to nothing are left out, as in browsers."""
    zero = around.zero(parent.font_family, parent.font_size, round(parent.font_weight), parent.font_style)
    of_font: list[tuple[str, Any]] = []
    for only_font in (True, False):
        for name, value in pairs:
            if (name in _FONT) is not only_font:
                continue
            read = [(name, value)]
            if isinstance(value, Late):
                with suppress(ValueError, KeyError, IndexError):
                    read = read_late(name, value, around, zero)
            read = [pair for pair in read if not isinstance(pair[1], Late)]
            of_font += read if only_font else ()
            yield from read
        if only_font and any(isinstance(value, Late) and "ch" in value.text for _, value in pairs):
            own = declared_look(start, parent, of_font, shrink)
            zero = around.zero(own.font_family, own.font_size, round(own.font_weight), own.font_style)


def read_late(name: str, value: Late, around: Around, zero: float) -> list[tuple[str, Any]]:
    """What a late declaration sets where it stands. Raises ValueError for nothing."""
    text = measured(filled_in(value.text, around.custom), around, zero)
    return list(expand(name, text.strip()))


def is_read(name: str, value: Late, around: Around) -> bool:
    """Whether a late declaration means something that is drawn, wherever it stands."""
    try:
        return all(each.is_drawn for each in pictures_of(read_late(name, value, around, 8.0)))
    except (ValueError, KeyError, IndexError):
        return False


def seen_through(look: Look) -> Look:
    """A look whose colours have its opacity: all that a part of a line can be."""
    if look.opacity >= 1:
        return look

    def faded(colour: Colour | None) -> Colour | None:
        return colour and replace(colour, alpha=colour.alpha * look.opacity)

    names = ("text_fill_color", "background_color", "text_decoration_color", "text_stroke_color", "outline_color")
    colours: dict[str, Any] = {name: faded(getattr(look, name)) for name in names}
    return replace(look, color=replace(look.color, alpha=look.color.alpha * look.opacity), opacity=1.0, **colours)


def _weight_from(weight: float, word: str) -> float:
    """The weight that is bolder or lighter than another (CSS Fonts 4, 2.2.1)."""
    steps = (
        ((350, 400.0), (550, 700.0), (900, 900.0)) if word == "bolder" else ((100, weight), (550, 100.0), (750, 400.0))
    )
    return next((found for below, found in steps if weight < below), weight if word == "bolder" else 700.0)


def _fixed(length: Length, font_size: float, shrink: float) -> Length:
    """Children take over pixels, not multiples."""
    if length.unit == "px":
        return Length(length.value * shrink)
    return Length(length.pixels(font_size)) if length.unit == "em" else length


def _plain(name: str, value: Any, parent: Look) -> Any:
    if not isinstance(value, Wide):
        return value
    inherits = value.word == "inherit" or (value.word == "unset" and PROPERTIES[name].inherited)
    return getattr(parent if inherits else _INITIAL, name.replace("-", "_"))
