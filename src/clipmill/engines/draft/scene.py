"""A scene: what is drawn where no reference picture is given, as layers of SVG that a camera passes at their depths."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clipmill.domain.timeline.layout import Box, Size
from clipmill.engines.draft.chance import Chance

#: Five colours each, from dark to light.
PALETTES = (
    ("#1B1B3A", "#4B2E63", "#A14A76", "#F08A6B", "#FFD6A0"),
    ("#0B2239", "#14506B", "#2F8F9D", "#9BD1C9", "#F3EAD3"),
    ("#3A1A14", "#7D3A26", "#C96F43", "#EDB27A", "#FBE8CC"),
    ("#0F2A22", "#1F5742", "#5B9A6F", "#C6DCA7", "#FBF3D0"),
    ("#2A0F2E", "#6B1F57", "#C03A6B", "#F2849E", "#FFE0D6"),
    ("#0E1424", "#243B6B", "#5C7FC2", "#B5CBEB", "#F5F7FF"),
    ("#2B2118", "#6E4A1E", "#C98A1B", "#F4C44E", "#FFF2CF"),
    ("#13293D", "#2D6187", "#79B4D1", "#CBE6EF", "#F8FBFC"),
)
#: How much larger than the canvas layers are on every side, as a share of its short side: so far they may move.
_BLEED = 0.1


@dataclass(frozen=True, slots=True)
class SceneLayer:
    """One layer of a scene."""

    svg: str
    #: Where it lies when it has come to rest, pixels of the canvas, even ones; parts of it may lie beside that.
    box: Box
    #: How near it is, 0 (it stands still) to 1.
    depth: float


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Where a scene is drawn: the canvas, its bleed, its colours, and the draws of its shapes."""

    size: Size
    bleed: int
    colours: Sequence[str]
    chance: Chance

    @property
    def whole(self) -> Box:
        """The canvas with its bleed."""
        wide, high = self.size.width + 2 * self.bleed, self.size.height + 2 * self.bleed
        return Box(-self.bleed, -self.bleed, wide, high)

    @property
    def short(self) -> float:
        """The short side of the canvas."""
        return min(self.size.width, self.size.height)

    def layer(self, depth: float, *parts: str, area: Box | None = None) -> SceneLayer:
        """A layer of these parts, in coordinates of the canvas; nothing of them lies outside of the area."""
        whole, area = self.whole, area or self.whole
        left, top = max(whole.x, math.floor(area.x / 2) * 2), max(whole.y, math.floor(area.y / 2) * 2)
        right = min(whole.x + whole.width, math.ceil((area.x + area.width) / 2) * 2)
        bottom = min(whole.y + whole.height, math.ceil((area.y + area.height) / 2) * 2)
        box = Box(left, top, max(2, right - left), max(2, bottom - top))
        told = f'viewBox="{box.x:g} {box.y:g} {box.width:g} {box.height:g}"'
        return SceneLayer(f'<svg xmlns="http://www.w3.org/2000/svg" {told}>{"".join(parts)}</svg>', box, depth)

    def ground(self, fill: str) -> str:
        """Everything in one colour or gradient."""
        whole = self.whole
        lies = f'x="{whole.x:g}" y="{whole.y:g}" width="{whole.width:g}" height="{whole.height:g}"'
        return f'<rect {lies} fill="{fill}"/>'


def scene(size: Size, chance: Chance) -> tuple[SceneLayer, ...]:
    """The layers of a scene, the farthest first."""
    backdrop = Backdrop(size, bleed_of(size), chance.next_of("palette", PALETTES), chance)
    return tuple(chance.next_of("scene", _SCENES)(backdrop))


def bleed_of(size: Size) -> int:
    """How much of a scene lies beyond each side of the canvas, pixels."""
    return math.ceil(min(size.width, size.height) * _BLEED / 2) * 2


def ink_of(chance: Chance) -> str:
    """The colour of what shades a scene: its darkest, darker."""
    return _mixed(chance.next_of("palette", PALETTES)[0], "#000000", 0.55)


def _ridges(backdrop: Backdrop) -> Iterator[SceneLayer]:
    """Mountains in haze, one behind the other, under a low sun."""
    width, height, chance, colours = backdrop.size.width, backdrop.size.height, backdrop.chance, backdrop.colours
    is_night = chance.share("night") < 0.35
    sky = (colours[0], colours[1], colours[2]) if is_night else (colours[2], colours[3], colours[4])
    horizon = chance.between("horizon", 0.5, 0.58)
    yield backdrop.layer(0.0, _down("sky", sky, 0.0, height * horizon), backdrop.ground("url(#sky)"),
                         *(_stars(backdrop) if is_night else ()))  # fmt: skip
    x, y = width * chance.between("sun x", 0.22, 0.78), height * chance.between("sun y", 0.2, 0.36)
    radius = backdrop.short * chance.between("sun", 0.07, 0.12)
    glow = radius * 4.2
    yield backdrop.layer(0.12, _glow("glow", colours[4]), _disc(x, y, glow, "url(#glow)"),
                         _disc(x, y, radius, colours[4]), area=Box(x - glow, y - glow, 2 * glow, 2 * glow))  # fmt: skip
    fars = (colours[2], colours[1]) if is_night else (colours[3], colours[2])
    shades = (_mixed(*fars, 0.25), _mixed(*fars, 0.8), _mixed(colours[1], colours[0], 0.35),
              _mixed(colours[0], "#05060A", 0.25))  # fmt: skip
    for number, shade in enumerate(shades):
        yield _ridge(backdrop, number, horizon + 0.115 * number, (shade, _mixed(shade, sky[2], 0.32)))


