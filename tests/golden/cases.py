"""The golden cases: one small project per kind of element, look, motion and subtitle, and the frames recorded of it.

`python -m tests.golden.cases` records all of them anew, `python -m tests.golden.cases zoom radius` only these. Look at
every picture under `frames/` before it is kept: a wrong one recorded is a mistake that tests defend.
A case is one line in a file of `themes/`: a name, what it shows, a project, and the moments that are looked at.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from clipmill.media.fonts.library import FontLibrary
from tests.golden.case import FRAMES, Case, draw, keep, read
from tests.golden.themes import effects, elements, images, looks, motion, placing, subtitles
from tests.rendering import use_fonts

#: Title of a theme → its cases.
THEMES: Mapping[str, Sequence[Case]] = {
    elements.TITLE: elements.CASES,
    placing.TITLE: placing.CASES,
    looks.TITLE: looks.CASES,
    motion.TITLE: motion.CASES,
    effects.TITLE: effects.CASES,
    effects.ANIMATIONS_TITLE: effects.ANIMATIONS,
    subtitles.TITLE: subtitles.CASES,
    images.TITLE: images.CASES,
}
CASES: Mapping[str, Case] = {case.name: case for cases in THEMES.values() for case in cases}
#: Where these are the same, frames must be equal to the pixel.
LIBRARIES = ("av", "numpy", "opencv-python-headless", "pyvips-binary", "font-hanken-grotesk", "font-manrope",
             "font-roboto", "font-source-sans-pro", "justmytype-intl-rtl", "justmytype-intl-sea",
             "justmytype-intl-south-asia")  # fmt: skip
VERSIONS = Path(__file__).parent / "versions.json"


def versions() -> dict[str, str]:
    """The versions of what draws, and what of the processor it uses."""
    return {library: _version(library) for library in LIBRARIES} | {"processor": cv2.getCPUFeaturesLine()}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


def can_be_written(case: Case) -> bool:
    """Whether this machine has the fonts a case needs."""
    return not FontLibrary(system=False).missing_glyphs(case.needs)


def record(names: Sequence[str]) -> None:
    """Record these cases with the libraries of this machine; without names all of them, and their versions."""
    use_fonts()
    for case in [CASES[name] for name in names] or CASES.values():
        with TemporaryDirectory() as folder:
            keep(case, [read(path) for path in draw(case, Path(folder))])
    if not names:
        for path in set(FRAMES.glob("*.png")) - {case.kept for case in CASES.values()}:
            path.unlink()
        VERSIONS.write_text(json.dumps(versions(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record(sys.argv[1:])
