"""Draws the product pictures of the example: `python examples/make_pictures.py [name …]`."""

from __future__ import annotations

import sys
from pathlib import Path

import pyvips
from studio import carry, home
from studio.light import photograph

FOLDER = Path(__file__).parent / "product-promo" / "pictures"


def main(names: list[str]) -> None:
    """Write one JPEG per scene, or only the named ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (*home.SCENES, *carry.SCENES):
        scene = make()
        if names and scene.name not in names:
            continue
        file = FOLDER / f"{scene.name}.jpg"
        pyvips.Image.new_from_array(photograph(scene)).jpegsave(str(file), Q=86, optimize_coding=True, keep="none")
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
