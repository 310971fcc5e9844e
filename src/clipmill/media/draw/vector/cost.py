"""What a drawing costs to draw, estimated from its tree before anything draws it.

In seconds of one processor, as librsvg was measured to need them (docs/decisions/cost-of-drawings.md): rather too many
than too few. What is used twice is drawn twice: a mask in a mask in a mask doubles at every step.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element

from clipmill.media.draw.vector.browsers import attribute, local
from clipmill.media.draw.vector.curves import moved, points_of

#: Milliseconds for a million pixels: to fill them, by what (a gradient also by its stops); to lay a group or
#: a mask over what is below.
_FLAT, _RAMP, _STOP, _PATTERN, _PICTURE, _GROUP, _MASK = 0.5, 28.0, 0.5, 10.0, 9.0, 1.4, 15.0
#: Milliseconds for one: part of a path, and a pixel of its length, stroked and filled; a letter, and a word by the
#: square of its letters; an element; an element for a rule.
_SEGMENT, _STROKED, _FILLED, _LETTER, _WORD, _ELEMENT, _RULE = 0.0012, 0.00026, 0.00009, 0.04, 0.00018, 0.01, 0.0003
#: Milliseconds a million pixels of a filter step take; every other one; and noise, thickness and kernels by their size.
_STEPS = {"feFlood": 4.0, "feOffset": 4.0, "feTile": 9.0, "feMergeNode": 10.0, "feGaussianBlur": 320.0, "blur": 320.0,
          "feDropShadow": 340.0, "drop-shadow": 340.0, "feDisplacementMap": 960.0, "feSpecularLighting": 300.0,
          "feDiffuseLighting": 300.0}  # fmt: skip
_STEP, _SURFACE, _NOISE, _OCTAVE, _THICK, _KERNEL = 150.0, 3.0, 130.0, 60.0, 10.0, 45.0
#: How lines slow one another down where thousands cross: exponents of thousands of parts.
_CROWDED_FILL, _CROWDED_STROKE = 0.45, 0.25
_SHOWN_BY_USE = frozenset({"defs", "symbol", "clipPath", "mask", "pattern", "marker", "filter", "linearGradient",
                           "radialGradient", "style", "title", "desc", "metadata"})  # fmt: skip
_MARKERS = ("marker-start", "marker-mid", "marker-end")
_INHERITED = ("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", *_MARKERS)
_ALONE = ("",) * len(_INHERITED)
_UNPAINTED = ("none", *_ALONE[1:])
_OWN = ("filter", "mask", "clip-path", "opacity", "mix-blend-mode", "isolation", "display")
_ASKED = frozenset((*_INHERITED, *_OWN, "marker"))
#: What the last part of a selector names; a reference; a number; a picture that is written into a drawing.
_FOR = re.compile(r"([.#]?[\w-]+|\*)(?::[\w-]+)*\s*$")
_NAME = re.compile(r"""url\(\s*["']?#([^"')\s]+)""")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
DATA = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\s]+)")
#: Where a PNG says its width and height, and a JPEG its height and width: perhaps those of its preview first.
_SIDES = {
    "png": re.compile(rb"\A.{8}.{4}IHDR(.{4})(.{4})", re.DOTALL),
    "jpeg": re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..[\x08\x0c](..)(..)", re.DOTALL),
}
#: Pixels of a picture that is stored elsewhere; parts of drawings that are looked at, and how deep one may lie in what
#: another uses; the longest line that is believed (units).
_USUAL_PIXELS, _MOST_LOOKS, _DEEPEST, _LONGEST = 4_000_000, 50_000, 100, 1e7

#: left, top, right, bottom
Box = tuple[float, float, float, float]
_ANYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)


class Cost(NamedTuple):
    """Seconds of a processor, and what most of them go to."""

    seconds: float
    dearest: str


class _Part(NamedTuple):
    """Milliseconds, the names of what is dearest in it, and the box it lies in (None: it has none of its own)."""

    cost: float
    names: tuple[str, ...] = ()
    box: Box | None = None


class _Endless(Exception):  # noqa: N818 - it is an answer
    """Looking through it would take as long as drawing it."""


