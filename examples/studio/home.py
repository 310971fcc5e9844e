"""Scenes of things for the home: lamp, mug, plant, candle, chair, notebook."""

from __future__ import annotations

import numpy as np

from studio.light import Material, Part, Scene
from studio.solids import (
    Array,
    Point,
    Solid,
    at,
    box,
    common,
    curve,
    cylinder,
    extruded,
    minus,
    mirrored,
    polygon,
    rod,
    sphere,
    stroke,
    tilted,
    turned,
    union,
)

BRASS = Material("#E0B36A", gloss=0.7, metal=True)
OAK = Material(
    "#C89561",
    gloss=0.3,
    second="#A9733F",
    paint=lambda p: 0.5 + 0.5 * np.sin(p[0] * 16 + p[2] * 18 + 1.5 * np.sin(p[1] * 5)),
)


def lamp() -> Scene:
    """A table lamp with a dome shade on a brass stem."""
    dome = minus(at(sphere(1.0), y=2.9), at(sphere(0.94), y=2.86), at(box(4, 2, 4, 0.01), y=1.9))
    lacquer = Material("#E2603F", gloss=0.55)
    return Scene(
        name="lamp",
        parts=(
            Part(dome, lacquer),
            Part(at(sphere(0.3), y=2.86), Material("#FFE2A8", gloss=0.2, glow=0.75)),
            Part(union(rod((0, 0.1, 0), (0, 2.95, 0), 0.05), at(cylinder(0.08, 0.2), y=3.93)), BRASS),
            Part(at(cylinder(0.78, 0.16, 0.05), y=0.08), lacquer),
            Part(at(cylinder(0.14, 0.14, 0.04), y=0.2), BRASS),
        ),
        backdrop=("#F9E6D6", "#DDB295"),
        bounds=((-1.0, 0, -1.0), (1.0, 4.05, 1.0)),
        size=(960, 1200),
        eye=(0, 2.6, 13),
        target=(0.1, 1.95, 0),
        lens_degrees=24,
        wall=-1.9,
    )


def mug() -> Scene:
    """A dipped stoneware mug of coffee on a saucer."""
    cup = minus(at(cylinder(0.88, 1.62, 0.12), y=1.0), at(cylinder(0.8, 1.7, 0.1), y=1.2))
    ear = extruded(lambda x, y: np.abs(np.sqrt(x * x + y * y) - 0.44) - 0.09, 0.2, 0.08)
    stoneware = Material("#F4EFE6", gloss=0.62, second="#CF6B4A", paint=lambda p: _step(0.82 - p[1], 0.006))
    saucer = turned(polygon([(0, 0.06), (0.9, 0.06), (1.5, 0.22), (1.52, 0.27), (0.9, 0.16), (0, 0.16)], 0.035))
    return Scene(
        name="mug",
        parts=(
            Part(cup, stoneware),
            Part(minus(at(ear, x=0.93, y=1.08), at(cylinder(0.84, 3), y=1)), Material("#F4EFE6", gloss=0.62)),
            Part(at(cylinder(0.81, 0.04, 0.01), y=1.62), Material("#4A2A1A", gloss=0.85)),
            Part(saucer, Material("#CF6B4A", gloss=0.6)),
        ),
        backdrop=("#F4E9DE", "#D2B49A"),
        bounds=((-1.6, 0, -1.6), (1.6, 1.85, 1.6)),
        size=(1200, 800),
        eye=(0, 4.4, 12),
        target=(0.06, 0.8, 0),
        lens_degrees=29,
        window=2.4,
    )


