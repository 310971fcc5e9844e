"""The style of a TEXT element: a CSS object, in camelCase or kebab-case, and two wishes of our own about its size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from clipmill.domain.css.declarations import MOST_PROPERTIES, Declared, check_safe, plain_name, read_declarations
from clipmill.domain.css.late import Around, customs, is_late
from clipmill.domain.css.look import Look, declared_look, is_read
from clipmill.domain.css.properties import PROPERTIES
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Length, read_length
from clipmill.domain.timeline.base import TimelineModel

#: The height of a line where the style of a text names none, as a multiple of the font size.
NORMAL_LINE = 1.2
#: The size of a text whose style names none, pixels; html begins with that of browsers.
TEXT_SIZE, HTML_SIZE = 32.0, 16.0
#: What a font size may be, pixels.
_LEAST, _MOST = 4.0, 1000.0
#: Values that CSS has and we do not draw: a warning rather than an error.
_BEYOND = re.compile(r"(?:calc|var|min|max|clamp|env|attr|color-mix|color|lab|lch|oklab|oklch|hwb|light-dark)\(|"
                     r"(?:inherit|initial|unset|revert|revert-layer)$")  # fmt: skip
_DROPS = {"middle": "middle", "bottom": "bottom"}
_PLAIN_BOX = Look()
#: What an element may be by itself; what only a part of a line can be is a block.
_BOXES = {"flex": "flex", "grid": "grid", "table": "table", "table-row": "table", "table-row-group": "table"}


def _pixels(value: Any) -> float:
    length = read_length(str(value)) if not isinstance(value, bool) else Length(0, "%")
    if length.unit != "px":
        raise ValueError(f'{value!r} is not a size in pixels; write a number or a text such as "12px"')
    return length.value


def _checked(name: str) -> BeforeValidator:
    """A check that a value can be read; mistakes in these everyday properties are errors, not warnings."""

    def read(value: Any) -> Any:
        text = _text(name, value)
        for longhand, each in (SHORTHANDS[name](text) if name in SHORTHANDS else {name: text}).items():
            found = PROPERTIES[longhand].read(each) if isinstance(each, str) else each
            if longhand == "font-size" and not _LEAST <= found.pixels(HTML_SIZE) <= _MOST:
                raise ValueError(f"{value!r} is outside what is allowed: {_LEAST:g} to {_MOST:g} pixels")
        return text

    return BeforeValidator(read)


def _text(name: str, value: Any) -> str:
    """A value of the JSON as CSS. Raises ValueError."""
    if isinstance(value, list | tuple):
        return " ".join(_text(name, part) for part in value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{str(value)[:60]!r} is no value of a style; write a number or a text")
    text = f"{value:.10g}" if isinstance(value, float) else str(value).strip()
    check_safe(name, text)
    return text


class TextStyle(TimelineModel):
    """How a text looks: CSS for its box and its letters. Properties that are not drawn are listed, not refused."""

    called: ClassVar[str] = "a style"

    #: The text shrinks down to this size until it fits its box; null: it keeps its size.
    min_font_size: Annotated[float | None, BeforeValidator(lambda v: None if v is None else _pixels(v))] = Field(
        None, ge=_LEAST, le=_MOST
    )
    #: With `minFontSize`: the text shrinks until it has no more lines than this.
    max_lines: int | None = Field(None, ge=1, le=200)
    #: A CSS list of families; what none of them has comes from the fallback fonts.
    font_family: Annotated[str, _checked("font-family")] = ""
    font_size: Annotated[str, _checked("font-size")] = ""
    font_weight: Annotated[str, _checked("font-weight")] = ""
    font_style: Annotated[str, _checked("font-style")] = ""
    color: Annotated[str, _checked("color")] = ""
    background_color: Annotated[str, _checked("background-color")] = ""
    text_align: Annotated[str, _checked("text-align")] = ""
    line_height: Annotated[str, _checked("line-height")] = ""
    letter_spacing: Annotated[str, _checked("letter-spacing")] = ""
    text_transform: Annotated[str, _checked("text-transform")] = ""
    #: Where the text stands in its box: top, middle or bottom.
    vertical_align: Annotated[str, _checked("vertical-align")] = ""
    #: Around the box of the text, outside its width and height.
    padding: Annotated[str, _checked("padding")] = ""
    border_radius: Annotated[str, _checked("border-radius")] = ""
    #: Every declaration, read.
    declared: Declared = Field(Declared(), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """Read every declaration; `font-size` is `fontSize`."""
        if not isinstance(data, Mapping):
            return data
        if len(data) > MOST_PROPERTIES:
            raise ValueError(f"it has {len(data)} properties; at most {MOST_PROPERTIES} are allowed")
        kept: dict[str, Any] = {}
        pairs: list[tuple[str, str]] = []
        for name, value in data.items():
            if value is None or value == "":
                continue
            own = _OWN.get(plain_name(str(name)), "")
            if own in ("minFontSize", "maxLines"):
                kept[own] = value
                continue
            text = _declared_text(str(name), value, strict=bool(own))
            if own and not _BEYOND.match(text.lower()) and not is_late(text):
                kept[own] = value
            pairs.append((str(name), text))
        kept["declared"] = read_declarations(pairs)
        return kept

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """Every property there is: the checked ones and all others, each a text or a number."""
        schema: dict[str, Any] = handler(core_schema)
        properties = handler.resolve_ref_schema(schema)["properties"]
        del properties["declared"]
        for name in (*PROPERTIES, *SHORTHANDS):
            properties[_camel(name)] = {"type": ["string", "number"]}
        return schema

    @property
    def unsupported(self) -> tuple[str, ...]:
        """Names of properties, or `name: value`, that are not drawn."""
        found = self.declared.unsupported
        ignored = [name for name, value in self.declared.values if name.startswith("margin") and value != Length(0.0)]
        values = dict(self.declared.values)
        alone = [
            name for name in ("backdrop-filter", "mix-blend-mode") if values.get(name, "normal") not in ("normal", ())
        ]
        return (*found, *(["margin"] if ignored else []), *alone)

    def unread(self, custom: Mapping[str, str]) -> tuple[str, ...]:
        """`name: value` of what means nothing with these custom properties around it."""
        around = Around(custom=customs(self.declared.custom, custom))
        late = self.declared.late
        return tuple(f"{name}: {value.text[:60]}" for name, value in late if not is_read(name, value, around))

    @cached_property
    def names(self) -> frozenset[str]:
        """The longhand properties that are set."""
        return frozenset(name for name, _ in self.declared.values)

    @property
    def is_late(self) -> bool:
        """Whether anything in it depends on the canvas, or on what is set elsewhere."""
        return bool(self.declared.late)

    def look(
        self,
        *,
        html: bool = False,
        shrink: float = 1.0,
        around: Around | None = None,
        above: Iterable[tuple[str, Any]] = (),
    ) -> Look:
        """The look of the element's box, which is whatever a box of its own may be; `shrink` multiplies the font size.

        `around` is what late values are of, and `above` what the rules of its page say of everything.
        """
        start = replace(_PLAIN_BOX, font_size=(HTML_SIZE if html else TEXT_SIZE) * shrink, display="block")
        if not html:
            start = replace(start, line_height=NORMAL_LINE, direction=None, white_space="pre-wrap")
        if around is not None:
            start = replace(start, around=around)
        parent = replace(_PLAIN_BOX, font_size=HTML_SIZE * shrink)
        own = [(name, value) for name, value in self.declared.values if not name.startswith("margin")]
        values = [*above, *own]
        look = declared_look(start, parent, values, shrink)
        if not html and look.line_height is None:
            look = replace(look, line_height=NORMAL_LINE)
        if look.display == "none":
            return replace(look, display="block", opacity=0.0)
        return replace(look, display=_BOXES.get(look.display.removeprefix("inline-"), "block"))

    @property
    def drop(self) -> str:
        """Where the content stands in a box higher than it: top, middle or bottom."""
        return _DROPS.get(str(dict(self.declared.values).get("vertical-align")), "top")


@lru_cache(maxsize=1024)
def _known(items: tuple[tuple[str, str, Any], ...]) -> TextStyle:
    return TextStyle.model_validate({name: value for name, _, value in items})


def _read_once(value: Any) -> Any:
    """The style of an object read before: the texts of a batch look alike. A wrong one is left to be refused."""
    if not isinstance(value, Mapping) or not all(isinstance(part, str | int | float) for part in value.values()):
        return value
    try:
        return _known(tuple((str(name), type(part).__name__, part) for name, part in value.items()))
    except ValidationError:
        return value


#: A field holding a style.
StyleField = Annotated[TextStyle, BeforeValidator(_read_once, json_schema_input_type=TextStyle)]


def _declared_text(name: str, value: Any, *, strict: bool) -> str:
    """A value as CSS; what a checked field will refuse by itself, with its path, is left to it."""
    try:
        return _text(name, value)
    except ValueError:
        if strict:
            return ""
        raise


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part.capitalize() for part in rest)


def _own_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, field in TextStyle.model_fields.items():
        if name != "declared":
            names[name.replace("_", "-")] = field.alias or name
    return names


#: Property → the field that checks it.
_OWN: Mapping[str, str] = _own_names()
__all__ = ["HTML_SIZE", "NORMAL_LINE", "TEXT_SIZE", "Length", "TextStyle"]
