"""Scenes of things to wear and carry: bottle, backpack, watch, headphones, sunglasses, speaker."""

from __future__ import annotations

import numpy as np

from studio.light import Material, Part, Scene
from studio.solids import (
    Array,
    Point,
    Solid,
    at,
    blended,
    box,
    common,
    curve,
    cylinder,
    ellipsoid,
    extruded,
    minus,
    mirrored,
    polygon,
    ring,
    rod,
    stroke,
    tilted,
    tube,
    turned,
    union,
)

BRASS = Material("#E0B36A", gloss=0.7, metal=True)
STEEL = Material("#D5D9DE", gloss=0.72, metal=True)
INK = Material("#22252B", gloss=0.45)


def bottle() -> Scene:
    """An insulated water bottle with a carrying loop."""
    outline = [
        (0, 0.06),
        (0.6, 0.06),
        (0.62, 0.12),
        *curve([(0.62, 2.2), (0.6, 2.45), (0.42, 2.75), (0.33, 2.95)], 12),
        (0, 3.0),
    ]
    loop = minus(at(tilted(ring(0.3, 0.075), x=90), y=3.6), at(box(2, 1, 1, 0.01), y=2.85))
    return Scene(
        name="bottle",
        parts=(
            Part(turned(polygon(outline, 0.06)), Material("#1F7A74", gloss=0.5)),
            Part(union(at(cylinder(0.43, 0.42, 0.07), y=3.28), loop), INK),
            Part(at(cylinder(0.415, 0.07, 0.01), y=3.04), STEEL),
            Part(at(cylinder(0.69, 0.09, 0.02), y=0.1), STEEL),
        ),
        backdrop=("#DDF0E9", "#97C5BA"),
        bounds=((-0.75, 0, -0.75), (0.75, 4.0, 0.75)),
        size=(960, 1200),
        eye=(0, 3.0, 13),
        target=(0.1, 1.9, 0),
        lens_degrees=24,
        window=2.6,
        wall=-2.0,
    )


def backpack() -> Scene:
    """A day pack with leather straps and brass buckles."""
    canvas = Material("#3E5C76", gloss=0.18)
    leather = Material("#B5713B", gloss=0.4)
    sack = blended(0.15, at(box(2.0, 2.5, 1.0, 0.3), y=1.25), at(box(1.7, 1.2, 0.9, 0.4), y=2.35, z=-0.02))
    pocket = at(box(1.55, 1.05, 0.5, 0.2), y=0.78, z=0.5)
    lid = common(at(box(2.06, 1.5, 1.16, 0.4), y=2.45, z=0.04), at(box(4, 1.36, 4, 0.05), y=2.66))
    straps = mirrored(union(*(at(box(0.17, 1.0, 0.06, 0.025), 0.46, y, z) for y, z in ((2.1, 0.63), (1.55, 0.61)))))
    buckles = mirrored(
        minus(at(box(0.27, 0.24, 0.09, 0.03), 0.46, 1.62, 0.65), at(box(0.17, 0.12, 1, 0.01), 0.46, 1.62, 0.65))
    )
    handle = tube(
        [(x, 2.98 + 0.34 * np.sqrt(max(0.0, 1 - (x / 0.36) ** 2)), -0.1) for x in np.linspace(-0.36, 0.36, 11)], 0.055
    )
    zip_line = at(box(1.2, 0.045, 0.06, 0.01), y=1.12, z=0.735)
    side = mirrored(
        tube([(x, y, -0.5) for x, y in curve([(0.8, 2.6), (1.12, 1.95), (1.16, 1.1), (0.85, 0.3)], 6)], 0.085)
    )
    parts = (
        Part(union(sack, pocket), canvas),
        Part(lid, Material("#35506A", gloss=0.18)),
        Part(union(straps, handle), leather),
        Part(union(buckles, zip_line), BRASS),
        Part(side, leather),
        Part(at(box(0.5, 0.28, 0.03, 0.02), y=0.66, z=0.755), leather),
    )
    return Scene(
        name="backpack",
        parts=_turned_parts(parts, -24),
        backdrop=("#E8ECEF", "#AAB8C4"),
        bounds=((-1.5, 0, -1.3), (1.5, 3.45, 1.3)),
        size=(960, 1200),
        eye=(0, 2.8, 13),
        target=(0, 1.65, 0),
        lens_degrees=22,
        wall=-2.4,
    )