def plant() -> Scene:
    """A snake plant in a ribbed pot."""
    draw = np.random.default_rng(5)
    leaves: list[Solid] = []
    for number in range(13):
        height, lean = draw.uniform(0.75, 1.35), draw.uniform(4, 17)
        around = number * 137.5
        blade = at(tilted(_blade(height, draw.uniform(0.16, 0.24)), y=float(draw.uniform(-50, 50))), y=height * 0.9)
        out = 0.08 + 0.03 * number
        turn = np.radians(around)
        leaves.append(
            at(
                tilted(blade, z=-lean * np.sin(turn), x=lean * np.cos(turn)),
                out * np.sin(turn),
                1.25,
                out * np.cos(turn),
            )
        )
    pot = turned(polygon([(0, 0.08), (0.6, 0.08), (0.82, 1.42), (0.72, 1.42), (0.6, 1.25), (0, 1.25)], 0.04))
    return Scene(
        name="plant",
        parts=(
            Part(_ribbed(pot, 28, 0.035, (0.2, 1.2)), Material("#EFE7DA", gloss=0.4)),
            Part(at(cylinder(0.68, 0.06), y=1.3), Material("#4B382B", gloss=0.1)),
            Part(union(*leaves), Material("#2F6B4A", gloss=0.5, second="#8DB886", paint=_bands)),
        ),
        backdrop=("#F1EBDD", "#C9BC9C"),
        bounds=((-1.5, 0, -1.5), (1.5, 4.0, 1.5)),
        size=(960, 1200),
        eye=(0, 3.4, 13),
        target=(0, 1.75, 0),
        lens_degrees=21.5,
        window=2.6,
        wall=-2.2,
    )


def candle() -> Scene:
    """A scented candle in a ribbed jar, its lid leaning beside it."""
    jar = minus(
        _ribbed(at(cylinder(0.85, 1.7, 0.1), y=0.86), 36, 0.035, (0.16, 1.5)), at(cylinder(0.76, 1.7, 0.05), y=1.1)
    )
    flame = turned(polygon(curve([(0, 0), (0.1, 0.12), (0.075, 0.3), (0.0, 0.62)], 9)))
    lid = at(tilted(union(cylinder(0.86, 0.14, 0.04), at(sphere(0.13), y=0.14)), z=-70), 1.25, 0.84, 0.25)
    return Scene(
        name="candle",
        parts=(
            Part(jar, Material("#5B4B8A", gloss=0.55)),
            Part(at(cylinder(0.775, 1.2, 0.03), y=0.98), Material("#FBF1DF", gloss=0.3, glow=0.22)),
            Part(rod((0, 1.5, 0), (0.02, 1.76, 0), 0.025), Material("#2A211C", gloss=0.1)),
            Part(
                at(flame, 0.02, 1.72),
                Material("#FF8A1F", gloss=0.0, glow=0.9, second="#FFD873", paint=lambda p: _step(p[1] - 1.95, 0.3)),
            ),
            Part(lid, BRASS),
        ),
        backdrop=("#DAD2EC", "#9484BE"),
        bounds=((-0.9, 0, -0.95), (2.0, 2.4, 1.2)),
        size=(1080, 1080),
        eye=(0, 3.6, 12),
        target=(0.42, 1.0, 0),
        lens_degrees=20,
    )


def chair() -> Scene:
    """A bent-shell chair on oak legs."""
    side = stroke(curve([(0.98, 1.66), (0.8, 1.76), (0.2, 1.7), (-0.45, 1.66), (-0.72, 1.95), (-0.98, 3.4)], 12), 0.09)
    outline = at(box(1.72, 3.0, 3.0, 0.42), y=1.78, z=-0.56)

    def dished(p: Point) -> Array:
        bend = p[0] * p[0]
        return extruded(side, 1.7, 0.04)((-(-p[2] + 0.22 * bend), p[1] - 0.1 * bend, p[0]))

    legs = mirrored(
        union(
            rod((0.5, 1.62, 0.5), (0.78, 0.06, 0.82), 0.085, 0.05),
            rod((0.5, 1.62, -0.42), (0.78, 0.06, -0.85), 0.085, 0.05),
            rod((0, 1.52, 0.45), (0.55, 1.52, 0.45), 0.045),
            rod((0, 1.52, -0.4), (0.55, 1.52, -0.4), 0.045),
        )
    )
    parts = (
        Part(common(dished, outline), Material("#E8B93C", gloss=0.42)),
        Part(legs, OAK),
    )
    return Scene(
        name="chair",
        parts=_turned_parts(parts, 32),
        backdrop=("#F3EFE6", "#CDC3B0"),
        bounds=((-1.4, 0, -1.4), (1.4, 3.5, 1.4)),
        size=(960, 1200),
        eye=(0, 3.6, 13),
        target=(0, 1.7, 0),
        lens_degrees=23,
        wall=-2.6,
    )