def cost_of(root: Element, width: float, height: float, *, own: tuple[float, float]) -> Cost:
    """What this drawing costs at this size (pixels); without a view box it fills it with its `own`."""
    box = [float(found) for found in _NUMBER.findall(root.get("viewBox", ""))]
    wide, high = box[2:] if len(box) == 4 and box[2] > 0 < box[3] else own
    scale = math.sqrt(width * height / (wide * high))
    estimate = _Estimate(root, width * height / 1e6)
    try:
        found = estimate.of(root, scale, _ALONE, 0)
    except _Endless:
        return Cost(math.inf, "elements that use one another over and over")
    except (ArithmeticError, ValueError):
        return Cost(math.inf, "numbers that nobody can draw")
    names = found.names if found.cost > estimate.styling else ("the rules of its <style>",)
    return Cost((found.cost + estimate.styling) / 1000, " → ".join(names) or "its many elements")


@lru_cache(maxsize=64)
def pixels_of(address: str) -> int:
    """Width × height of a picture that is written into a drawing as `data:`; of another, how many most have.

    Raises ValueError for a damaged one.
    """
    found = DATA.fullmatch(address)
    if found is None:
        return _USUAL_PIXELS
    sides = _SIDES[found[1]].findall(b64decode(found[2]))
    if not sides:
        raise ValueError("its width and height cannot be read")
    return max(int.from_bytes(one, "big") * int.from_bytes(other, "big") for one, other in sides)