def _ridge(backdrop: Backdrop, number: int, at: float, shades: tuple[str, str]) -> SceneLayer:
    """One ridge, hazy at its foot, down to where the next one hides it; the nearest goes to the bottom."""
    whole, height, is_last = backdrop.whole, backdrop.size.height, number == len(_ROUGH) - 1
    base, reach = height * at, _reach(backdrop, number)
    next_base, next_reach = base + 0.115 * height, 0.0 if is_last else _reach(backdrop, number + 1)
    bottom = whole.y + whole.height if is_last else next_base + next_reach + backdrop.bleed
    haze = _down("haze", shades, base - reach, base + 0.24 * height)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in _outline(backdrop, number, base))
    path = f"M{whole.x:g},{bottom:.1f} L{line} L{whole.x + whole.width:g},{bottom:.1f} Z"
    fill = shades[0] if is_last else "url(#haze)"
    area = Box(whole.x, base - reach, whole.width, bottom - base + reach)
    return backdrop.layer(_DEPTHS[number], "" if is_last else haze, f'<path d="{path}" fill="{fill}"/>', area=area)


#: Of each ridge how high its first wave is, as a share of the height, and how near it is; waves of a ridge, and how
#: much lower each is than the one before.
_ROUGH, _DEPTHS, _WAVES, _LOWER = (0.1, 0.09, 0.08, 0.06), (0.3, 0.48, 0.72, 1.0), 5, 1.8


def _rough(backdrop: Backdrop, number: int) -> float:
    return _ROUGH[number] * min(backdrop.size.height, backdrop.size.width * 0.8)


def _reach(backdrop: Backdrop, number: int) -> float:
    """How far a ridge may rise above its base, or sink below it, pixels."""
    return _rough(backdrop, number) * sum(_LOWER**-wave for wave in range(_WAVES))


def _outline(backdrop: Backdrop, number: int, base: float) -> Iterator[tuple[float, float]]:
    """The points of a ridge from left to right: a few sines, none of which is a multiple of another."""
    chance, whole, rough = backdrop.chance, backdrop.whole, _rough(backdrop, number)
    span, steps = max(backdrop.size.width, backdrop.short * 1.3), 120
    lengths = [span * chance.between(f"{number} length {k}", 0.55, 1.0) * 2.1 / 1.9**k for k in range(_WAVES)]
    phases = [chance.between(f"{number} phase {k}", 0, math.tau) for k in range(_WAVES)]
    waves = [(length, phase, rough / _LOWER**k) for k, (length, phase) in enumerate(zip(lengths, phases, strict=True))]
    for step in range(steps + 1):
        x = whole.x + whole.width * step / steps
        yield x, base - sum(high * math.sin(math.tau * x / length + phase) for length, phase, high in waves)


def _stars(backdrop: Backdrop) -> Iterator[str]:
    for number in range(46):
        x, y, size = (backdrop.chance.share(f"star {number} {axis}") for axis in "xys")
        across, down, radius = (
            x * backdrop.size.width,
            y * backdrop.size.height * 0.45,
            backdrop.short * (0.0009 + 0.0016 * size),
        )
        yield (f'<circle cx="{across:.0f}" cy="{down:.0f}" r="{radius:.2f}" fill="#FFFFFF" '
               f'opacity="{0.3 + 0.6 * size:.2f}"/>')  # fmt: skip


def _lights(backdrop: Backdrop) -> Iterator[SceneLayer]:
    """Large soft lights that flow into each other, with thin rings over them."""
    width, height, chance, colours = backdrop.size.width, backdrop.size.height, backdrop.chance, backdrop.colours
    across = chance.one_of("slope", ((0, 0, 1, 1), (1, 0, 0, 1)))
    lights = [_light(backdrop, number, colour) for number, colour in enumerate((2, 1, 3, 2, 4))]
    yield backdrop.layer(0.0, _along("ground", (colours[0], colours[1]), across), backdrop.ground("url(#ground)"),
                         *lights[:2])  # fmt: skip
    yield backdrop.layer(0.5, *lights[2:])
    x, y = width * chance.between("rings x", 0.25, 0.75), height * chance.between("rings y", 0.25, 0.55)
    rings = (f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{backdrop.short * (0.12 + 0.085 * k):.0f}" fill="none" '
             f'stroke="{colours[4]}" stroke-width="{backdrop.short * 0.0018:.2f}" opacity="{0.5 - 0.06 * k:.2f}"/>'
             for k in range(7))  # fmt: skip
    most = backdrop.short * 0.64
    yield backdrop.layer(1.0, *rings, area=Box(x - most, y - most, 2 * most, 2 * most))


