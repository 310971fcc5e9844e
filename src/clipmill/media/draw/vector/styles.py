"""What a text in a drawing looks like: its font, size and place in line, from attributes, styles and simple rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import islice
from xml.etree.ElementTree import Element

from clipmill.media.draw.markup import set_markup
from clipmill.media.draw.vector.browsers import local

_ASKED = ("font-family", "font-size", "font-weight", "font-style", "letter-spacing", "text-anchor")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
#: `text`, `.title`, `#name`, `text.title`: what is less simple is not asked here.
_SELECTOR = re.compile(r"([A-Za-z]+|\*)?(?:\.([\w-]+)|#([\w-]+))?$")
_SHORTHAND = re.compile(r"(?P<before>.*?)(?<![\d.])(?P<size>[\d.]++(?:px|pt|em|rem|%)?)(?:/\S++)?\s++"
                        r"(?P<family>[^\d].*)$")  # fmt: skip
#: No shorthand of a font is longer.
_LONGEST_FONT = 400
_LENGTH = re.compile(r"\s*+(-?(?:\d++\.?\d*+|\.\d++)(?:e-?\d+)?)\s*+(px|pt|em|rem|%|ex)?\s*+$", re.IGNORECASE)
_SIZES = {"medium": 16.0, "small": 13.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0, "x-small": 10.0,
          "xx-small": 9.0}  # fmt: skip
_NUMBERED = re.compile("[1-9][0-9]{0,2}|1000")
_WEIGHTS = {"normal": 400, "bold": 700, "bolder": 700, "lighter": 300}
_INITIAL = 16.0
#: Rules of a drawing that are asked, and characters of a style sheet that are read.
_MOST_RULES, _MOST_STYLE = 500, 100_000
#: Letters are measured so large (pixels), with this sign beside them, whose ink shows where they end.
_MEASURED_SIZE, _SIGN = 256, "|"
#: Without ink; what follows runs from right to left, the sign as well.
_RIGHT_TO_LEFT = "\u200f"
_UNITS = 1024


@dataclass(frozen=True, slots=True)
class SvgStyle:
    """How letters are set."""

    family: str = "sans-serif"
    size: float = _INITIAL
    weight: int = 400
    style: str = "normal"
    #: Extra space after each letter, user units.
    spacing: float = 0.0
    anchor: str = "start"

    def advance(self, letters: str, following: str = "") -> float:
        """How far the next letter stands from these, user units; kerning counts where it is told what follows."""
        if not following:
            return self._width(letters) + self.spacing
        return self._width(letters + following) - self._width(following) + self.spacing

    def _width(self, letters: str) -> float:
        return _measured(letters, self.family, self.weight, self.style) * self.size


@lru_cache(maxsize=8192)
def _measured(letters: str, family: str, weight: int, style: str) -> float:
    """The width of letters as a multiple of their size: where the sign stands that is seen to the right of them."""
    way = next((found for char in letters if (found := unicodedata.bidirectional(char)) in ("L", "R", "AL")), "L")
    both = letters + _SIGN if way == "L" else _RIGHT_TO_LEFT + _SIGN + letters
    return (_right(both, family, weight, style) - _right(_SIGN, family, weight, style)) / _MEASURED_SIZE


@lru_cache(maxsize=8192)
def _right(letters: str, family: str, weight: int, style: str) -> float:
    family = escape(family.replace("'", "").replace('"', ""))
    strokes = set_markup(
        f"<span font_family='{family}' weight='{weight}' style='{style}' size='{_MEASURED_SIZE * _UNITS}'>"
        f"{escape(letters, quote=False)}</span>",
        "svg", roughly=True,
    )  # fmt: skip
    return strokes.left + strokes.wide if strokes is not None else 0.0


class SvgStyles:
    """What elements of one drawing look like."""

    def __init__(self, root: Element) -> None:
        self._rules = list(islice(_rules(root), _MOST_RULES))
        self._own: dict[Element, dict[str, str]] = {}

    def of(self, chain: Iterable[Element]) -> SvgStyle:
        """The look of what stands in the last of these elements, each of which lies in the one before."""
        told, size, spacing = dict[str, str](), _INITIAL, 0.0
        for element in chain:
            own = self._said(element)
            told.update(own)
            if "font-size" in own:
                size = _length(own["font-size"], size, size)
            if "letter-spacing" in own:
                spacing = _length(own["letter-spacing"], size, 0.0)
        weight = told.get("font-weight", "400")
        return SvgStyle(
            told.get("font-family", "sans-serif"), size,
            int(weight) if _NUMBERED.fullmatch(weight) else _WEIGHTS.get(weight, 400),
            told.get("font-style", "normal") if told.get("font-style") in ("italic", "oblique") else "normal",
            spacing, told.get("text-anchor", "start"),
        )  # fmt: skip

    def _said(self, element: Element) -> dict[str, str]:
        """What an element itself says: attributes, then rules, then its style."""
        if element not in self._own:
            said = {name: value.strip() for name in _ASKED if (value := element.get(name))}
            for match, body in self._rules:
                if _fits(match, element):
                    said.update(body)
            said.update(_declared(element.get("style", "")))
            self._own[element] = {name: value for name, value in said.items() if value != "inherit"}
        return self._own[element]


def _rules(root: Element) -> Iterator[tuple[re.Match[str], Mapping[str, str]]]:
    """The simple rules of a drawing's style sheets, in their order."""
    for style in root.iter():
        if local(style) != "style":
            continue
        for selectors, body in _blocks(_COMMENT.sub("", style.text or "")[:_MOST_STYLE]):
            matches = (_SELECTOR.match(selector.strip()) for selector in selectors.split(",") if selector.strip())
            yield from ((match, _declared(body)) for match in matches if match is not None)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """What stands before and between the braces of every block that has none inside."""
    parts = re.split("([{}])", css)
    for place in range(1, len(parts) - 2, 2):
        if (parts[place], parts[place + 2]) == ("{", "}"):
            yield parts[place - 1], parts[place + 1]


def _fits(match: re.Match[str], element: Element) -> bool:
    tag, by_class, by_name = match.groups()
    return (
        tag in (None, "*", local(element))
        and (by_class is None or by_class in element.get("class", "").split())
        and (by_name is None or by_name == element.get("id"))
    )


def _declared(body: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        shorthand = _SHORTHAND.match(value) if name == "font" and len(value) <= _LONGEST_FONT else None
        if shorthand:
            said |= {"font-size": shorthand["size"], "font-family": shorthand["family"]}
            words = shorthand["before"].split()
            said.update(("font-weight", word) for word in words if word in _WEIGHTS or word.isdigit())
            said.update(("font-style", word) for word in words if word in ("italic", "oblique"))
        elif name in _ASKED and value:
            said[name] = value
    return said


def _length(text: str, size: float, otherwise: float) -> float:
    """A length in user units; `size` is that of the font around."""
    found = _LENGTH.match(text)
    if found is None:
        return _SIZES.get(text, otherwise)
    value, unit = float(found[1]), (found[2] or "px").lower()
    per = {"px": 1.0, "pt": 4 / 3, "em": size, "rem": _INITIAL, "%": size / 100, "ex": size / 2}
    return value * per[unit]
