"""The golden cases: one small timeline per kind of element and animation, and the frames they were recorded with.

`python -m tests.golden.cases` records them anew; look at every picture before it is kept.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2

from clipmill.engines.render.worker import frame
from tests.rendering import cutout, photo, reference, worker_arguments, write_picture

HERE = Path(__file__).parent
#: Where these are the same, frames must be equal to the pixel.
LIBRARIES = ("av", "numpy", "opencv-python-headless", "pyvips-binary")
VERSIONS = HERE / "versions.json"


def case_names() -> list[str]:
    """Every case, in order."""
    return sorted(path.parent.name for path in HERE.glob("*/timeline.json"))


def draw(name: str, folder: Path) -> dict[str, Path]:
    """Draw the frames of a case into a folder: recorded name → drawn file."""
    case = json.loads((HERE / name / "timeline.json").read_text(encoding="utf-8"))
    pictures = {
        "photo.png": write_picture(folder / "photo.png", photo()),
        "cutout.png": write_picture(folder / "cutout.png", cutout()),
    }
    assets = {reference(path): str(path) for path in pictures.values()}
    body: dict[str, Any] = case["project"]
    for visual in body["visuals"]:
        if visual["type"] == "IMAGE":
            visual["src"] = reference(pictures[visual["src"]])
    drawn = {}
    for at in case["frames"]:
        drawn[f"{at}.png"] = folder / f"{at}.png"
        frame(worker_arguments(body, drawn[f"{at}.png"], assets, at=at))
    return drawn


def versions() -> dict[str, str]:
    """The versions of the libraries that draw, and what of the processor they use."""
    return {library: version(library) for library in LIBRARIES} | {"processor": cv2.getCPUFeaturesLine()}


def record() -> None:
    """Record every case with the libraries of this machine."""
    for name in case_names():
        with TemporaryDirectory() as folder:
            for recorded, path in draw(name, Path(folder)).items():
                (HERE / name / recorded).write_bytes(path.read_bytes())
    VERSIONS.write_text(json.dumps(versions(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record()
