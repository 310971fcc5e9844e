"""Text in a drawing that librsvg would set otherwise, or not at all, set letter by letter: along a path, stretched to a
length, at places of their own.

Letters that join, and those that are shaped together, stay together as words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from xml.etree.ElementTree import Element

from clipmill.media.draw.vector.browsers import SVG, attribute, local
from clipmill.media.draw.vector.curves import Curve, curve_of
from clipmill.media.draw.vector.styles import SvgStyle, SvgStyles

_PLACES = ("x", "y", "dx", "dy", "rotate")
_SPLIT = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"\s*(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)", re.IGNORECASE)
#: Attributes of a text that belong to the whole of it, and those that letters must not have again.
_OF_THE_WHOLE = ("id", "transform", "opacity", "filter", "clip-path", "mask", "display")
_PLACED = (*_PLACES, "textLength", "lengthAdjust", "text-anchor", "startOffset", "href", "path", "side", "method",
           "spacing", "letter-spacing")  # fmt: skip
_ANCHORS = {"middle": 0.5, "end": 1.0}
#: Letters of one drawing that are set one by one.
_MOST_LETTERS = 3000
#: Elements of one text that are brought to a length.
_MOST_STRETCHED = 100
_JOINERS = "\u200d\ufe0e\ufe0f"
_SHAPED = re.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufeff]"
)


@dataclass(slots=True)
class _Letter:
    """One cluster of characters and what is asked for it."""

    text: str
    #: The elements it lies in, from the text down.
    chain: tuple[Element, ...]
    asked: dict[str, float] = field(default_factory=dict)
    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0
    #: From there to where it begins, in the way it is turned: half of it lies before its place on a path.
    shift: tuple[float, float] = (0.0, 0.0)
    widened: float = 1.0
    advance: float = 0.0
    look: SvgStyle = field(default_factory=SvgStyle)
    is_seen: bool = True


def set_letters(root: Element) -> None:
    """Set every text that asks for it, in place."""
    wanted = [(parent, child) for parent in root.iter() for child in parent
              if local(child) == "text" and _asks(child)]  # fmt: skip
    if not wanted:
        return
    looks, above = SvgStyles(root), {child: parent for parent in root.iter() for child in parent}
    named = {element.get("id", ""): element for element in root.iter()}
    left = _MOST_LETTERS
    for parent, text in wanted:
        letters = _letters_of(text)
        left -= max(1, len(letters))
        if left < 0:
            return
        around = [text]
        while around[0] in above:
            around.insert(0, above[around[0]])
        for letter in letters:
            letter.look = looks.of([*around, *letter.chain[1:]])
        _place(letters, text, named)
        parent[list(parent).index(text)] = _drawn(text, letters)


def _asks(text: Element) -> bool:
    for element in text.iter():
        if local(element) == "textPath" or element.get("textLength") or element.get("rotate"):
            return True
        if any(len(_numbers(element.get(name))) > 1 for name in _PLACES):
            return True
    return False


def _numbers(value: str | None) -> list[float]:
    found = (_NUMBER.match(part) for part in _SPLIT.split(value.strip())) if value else ()
    return [float(match[1]) for match in found if match]


def _letters_of(text: Element) -> list[_Letter]:
    """The letters of a text in their order, with the places asked for them by whatever element they lie in."""
    letters: list[_Letter] = []
    for piece, chain in _pieces(text, (text,)):
        for cluster in _clusters(piece):
            if cluster == " " and (not letters or letters[-1].text == " "):
                continue
            letters.append(_Letter(cluster, chain))
        if len(letters) > _MOST_LETTERS:
            return letters
    while letters and letters[-1].text == " ":
        letters.pop()
    _ask(letters)
    return letters


def _ask(letters: Sequence[_Letter]) -> None:
    """Note for each letter the places that elements ask for it; what lies farther in has the last word."""
    lists: dict[Element, dict[str, list[float]]] = {}
    met: dict[Element, int] = {}
    for letter in letters:
        for element in letter.chain:
            if element not in lists:
                lists[element] = {name: found for name in _PLACES if (found := _numbers(element.get(name)))}
            place = met[element] = met.get(element, -1) + 1
            for name, numbers in lists[element].items():
                if place < len(numbers) or name == "rotate":
                    letter.asked[name] = numbers[min(place, len(numbers) - 1)]


def _pieces(element: Element, chain: tuple[Element, ...]) -> Iterator[tuple[str, tuple[Element, ...]]]:
    yield element.text or "", chain
    for child in element:
        if local(child) in ("tspan", "textPath"):
            yield from _pieces(child, (*chain, child))
        yield child.tail or "", chain


def _clusters(text: str) -> list[str]:
    """What is set as one: a letter with its marks, an emoji, a word in a script whose letters are shaped together."""
    found: list[str] = []
    for word in re.split(r"(\s+)", unicodedata.normalize("NFC", text)):
        if word.isspace():
            found.append(" ")
        elif _SHAPED.search(word):
            found.append(word)
        else:
            for char in word:
                goes_on = (
                    unicodedata.category(char)[0] == "M" or char in _JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff"
                )
                if found and (goes_on or found[-1].endswith("\u200d")) and found[-1] != " ":
                    found[-1] += char
                else:
                    found.append(char)
    return found


def _place(letters: Sequence[_Letter], text: Element, named: Mapping[str, Element]) -> None:
    """Give every letter its place: along the line, then along its path."""
    x = y = 0.0
    chunk: list[_Letter] = []
    letters = _as_seen(letters)
    for number, letter in enumerate(letters):
        after = letters[number + 1].text if number + 1 < len(letters) else ""
        letter.advance = letter.look.advance(letter.text, after if len(after) == 1 else "")
        begins_path = _path_of(letter) is not None and (
            not number or _path_of(letters[number - 1]) is not _path_of(letter)
        )
        if begins_path or "x" in letter.asked or "y" in letter.asked:
            _anchor(chunk)
            chunk = []
            x = letter.asked.get("x", 0.0 if begins_path else x)
            y = letter.asked.get("y", 0.0 if begins_path else y)
        x, y = x + letter.asked.get("dx", 0.0), y + letter.asked.get("dy", 0.0)
        letter.x, letter.y, letter.turn = x, y, letter.asked.get("rotate", 0.0)
        x += letter.advance
        chunk.append(letter)
    for element in islice((element for element in text.iter() if element.get("textLength")), _MOST_STRETCHED):
        _stretch([letter for letter in letters if element in letter.chain], letters, element)
    _anchor(chunk)
    on_paths: dict[Element, list[_Letter]] = {}
    for letter in letters:
        if (path := _path_of(letter)) is not None:
            on_paths.setdefault(path, []).append(letter)
    for path, on_path in on_paths.items():
        _bend(on_path, path, named)


def _as_seen(letters: Sequence[_Letter]) -> list[_Letter]:
    """Letters from left to right: words that run the other way stand in the other order."""
    seen: list[_Letter] = []
    turned: list[_Letter] = []
    for letter in letters:
        way = next(
            (found for char in letter.text if (found := unicodedata.bidirectional(char)) in ("L", "R", "AL")), ""
        )
        if way in ("R", "AL") or (turned and not way):
            turned.append(letter)
        else:
            seen += [*_turned(turned), letter]
            turned = []
    return [*seen, *_turned(turned)]


def _turned(letters: Sequence[_Letter]) -> list[_Letter]:
    """These in the other order, but for what lies between them and what follows."""
    last = max((place for place, letter in enumerate(letters) if letter.text != " "), default=-1)
    places = [letter.asked for letter in letters[: last + 1]]
    turned = [*reversed(letters[: last + 1]), *letters[last + 1 :]]
    for letter, asked in zip(turned, places, strict=False):
        letter.asked = asked
    return turned


def _path_of(letter: _Letter) -> Element | None:
    return next((element for element in letter.chain if local(element) == "textPath"), None)


def _anchor(chunk: Sequence[_Letter]) -> None:
    """Move a chunk so that its middle or its end stands where it begins."""
    if not chunk:
        return
    width = chunk[-1].x + chunk[-1].advance - chunk[0].x
    for letter in chunk:
        letter.x -= width * _ANCHORS.get(chunk[0].look.anchor, 0.0)


def _stretch(inside: Sequence[_Letter], letters: Sequence[_Letter], element: Element) -> None:
    """Bring letters to the length that is asked for, by the space between them or their own width (SVG 2, 11.5)."""
    asked = _numbers(element.get("textLength"))
    if len(inside) < 2 or not asked:
        return
    first, width = inside[0].x, inside[-1].x + inside[-1].advance - inside[0].x
    missing = asked[0] - width
    if element.get("lengthAdjust") == "spacingAndGlyphs":
        widened = asked[0] / width if width > 0 else 1.0
        for letter in inside:
            letter.x, letter.advance, letter.widened = (
                first + (letter.x - first) * widened,
                letter.advance * widened,
                widened,
            )
    else:
        step = missing / (len(inside) - 1)
        for number, letter in enumerate(inside):
            letter.x += step * number
    for letter in letters[list(letters).index(inside[-1]) + 1 :]:
        letter.x += missing


def _bend(letters: Sequence[_Letter], path: Element, named: Mapping[str, Element]) -> None:
    """Lay letters along their path; those beyond its ends are not seen."""
    shape = path if path.get("path") else named.get(attribute(path, "href").strip().removeprefix("#"))
    curve = curve_of(shape) if shape is not None else None
    for letter in letters:
        letter.is_seen = curve is not None
    if curve is None or shape is None:
        return
    start = _offset(path.get("startOffset", "0"), curve, shape)
    for letter in letters:
        middle = start + letter.x + letter.advance / 2
        letter.is_seen = 0 <= middle <= curve.length
        x, y, angle = curve.at(middle if path.get("side") != "right" else curve.length - middle)
        letter.shift = (-letter.advance / 2, letter.y)
        letter.x, letter.y, letter.turn = x, y, letter.turn + angle + 180 * (path.get("side") == "right")


def _offset(text: str, curve: Curve, shape: Element) -> float:
    numbers = _numbers(text)
    if not numbers:
        return 0.0
    if text.strip().endswith("%"):
        return curve.length * numbers[0] / 100
    whole = _numbers(shape.get("pathLength"))
    return numbers[0] * curve.length / whole[0] if whole and whole[0] > 0 else numbers[0]


def _drawn(text: Element, letters: Sequence[_Letter]) -> Element:
    """A group with a text for each letter that is seen."""
    group = Element(SVG + "g", {name: value for name in _OF_THE_WHOLE if (value := text.get(name))})
    group.tail = text.tail
    for letter in letters:
        if letter.is_seen and letter.text != " ":
            group.append(_one(letter))
    return group


def _one(letter: _Letter) -> Element:
    """One letter as a text of its own."""
    lies = f"translate({letter.x:.6g} {letter.y:.6g}) rotate({letter.turn:.6g})"
    if letter.shift != (0.0, 0.0):
        lies += f" translate({letter.shift[0]:.6g} {letter.shift[1]:.6g})"
    if letter.widened != 1.0:
        lies += f" scale({letter.widened:.6g} 1)"
    outer = at = Element(SVG + "text", {**_plain(letter.chain[0]), "transform": lies})
    for element in letter.chain[1:]:
        if local(element) == "textPath":  # what it says of looks holds for the letter
            style = f"{at.get('style', '')};{_plain(element)['style']}"
            at.attrib.update({**_plain(element), "style": style})
            continue
        inner = Element(SVG + "tspan", _plain(element))
        at.append(inner)
        at = inner
    at.text = letter.text
    return outer


def _plain(element: Element) -> dict[str, str]:
    """The attributes of a letter's element: those of its looks, set where it is put."""
    left_out = {*_PLACED, *(_OF_THE_WHOLE if local(element) == "text" else ("id",))}
    kept = {name: value for name, value in element.attrib.items() if name.rpartition("}")[2] not in left_out}
    kept["style"] = f"{element.get('style', '').rstrip('; ')};text-anchor:start;letter-spacing:0".lstrip(";")
    return kept
