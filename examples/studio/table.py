"""Scenes of a table by a window: a still life seen wide, tall and square, and a mug while the morning goes by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import cos, radians, sin

from studio.home import lamp, mug, plant
from studio.light import Part, Scene
from studio.solids import Vector, at

_BACKDROP = ("#F3D3B4", "#A8714C")


def still_life() -> Scene:
    """A lamp, a mug and a plant on a table in the light of a window, seen wide: room for words at the left."""
    parts = (
        *_moved(lamp(), (-0.75, 0, -0.75)),
        *_moved(mug(), (0.5, 0, 0.6)),
        *_moved(plant(), (2.05, 0, -0.7)),
    )
    return Scene(
        name="table-wide",
        parts=parts,
        backdrop=_BACKDROP,
        bounds=((-1.8, 0, -2.2), (3.6, 4.1, 2.2)),
        size=(1440, 810),
        eye=(-1.6, 3.4, 15),
        target=(-1.5, 1.75, 0),
        lens_degrees=38,
        sun=(-0.72, 0.8, 0.62),
        window=2.6,
        wall=-3.2,
    )


def tall() -> Scene:
    """The same, higher than wide: room for words at the top."""
    return replace(still_life(), name="table-tall", size=(810, 1440), eye=(0.75, 4.0, 16), target=(0.65, 2.75, 0),
                   lens_degrees=34)  # fmt: skip


def square() -> Scene:
    """The same, square: room for words at the top."""
    return replace(still_life(), name="table-square", size=(900, 900), eye=(0.75, 3.8, 16), target=(0.65, 2.7, 0),
                   lens_degrees=31)  # fmt: skip


def morning(frames: int) -> Iterator[Scene]:
    """A mug, as many times as there are frames: the sun climbs, the window's light wanders, the camera drifts."""
    start = mug()
    for number in range(frames):
        share = number / max(1, frames - 1)
        around = radians(-68 + 60 * share)
        drift = radians(-9 + 18 * share)
        yield replace(
            start,
            name=f"morning-{number}",
            backdrop=_BACKDROP,
            size=(720, 720),
            eye=(12 * sin(drift), 4.2, 12 * cos(drift)),
            target=(0.06, 0.95, 0),
            lens_degrees=20.5,
            sun=(sin(around), 0.62 + 0.2 * share, 0.9 * cos(around)),
            window=2.2,
            wall=-2.6,
        )


def _moved(scene: Scene, by: Vector) -> tuple[Part, ...]:
    """The parts of a scene, elsewhere."""
    return tuple(Part(at(part.solid, *by), part.material) for part in scene.parts)


STILLS = (still_life, tall, square)