def watch() -> Scene:
    """A wristwatch standing on its closed strap."""

    def facing(solid: Solid, z: float) -> Solid:
        return at(tilted(solid, x=90), z=z)

    marks = [at(box(0.035, 0.15 if hour % 3 else 0.2, 0.03, 0.005), y=0.66) for hour in range(12)]
    dial = union(*(tilted(mark, z=30.0 * hour) for hour, mark in enumerate(marks)))
    hands = union(
        tilted(at(box(0.06, 0.5, 0.025, 0.01), y=0.2), z=58),
        tilted(at(box(0.042, 0.72, 0.025, 0.01), y=0.3), z=-60),
    )
    loop = [(1.12 * np.cos(a) * 0.62, 1.12 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 40)]
    strap = at(tilted(extruded(stroke(loop, 0.1), 0.72, 0.04), y=90), z=-0.76)
    lugs = mirrored(
        union(rod((0.3, 0.78, -0.02), (0.3, 0.96, -0.2), 0.075), rod((0.3, -0.78, -0.02), (0.3, -0.96, -0.2), 0.075))
    )
    parts = (
        Part(union(facing(minus(cylinder(0.98, 0.34, 0.09), at(cylinder(0.86, 0.2, 0.01), y=0.14)), 0), lugs), STEEL),
        Part(facing(cylinder(0.87, 0.06, 0.01), 0.07), Material("#14324B", gloss=0.6)),
        Part(at(dial, z=0.11), Material("#F5F1E8", gloss=0.4)),
        Part(at(hands, z=0.14), Material("#F5F1E8", gloss=0.5)),
        Part(
            union(at(tilted(box(0.02, 0.95, 0.02, 0.005), z=15), z=0.17), facing(cylinder(0.06, 0.1, 0.02), 0.15)),
            Material("#F2704E", gloss=0.5),
        ),
        Part(at(tilted(cylinder(0.11, 0.16, 0.03), z=90), x=1.06), STEEL),
        Part(strap, Material("#A8643A", gloss=0.35)),
    )
    placed = tuple(Part(at(tilted(part.solid, x=-8, y=-24), y=1.22), part.material) for part in parts)
    return Scene(
        name="watch",
        parts=placed,
        backdrop=("#E6E9EC", "#A9B4BF"),
        bounds=((-1.25, 0, -1.7), (1.3, 2.5, 0.9)),
        size=(1080, 1080),
        eye=(0, 2.7, 12),
        target=(0.08, 1.12, -0.2),
        lens_degrees=17,
    )


def headphones() -> Scene:
    """Over-ear headphones standing on their cups."""
    arch = [
        (x, y, 0.0)
        for x, y in curve([(-1.16, 0.9), (-1.2, 1.7), (-0.85, 2.6), (0, 2.95), (0.85, 2.6), (1.2, 1.7), (1.16, 0.9)], 6)
    ]
    crown = [(x, y + 0.02, 0.0) for x, y, _ in arch[9:-9]]

    def ear(solid: Solid, x: float) -> Solid:
        return mirrored(at(tilted(solid, z=96), x, 0.7))

    cushion = ear(turned(lambda r, y: np.sqrt(np.maximum(r - 0.42, 0) ** 2 + y * y) - 0.2), 0.86)
    parts = (
        Part(tube(arch, 0.055), STEEL),
        Part(tube(crown, 0.12), Material("#2B2D33", gloss=0.3)),
        Part(ear(cylinder(0.68, 0.34, 0.14), 1.1), Material("#F1ECE4", gloss=0.5)),
        Part(ear(cylinder(0.46, 0.05, 0.02), 1.275), BRASS),
        Part(cushion, Material("#2B2D33", gloss=0.25)),
    )
    return Scene(
        name="headphones",
        parts=_turned_parts(parts, 38),
        backdrop=("#FBDDD3", "#E79C86"),
        bounds=((-1.5, 0, -1.5), (1.5, 3.1, 1.5)),
        size=(1200, 800),
        eye=(0, 3.0, 12),
        target=(0, 1.42, 0),
        lens_degrees=30,
    )