def notebook() -> Scene:
    """Two cloth-bound notebooks and a pen."""

    def book(cover: str) -> tuple[Part, ...]:
        boards = union(at(box(2.1, 0.05, 2.9, 0.02), y=0.3), at(box(2.1, 0.05, 2.9, 0.02), y=0.03))
        spine = at(box(0.06, 0.32, 2.9, 0.02), x=-1.03, y=0.165)
        band = at(box(0.09, 0.335, 2.93, 0.01), x=0.78, y=0.165)
        return (
            Part(union(boards, spine), Material(cover, gloss=0.22)),
            Part(
                at(box(2.02, 0.25, 2.8, 0.01), x=-0.01, y=0.165),
                Material("#F7F1E4", gloss=0.1, second="#D8CDB8", paint=_pages),
            ),
            Part(band, Material("#F2C14E", gloss=0.25)),
        )

    lower = _turned_parts(book("#27406B"), -16)
    upper = tuple(Part(at(part.solid, 0.1, 0.33), part.material) for part in _turned_parts(book("#D9503F"), 9))
    pen = (
        Part(rod((0, 0, -0.95), (0, 0, 0.7), 0.075), Material("#20232A", gloss=0.6)),
        Part(rod((0, 0, 0.7), (0, 0, 0.98), 0.07, 0.015), BRASS),
        Part(
            union(rod((0, 0.09, -0.9), (0, 0.09, -0.3), 0.018), at(tilted(cylinder(0.08, 0.04), x=90), z=-0.2)), BRASS
        ),
    )
    placed = tuple(Part(at(tilted(part.solid, y=38), -0.2, 0.745, 0.15), part.material) for part in pen)
    return Scene(
        name="notebook",
        parts=(*lower, *upper, *placed),
        backdrop=("#E9EDF4", "#B9C4D6"),
        bounds=((-1.7, 0, -1.9), (1.7, 0.95, 1.9)),
        size=(1200, 800),
        eye=(0, 9.5, 9.5),
        target=(0, 0.2, 0.05),
        lens_degrees=28,
        wall=-9,
    )


def _turned_parts(parts: tuple[Part, ...], degrees: float) -> tuple[Part, ...]:
    return tuple(Part(tilted(part.solid, y=degrees), part.material) for part in parts)


def _ribbed(solid: Solid, ribs: int, depth: float, between: tuple[float, float]) -> Solid:
    """The solid with upright grooves that run out at two heights."""

    def distance(p: Point) -> Array:
        groove = 0.5 - 0.5 * np.cos(np.arctan2(p[2], p[0]) * ribs)
        inside = _step(p[1] - between[0], 0.12) * _step(between[1] - p[1], 0.12)
        return solid(p) + depth * groove * inside * np.clip((p[0] ** 2 + p[2] ** 2) * 2, 0, 1)

    return distance


def _blade(half_length: float, half_width: float) -> Solid:
    """A pointed leaf: what two wide discs share, thin."""
    radius = (half_length**2 + half_width**2) / (2 * half_width)
    away = radius - half_width

    def distance(p: Point) -> Array:
        flat = np.sqrt((np.abs(p[0]) + away) ** 2 + p[1] * p[1]) - radius
        return np.maximum(flat, np.abs(p[2] - 0.9 * p[0] * p[0]) - 0.02)

    return distance


def _step(value: Array, width: float) -> Array:
    return np.clip(value / width + 0.5, 0, 1)


def _bands(p: Point) -> Array:
    return np.clip(0.5 + 1.2 * np.sin(p[1] * 11 + 2 * np.sin(p[0] * 9) + 2 * np.sin(p[2] * 7)) - 0.45, 0, 0.75)


def _pages(p: Point) -> Array:
    return 0.5 + 0.5 * np.sin(p[1] * 210)


SCENES = (lamp, mug, plant, candle, chair, notebook)
