"""A scene: what is drawn where no reference picture is given, as layers of SVG that a camera passes at their depths."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clipmill.domain.timeline.layout import Size
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
_BLEED = 0.07


@dataclass(frozen=True, slots=True)
class SceneLayer:
    """One layer of a scene: a drawing of the canvas and the bleed around it, and how near it is, 0 to 1."""

    svg: str
    depth: float


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Where a scene is drawn: the canvas, its bleed, its colours, and the draws of its shapes."""

    size: Size
    bleed: int
    colours: Sequence[str]
    chance: Chance

    @property
    def left(self) -> float:
        """Where drawings begin."""
        return -self.bleed

    @property
    def right(self) -> float:
        """Where they end."""
        return self.size.width + self.bleed

    @property
    def bottom(self) -> float:
        """Where they end below."""
        return self.size.height + self.bleed

    @property
    def short(self) -> float:
        """The short side of the canvas."""
        return min(self.size.width, self.size.height)

    def layer(self, depth: float, *parts: str) -> SceneLayer:
        """A layer of these parts, in coordinates of the canvas."""
        wide, high = self.size.width + 2 * self.bleed, self.size.height + 2 * self.bleed
        box = f'viewBox="{-self.bleed} {-self.bleed} {wide:g} {high:g}" width="{wide:g}" height="{high:g}"'
        return SceneLayer(f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(parts)}</svg>', depth)

    def ground(self, fill: str) -> str:
        """Everything in one colour or gradient."""
        wide, high = self.size.width + 2 * self.bleed, self.size.height + 2 * self.bleed
        return f'<rect x="{-self.bleed}" y="{-self.bleed}" width="{wide:g}" height="{high:g}" fill="{fill}"/>'


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
    yield backdrop.layer(0.0, _down("sky", sky, 0.0, height * horizon), backdrop.ground("url(#sky)"))
    x, y = width * chance.between("sun x", 0.22, 0.78), height * chance.between("sun y", 0.2, 0.36)
    radius = backdrop.short * chance.between("sun", 0.07, 0.12)
    yield backdrop.layer(0.12, *(_stars(backdrop) if is_night else ()), _glow("glow", colours[4]),
                      f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius * 4.2:.0f}" fill="url(#glow)"/>',
                      f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{colours[4]}"/>')  # fmt: skip
    fars = (colours[2], colours[1]) if is_night else (colours[3], colours[2])
    shades = (_mixed(*fars, 0.25), _mixed(*fars, 0.8), _mixed(colours[1], colours[0], 0.35),
              _mixed(colours[0], "#05060A", 0.25))  # fmt: skip
    for number, shade in enumerate(shades):
        base = height * (horizon + 0.115 * number)
        rough = (0.1, 0.09, 0.08, 0.06)[number] * min(height, width * 0.8)
        haze = _down(f"haze{number}", (shade, _mixed(shade, sky[2], 0.32)), base - rough, base + height * 0.24)
        last = number == len(shades) - 1
        yield backdrop.layer((0.3, 0.48, 0.72, 1.0)[number], "" if last else haze,
                          f'<path d="{_ridge(backdrop, number, base, rough)}" '
                          f'fill="{shade if last else f"url(#haze{number})"}"/>')  # fmt: skip


def _ridge(backdrop: Backdrop, number: int, base: float, rough: float) -> str:
    """The outline of one ridge: a few sines, none of which is a multiple of another."""
    chance, (left, right) = backdrop.chance, (backdrop.left, backdrop.right)
    waves = [(chance.between(f"{number} length {k}", 0.55, 1.0) * 2.1 / 1.9**k,
              chance.between(f"{number} phase {k}", 0, math.tau), rough / 1.8**k) for k in range(5)]  # fmt: skip
    span = max(backdrop.size.width, backdrop.short * 1.3)
    steps = 120
    points = []
    for step in range(steps + 1):
        x = left + (right - left) * step / steps
        y = base - sum(high * math.sin(math.tau * x / (span * length) + phase) for length, phase, high in waves)
        points.append(f"{x:.1f},{y:.1f}")
    return f"M{left:g},{backdrop.bottom:g} L{' '.join(points)} L{right:g},{backdrop.bottom:g} Z"


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
    yield backdrop.layer(0.0, _along("ground", (colours[0], colours[1]), across), backdrop.ground("url(#ground)"))
    long, spots = max(width, height), ((2, 0.15), (1, 0.3), (3, 0.5), (2, 0.7), (4, 0.85))
    for number, (colour, depth) in enumerate(spots):
        x, y = (chance.share(f"light {number} {axis}") for axis in "xy")
        column, row = (number * 2 % 5 + x) / 5, (number * 3 % 5 + y) / 5
        radius = long * chance.between(f"light {number}", 0.3, 0.46) * (0.6 if colour == 4 else 1.0)
        yield backdrop.layer(depth, _glow(f"light{number}", colours[colour], 0.62 if colour == 4 else 0.92),
                          f'<circle cx="{column * width:.0f}" cy="{row * height * 0.9:.0f}" r="{radius:.0f}" '
                          f'fill="url(#light{number})"/>')  # fmt: skip
    x, y = width * chance.between("rings x", 0.25, 0.75), height * chance.between("rings y", 0.25, 0.55)
    rings = (f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{backdrop.short * (0.12 + 0.085 * k):.0f}" fill="none" '
             f'stroke="{colours[4]}" stroke-width="{backdrop.short * 0.0018:.2f}" opacity="{0.5 - 0.06 * k:.2f}"/>'
             for k in range(7))  # fmt: skip
    yield backdrop.layer(1.0, *rings)


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