def _light(backdrop: Backdrop, number: int, colour: int) -> str:
    """One light in a column and a row of its own; of the lightest colour it is smaller."""
    size, chance, is_pale = backdrop.size, backdrop.chance, colour == 4
    x, y = (chance.share(f"light {number} {axis}") for axis in "xy")
    column, row = (number * 2 % 5 + x) / 5, (number * 3 % 5 + y) / 5
    radius = max(size.width, size.height) * chance.between(f"light {number}", 0.3, 0.46) * (0.6 if is_pale else 1.0)
    name, opacity = f"light{number}", 0.62 if is_pale else 0.92
    lit = _glow(name, backdrop.colours[colour], opacity)
    return lit + _disc(column * size.width, row * size.height * 0.9, radius, f"url(#{name})")


def _tiles(backdrop: Backdrop) -> Iterator[SceneLayer]:
    """A pattern of quarter circles, half circles and dots, as on old tiles."""
    chance, colours = backdrop.chance, backdrop.colours
    side = backdrop.short / chance.one_of("tiles", (3, 4))
    grounds = (colours[0], colours[1], colours[2], colours[3], colours[4])
    yield backdrop.layer(0.0, backdrop.ground(colours[1]))
    parts: list[str] = []
    for row in range(-1, math.ceil(backdrop.size.height / side) + 1):
        for column in range(-1, math.ceil(backdrop.size.width / side) + 1):
            name = f"{row} {column}"
            first = int(chance.share(f"ground {name}") * 5)
            second = (first + 1 + int(chance.share(f"figure {name}") * 4)) % 5
            shape = _FIGURES[int(chance.share(f"shape {name}") * len(_FIGURES))]
            quarter = int(chance.share(f"turn {name}") * 4) * 90
            parts.append(f'<g transform="translate({column * side:.2f} {row * side:.2f}) scale({side / 100:.4f}) '
                         f'rotate({quarter} 50 50)"><rect width="100.6" height="100.6" fill="{grounds[first]}"/>'
                         f'<g fill="{grounds[second]}" stroke="{grounds[second]}">{shape}</g></g>')  # fmt: skip
    yield backdrop.layer(0.55, *parts)


#: Figures in a square of 100.
_FIGURES = (
    '<path stroke="none" d="M0,0 H100 A100,100 0 0 1 0,100 Z"/>',
    '<path stroke="none" d="M0,0 A50,50 0 0 0 100,0 Z M0,50 A50,50 0 0 0 100,50 Z"/>',
    '<circle stroke="none" cx="50" cy="50" r="30"/>',
    '<path fill="none" stroke-width="14" d="M0,81 A81,81 0 0 0 81,0 M0,53 A53,53 0 0 0 53,0 M0,25 A25,25 0 0 0 25,0"/>',
    '<path stroke="none" d="M0,0 H100 L0,100 Z"/>',
    '<path stroke="none" d="M0,0 A100,100 0 0 1 100,100 A100,100 0 0 1 0,0 Z"/>',
)
_SCENES: tuple[Callable[[Backdrop], Iterator[SceneLayer]], ...] = (_ridges, _lights, _tiles)


def _disc(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{fill}"/>'


def _down(name: str, colours: Sequence[str], begin: float, end: float) -> str:
    """A gradient down the canvas, between two places (pixels)."""
    share = 1 / (len(colours) - 1)
    stops = (f'<stop offset="{at * share:g}" stop-color="{colour}"/>' for at, colour in enumerate(colours))
    line = f'x1="0" y1="{begin:.0f}" x2="0" y2="{end:.0f}"'
    return f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" {line}>{"".join(stops)}</linearGradient>'


def _along(name: str, colours: Sequence[str], line: tuple[float, float, float, float]) -> str:
    first, last = colours
    places = " ".join(f'{axis}="{at:g}"' for axis, at in zip(("x1", "y1", "x2", "y2"), line, strict=True))
    return (f'<linearGradient id="{name}" {places}><stop offset="0" stop-color="{first}"/>'
            f'<stop offset="1" stop-color="{last}"/></linearGradient>')  # fmt: skip


def _glow(name: str, colour: str, opacity: float = 0.55) -> str:
    """A light that fades towards its edge, without a visible end."""
    stops = "".join(f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{opacity * share:.3f}"/>'
                    for at, share in ((0, 1.0), (0.25, 0.74), (0.5, 0.38), (0.75, 0.1), (1, 0.0)))  # fmt: skip
    return f'<radialGradient id="{name}">{stops}</radialGradient>'


def _mixed(one: str, other: str, share: float) -> str:
    """A colour between two."""
    parts = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in parts)
