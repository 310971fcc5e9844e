"""Texts drawn in a process of their own, so that a test can draw with whatever fonts it wants."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from clipmill.media.draw.text import Ink, Lettering, draw_text
from clipmill.media.fonts.library import FontLibrary

ROOT = Path(__file__).parents[1]


def inks(letterings: Iterable[Lettering], *folders: Path, system: bool = False) -> list[Ink | None]:
    """The ink of each, drawn with the packaged fonts, those of these folders, and the machine's where wanted."""
    with TemporaryDirectory() as place:
        asked = {"folders": [str(folder) for folder in folders], "system": system, "place": place,
                 "letterings": [asdict(lettering) for lettering in letterings]}  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "tests.inks"], cwd=ROOT, input=json.dumps(asked), text=True, check=True, timeout=120
        )
        return [_read(Path(place) / f"{number}.npz") for number in range(len(asked["letterings"]))]


def _read(path: Path) -> Ink | None:
    if not path.exists():
        return None
    with np.load(path) as parts:
        colour = parts["colour"] if parts["colour"].size else None
        x, y, height, lines = parts["numbers"]
        return Ink(parts["mask"], int(x), int(y), float(height), int(lines), colour)


def _draw() -> None:
    asked = json.load(sys.stdin)
    place = Path(asked["place"])
    FontLibrary(tuple(map(Path, asked["folders"])), asked["system"]).prepare(place / "cache")
    for number, lettering in enumerate(asked["letterings"]):
        ink = draw_text(Lettering(**lettering))
        if ink is not None:
            colour = np.empty(0) if ink.colour is None else ink.colour
            numbers = [ink.x, ink.y, ink.height, ink.lines]
            np.savez(place / f"{number}.npz", mask=ink.mask, colour=colour, numbers=numbers)


if __name__ == "__main__":
    _draw()
