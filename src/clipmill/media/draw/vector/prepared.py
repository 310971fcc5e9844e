"""A drawing's text as librsvg is given it: letters set, dashes counted in pixels, room around what is blurred."""

from __future__ import annotations

import math
import re
from xml.etree.ElementTree import Element, tostring

from clipmill.media.draw.vector.browsers import SVG
from clipmill.media.draw.vector.curves import curve_of
from clipmill.media.draw.vector.letters import set_letters
from clipmill.media.facts.drawing import tree_of

#: A drawing with none of these is drawn as it is.
_SIGNS = re.compile(
    r"textPath|textLength|pathLength|(?i:gaussianblur|dropshadow|drop-shadow|blur\()|\srotate\s*=|"
    r"<[^<>]*\bd?[xy]\s*=\s*[\"'][^\"'<>]*\d[\s,]+[-.\d]"
)
_BLURS = re.compile(
    r"stdDeviation=[\"']\s*([\d.]+)(?:[\s,]+([\d.]+))?|blur\(\s*([\d.]+)|drop-shadow\(([^()]*)", re.IGNORECASE
)
_NUMBERS = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
#: Standard deviations after which a blur is seen no more, and the most room it gets (pixels a side).
_REACH, _MOST_ROOM = 3, 256
_DASHES = ("stroke-dasharray", "stroke-dashoffset")


def prepared(text: str) -> tuple[str, int]:
    """The drawing, and the pixels a side to be cut off of what is drawn. What cannot be read is left as it is."""
    if not _SIGNS.search(text):
        return text, 0
    try:
        root = tree_of(text)
    except ValueError:
        return text, 0
    set_letters(root)
    for element in root.iter():
        if element.get("pathLength"):
            _count_dashes(element)
    room = _room(text, root)
    return tostring(_with_room(root, room) if room else root, encoding="unicode"), room


def _count_dashes(element: Element) -> None:
    """Dashes that count in parts of a path of a said length, in its own."""
    curve, said = curve_of(element), _NUMBERS.match(element.get("pathLength", "").strip())
    if curve is None or said is None or float(said[0]) <= 0:
        return
    scale = curve.length / float(said[0])

    def scaled(found: re.Match[str]) -> str:
        return f"{float(found[0]) * scale:.6g}"

    for name in _DASHES:
        if element.get(name):
            element.set(name, _NUMBERS.sub(scaled, element.get(name, "")))
    declared = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    style = [
        f"{name}:{_NUMBERS.sub(scaled, value) if name.strip() in _DASHES else value}" for name, _, value in declared
    ]
    if style:
        element.set("style", ";".join(style))


def _room(text: str, root: Element) -> int:
    """Pixels around the drawing that what lies outside of it is blurred from."""
    spread = 0.0
    for found in _BLURS.finditer(text):
        numbers = _NUMBERS.findall(" ".join(filter(None, found.groups())))
        spread = max([spread, *(abs(float(number)) for number in numbers)])
    width, box = root.get("width", ""), _NUMBERS.findall(root.get("viewBox", ""))
    if not spread or not re.fullmatch(r"[\d.]+", width) or not re.fullmatch(r"[\d.]+", root.get("height", "")):
        return 0
    scale = float(width) / float(box[2]) if len(box) == 4 and float(box[2]) > 0 else 1.0
    return math.ceil(min(_MOST_ROOM, _REACH * spread * scale))


def _with_room(root: Element, room: int) -> Element:
    """The drawing inside a larger one, into which it may reach."""
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    around = Element(SVG + "svg", {"width": f"{width + 2 * room:g}", "height": f"{height + 2 * room:g}"})
    for name, value in (("x", f"{room}"), ("y", f"{room}"), ("overflow", "visible")):
        root.set(name, value)
    root.set("style", f"{root.get('style', '')};overflow:visible".lstrip(";"))
    around.append(root)
    return around