@dataclass(slots=True, eq=False)
class _Estimate:
    """One look through one drawing."""

    root: Element
    #: Millions of pixels of the canvas.
    canvas: float
    #: Milliseconds for finding out which rules hold for which element.
    styling: float = 0.0
    _named: dict[str, Element] = field(default_factory=dict)
    _rules: dict[str, dict[str, str]] = field(default_factory=dict)
    _shapes: dict[Element, tuple[int, float, Box] | None] = field(default_factory=dict)
    _known: dict[tuple[Element, int, tuple[str, ...]], _Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        elements, tests = list(self.root.iter()), 0.0
        for element in elements:
            self._named.setdefault(element.get("id", ""), element)
            for rule in (element.text or "").split("}") if local(element) == "style" else ():
                selectors, _, body = rule.partition("{")
                tests += 1 + 3 * len(selectors.split()) + selectors.count("~") * len(elements) / 10
                for selector in selectors.split(",") if (said := _declared(body)) else ():
                    if found := _FOR.search(selector.strip()[-80:]):
                        self._rules.setdefault(found[1], {}).update(said)
        self.styling = tests * len(elements) * _RULE

    def of(self, element: Element, scale: float, above: tuple[str, ...], depth: int, *, used: bool = False) -> _Part:
        """An element with all that is in it and all it uses, its box in the units of what it lies in."""
        if local(element) in _SHOWN_BY_USE and not used:
            return _Part(0.0)
        key = (element, round(2 * math.log2(scale)) if 0 < scale < math.inf else 0, above)
        if key not in self._known:
            if depth > _DEEPEST or len(self._known) > _MOST_LOOKS:
                raise _Endless
            self._known[key] = _Part(0.0)  # what uses itself is not drawn
            self._known[key] = self._looked(element, scale, above, depth + 1)
        return self._known[key]

    def _looked(self, element: Element, scale: float, above: tuple[str, ...], depth: int) -> _Part:
        said = self._said(element)
        if said.get("display") == "none":
            return _Part(0.0)
        inherited = tuple(said.get(name, before) for name, before in zip(_INHERITED, above, strict=True))
        transform = element.get("transform", "") or element.get("patternTransform", "")
        if transform:
            (x, y), (across, a), (down, b) = moved([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], transform)
            scale *= math.sqrt(abs((across - x) * (b - y) - (down - x) * (a - y)))
        inner = [self.of(child, scale, inherited, depth) for child in element]
        inner += self._own(element, scale, inherited, depth)
        box = _around([part.box for part in inner if part.box])
        inner += self._effects(said, box, scale, depth)
        whole, names = sum(part.cost for part in inner) + _ELEMENT, _dearest(inner)
        if (name := element.get("id", "")) and element is not self.root and (names or whole > self.canvas):
            names = (f"{local(element)} #{name[:30]}", *names)[:4]
        if box is not None and transform:
            xs, ys = zip(*moved([(x, y) for x in box[::2] for y in box[1::2]], transform), strict=True)
            box = (min(xs), min(ys), max(xs), max(ys)) if all(map(math.isfinite, (*xs, *ys))) else _ANYWHERE
        return _Part(whole, names, box)

    def _said(self, element: Element) -> dict[str, str]:
        """What attributes, rules and its style say of an element."""
        said = {name: value for name, value in element.attrib.items() if name in _ASKED}
        if self._rules:
            classes = (f".{name}" for name in element.get("class", "").split())
            for name in ("*", local(element), *classes, f"#{element.get('id', '')}"):
                said.update(self._rules.get(name, {}))
        said.update(_declared(element.get("style", "")))
        return {**dict.fromkeys(_MARKERS, said["marker"]), **said} if "marker" in said else said

    def _own(self, element: Element, scale: float, inherited: tuple[str, ...], depth: int) -> list[_Part]:
        """What an element draws itself."""
        name = local(element)
        if name == "use":
            target = self._named.get(attribute(element, "href").strip().removeprefix("#"))
            return [] if target is None else [self.of(target, scale, inherited, depth, used=True)]
        if name in ("text", "tspan", "textPath"):
            words = " ".join([element.text or "", *(child.tail or "" for child in element)])
            long = len(words) if attribute(element, "rotate") else max(map(len, words.split()), default=0)
            return [_Part(len(words) * _LETTER + long * long * _WORD, (name,), _ANYWHERE)]
        if name == "image":
            return [_Part(self.canvas * _GROUP + _picture(element), (name,), _ANYWHERE)]
        if element not in self._shapes:
            self._shapes[element] = _shape_of(element)
        shape = self._shapes[element]
        return [] if shape is None else self._shape(shape, (name,), scale, inherited, depth)

    def _shape(
        self,
        shape: tuple[int, float, Box],
        names: tuple[str, ...],
        scale: float,
        inherited: tuple[str, ...],
        depth: int,
    ) -> list[_Part]:
        (fill, stroke, width, dashes, cap, *markers), (count, length, box) = inherited, shape
        thick = _first(width, 1.0) * scale if stroke not in ("", "none") else 0.0
        if thick and scale:
            left, top, right, bottom = box
            box = (left - thick / scale, top - thick / scale, right + thick / scale, bottom + thick / scale)
        area, long = self._area(box, scale), min(length * scale, 3000 * count * math.sqrt(self.canvas))
        crowded, parts = max(1.0, count / 1000), [_Part(0.0, names, box)]
        if fill != "none":
            parts.append(_Part(count * _SEGMENT + long * crowded**_CROWDED_FILL * _FILLED, names))
            parts.append(self._painted(fill, area, scale, depth))
        if thick:
            pattern = [abs(float(found)) for found in _NUMBER.findall(dashes)]
            number = min(length, _LONGEST) * len(pattern) / sum(pattern) if any(pattern) else 0.0
            ends = (3 if cap == "round" else 1) * min(thick, _LONGEST) * _STROKED
            lines = 2 * count * _SEGMENT + long * crowded**_CROWDED_STROKE * _STROKED * (1 + thick / 150)
            parts += [_Part(lines, names), _Part(number * (_SEGMENT / 2 + ends), (f"dashes of {dashes[:20]}",))]
            parts.append(self._painted(stroke, min(area, long * thick / 1e6), scale, depth))
        for reference, often in zip(markers, (1, count, 1), strict=True):
            drawn = self._used(reference, scale, depth)
            parts.append(drawn._replace(cost=drawn.cost * often))
        return parts

    def _painted(self, paint: str, area: float, scale: float, depth: int) -> _Part:
        """An area (millions of pixels) in a colour, a gradient or a pattern."""
        target = self._target(paint)
        if target is None:
            return _Part(area * _FLAT)
        if local(target) == "pattern":
            drawn = self._used(paint, scale, depth)
            return drawn._replace(cost=drawn.cost + area * _PATTERN)
        return _Part(area * (_RAMP + len(target) * _STOP), (f"{local(target)} #{target.get('id', '')[:30]}",))

    def _used(self, reference: str, scale: float, depth: int, above: tuple[str, ...] = _ALONE) -> _Part:
        """What a reference draws anew: a mask, a clip path, a marker, a pattern."""
        target = self._target(reference)
        drawn = self.of(target, scale, above, depth, used=True) if target is not None else _Part(0.0)
        return drawn._replace(box=None)

    def _effects(self, said: dict[str, str], box: Box | None, scale: float, depth: int) -> list[_Part]:
        """What is done with an element once it is drawn: each takes a canvas of its own."""
        parts = [self._used(said.get("clip-path", ""), scale, depth, _UNPAINTED)]
        masked = self._target(said.get("mask", ""))
        if masked is not None:
            drawn = self._used(said["mask"], scale, depth)
            parts.append(drawn._replace(cost=drawn.cost + self.canvas * _MASK))
        if _first(said.get("opacity", ""), 1.0) < 1 or said.keys() & {"mask", "mix-blend-mode", "isolation"}:
            parts.append(_Part(self.canvas * _GROUP, ("groups with an opacity of their own",)))
        asked = said.get("filter", "none")
        for before in asked.split("(")[:-1]:
            name = next((name for name in ("blur", "drop-shadow", "url") if before.endswith(name)), "filter")
            parts.append(_Part(self.canvas * _STEPS.get(name, _STEP) * (name != "url"), (f"{name}()",)))
        targets = filter(None, map(self._named.get, _NAME.findall(asked)))
        return parts + [self._filtered(target, box or _ANYWHERE, scale) for target in targets]

    def _filtered(self, target: Element, box: Box, scale: float) -> _Part:
        """The steps of a filter over an element with this box."""
        wide, high = target.get("width", "120%"), target.get("height", "120%")
        size = [_first(side, 1.2) / (100 if "%" in side else 1) for side in (wide, high)]
        area = self._area(box, scale) * abs(size[0] * size[1])
        if target.get("filterUnits") == "userSpaceOnUse":
            area = self._area((0.0, 0.0, *size) if "%" not in wide + high else _ANYWHERE, scale)  # type: ignore[arg-type]
        area = min(area, self.canvas)
        steps = [(area * _step(step) + self.canvas * _SURFACE + _picture(step), local(step)) for step in target]
        name = f"filter #{target.get('id', '')[:30]} ({max(steps, default=(0.0, 'empty'))[1]})"
        return _Part(sum(cost for cost, _ in steps), (name,))

    def _target(self, reference: str) -> Element | None:
        found = _NAME.search(reference)
        return self._named.get(found[1]) if found else None

    def _area(self, box: Box, scale: float) -> float:
        """Millions of pixels of a box in its units, at most those of the canvas."""
        area = (box[2] - box[0]) * (box[3] - box[1]) * scale * scale / 1e6
        return area if 0 <= area < self.canvas else self.canvas


def _shape_of(element: Element) -> tuple[int, float, Box] | None:
    """How many parts a shape has, how long they are together and the box they lie in; None for what is no shape."""
    points: list[tuple[float, float]] = []
    with suppress(ValueError, IndexError):  # what comes before a mistake is drawn
        points.extend(points_of(element, roughly=True))
    if len(points) < 2:
        return None
    xs, ys = zip(*points, strict=True)
    whole = any("%" in element.get(name, "") for name in ("width", "height", "r", "rx", "x2", "y2"))
    box = _ANYWHERE if whole else (min(xs), min(ys), max(xs), max(ys))
    return len(points) - 1, sum(math.dist(before, after) for before, after in pairwise(points)), box


def _step(step: Element) -> float:
    """Milliseconds for a million pixels."""
    name = local(step)
    if name == "feTurbulence":
        return _NOISE + _OCTAVE * _first(step.get("numOctaves", ""), 1.0)
    if name in ("feMorphology", "feConvolveMatrix"):
        size = [
            float(found) for found in _NUMBER.findall(step.get("radius" if name == "feMorphology" else "order", "3"))
        ]
        across, down = (size or [0.0])[0], (size or [0.0])[-1]
        return _THICK * (2 * across + 1) * (2 * down + 1) if name == "feMorphology" else _KERNEL * across * down
    return _STEPS.get(name, _STEP)


def _picture(element: Element) -> float:
    """Milliseconds for decoding and scaling what an element that shows a picture refers to."""
    address = attribute(element, "href").strip() if local(element) in ("image", "feImage") else ""
    return _PICTURE * pixels_of(address) / 1e6 if address else 0.0


def _first(text: str, otherwise: float) -> float:
    found = _NUMBER.match(text.strip())
    return float(found[0]) if found else otherwise


def _dearest(parts: list[_Part]) -> tuple[str, ...]:
    """The names of what takes over a third of all of them together."""
    shares: dict[tuple[str, ...], float] = {}
    for part in parts:
        shares[part.names] = shares.get(part.names, 0.0) + part.cost
    names = max(shares, key=lambda names: shares[names], default=())
    return names if shares.get(names, 0.0) > sum(shares.values()) / 3 else ()


def _around(boxes: list[Box]) -> Box | None:
    """The box around all of them."""
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _declared(body: str) -> dict[str, str]:
    """The properties that cost something, of a body of declarations."""
    found = (part.partition(":") for part in body.split(";"))
    said = {name.strip(): value.replace("!important", "").strip() for name, _, value in found}
    return {name: value for name, value in said.items() if name in _ASKED and value}