def sunglasses() -> Scene:
    """Acetate sunglasses with dark lenses."""

    def eye_shape(grow: float, depth: float) -> Solid:
        def outline(x: Array, y: Array) -> Array:
            wide = 0.82 - 0.07 * y + 0.1 * y * (x > 0)
            round_eye = (np.abs(x / wide) ** 2.8 + np.abs(y / 0.62) ** 2.8) ** (1 / 2.8)
            return (round_eye - 1) * 0.6 - grow

        return at(extruded(outline, depth, 0.02), x=1.06, y=0.66)

    lens = mirrored(eye_shape(-0.02, 0.05))
    rim = mirrored(minus(eye_shape(0.085, 0.15), eye_shape(-0.03, 1)))
    bridge = tube([(x, y, -0.01) for x, y in curve([(-0.25, 0.86), (-0.1, 0.94), (0.1, 0.94), (0.25, 0.86)], 5)], 0.058)
    arms = mirrored(tube([(1.9, 0.95, 0.0), (1.94, 0.95, -0.12), (1.86, 0.9, -2.2), (1.82, 0.5, -2.8)], 0.062))
    tortoise = Material("#8A4B22", gloss=0.6, second="#2E150A", paint=_tortoise)
    shaded = Material("#3A2A1C", gloss=0.7, second="#A36A3A", paint=lambda p: np.clip(0.95 - p[1] * 0.95, 0, 1))
    parts = (
        Part(lens, shaded),
        Part(union(rim, bridge), tortoise),
        Part(arms, tortoise),
        Part(mirrored(at(box(0.03, 0.12, 0.05, 0.01), 1.82, 0.95, 0.07)), BRASS),
    )
    placed = tuple(Part(at(tilted(part.solid, x=-8, y=-24), y=0.02, z=0.5), part.material) for part in parts)
    return Scene(
        name="sunglasses",
        parts=placed,
        backdrop=("#FBE9B8", "#EBBE5B"),
        bounds=((-2.4, 0, -2.9), (2.9, 1.9, 1.9)),
        size=(1080, 1080),
        eye=(0, 4.2, 12),
        target=(0.16, 0.5, 0),
        lens_degrees=29,
        wall=-5,
    )


def speaker() -> Scene:
    """A wireless speaker with a fabric front on a walnut frame."""
    body = minus(box(1.9, 2.7, 1.3, 0.2), at(box(1.66, 2.46, 0.4, 0.16), z=0.58))
    fabric = Material("#D8D2C6", gloss=0.08, second="#C4BCAC", paint=_weave)
    walnut = Material(
        "#8A5A38",
        gloss=0.35,
        second="#744A2E",
        paint=lambda p: 0.5 + 0.5 * np.sin(p[2] * 40 + p[0] * 40 + 3 * np.sin(p[1] * 1.4 + p[2])),
    )

    def round_front(solid: Solid, y: float, z: float) -> Solid:
        return at(tilted(solid, x=90), y=y, z=z)

    parts = (
        Part(body, walnut),
        Part(at(box(1.64, 2.44, 0.3, 0.12), z=0.45), fabric),
        Part(round_front(ring(0.6, 0.035), -0.42, 0.6), BRASS),
        Part(
            round_front(
                turned(lambda r, y: np.maximum(np.maximum(r - 0.58, -y - 0.05), y - 0.09 + 0.09 * (0.58 - r)) * 0.9),
                -0.42,
                0.56,
            ),
            INK,
        ),
        Part(at(ellipsoid(0.22, 0.22, 0.13), y=-0.42, z=0.56), INK),
        Part(round_front(ring(0.27, 0.028), 0.72, 0.6), BRASS),
        Part(at(ellipsoid(0.25, 0.25, 0.1), y=0.72, z=0.58), INK),
        Part(at(cylinder(0.16, 0.16, 0.03), x=0.55, y=1.42), BRASS),
    )
    placed = tuple(Part(at(tilted(part.solid, y=-30), y=1.45), part.material) for part in parts)
    feet = tuple(
        Part(tilted(rod((x, 0.02, z), (x, 0.2, z), 0.06), y=-30), BRASS) for x in (-0.7, 0.7) for z in (-0.45, 0.45)
    )
    return Scene(
        name="speaker",
        parts=(*placed, *feet),
        backdrop=("#D9E7EF", "#8FB1C6"),
        bounds=((-1.4, 0, -1.4), (1.4, 3.0, 1.4)),
        size=(1080, 1080),
        eye=(0, 3.1, 12),
        target=(0, 1.35, 0),
        lens_degrees=20,
        window=2.7,
        wall=-2.6,
    )


def _turned_parts(parts: tuple[Part, ...], degrees: float) -> tuple[Part, ...]:
    return tuple(Part(tilted(part.solid, y=degrees), part.material) for part in parts)


def _tortoise(p: Point) -> Array:
    waves = np.sin(p[0] * 7 + 2.2 * np.sin(p[1] * 5)) + np.sin(p[1] * 9 + p[2] * 4 + 1.7 * np.sin(p[0] * 6))
    return np.clip(0.5 + 0.9 * waves, 0, 1)


def _weave(p: Point) -> Array:
    return np.clip(0.5 + 0.6 * np.sin((p[0] * 0.87 + 0.5 * p[2]) * 120) * np.sin(p[1] * 120), 0, 1)


SCENES = (bottle, backpack, watch, headphones, sunglasses, speaker)
