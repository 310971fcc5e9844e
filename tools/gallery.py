"""Builds the gallery, `out/gallery/index.html`: every golden case as the engine draws it, with its JSON; every effect.

`python -m tools.gallery` builds all of it, `python -m tools.gallery --out FOLDER zoom radius` only these cases. The
folder needs nothing outside of itself: pictures, loops in WebM, and each project beside its media, ready for
`clipmill render`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from clipmill.engines.render import worker
from tests.golden.case import Case, draw, read, stored
from tests.golden.cases import THEMES, can_be_written
from tests.golden.media import media
from tests.golden.themes import effects
from tests.rendering import use_fonts

OUT = Path("out/gallery")
FRAMES, LOOPS, PROJECTS = "frames", "loops", "projects"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or a loop on the page."""

    #: Relative to the page.
    link: str
    #: What is under it.
    label: str
    width: int
    height: int
    #: The picture of a loop that does not play; empty: it is a picture itself.
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One case on the page."""

    case: Case
    frames: tuple[Shown, ...]
    loops: tuple[Shown, ...]
    #: The project as JSON, and the file it is in.
    json: str
    link: str

    @property
    def words(self) -> str:
        """What the search looks through."""
        return " ".join((self.case.name, self.case.shows, *self.case.labels, *(loop.label for loop in self.loops)))


def build(out: Path, names: Sequence[str] = ()) -> int:
    """Build the gallery into a folder, anew; how many cases it shows. Without names it shows all of them."""
    use_fonts()
    shutil.rmtree(out, ignore_errors=True)
    for folder in (FRAMES, LOOPS, PROJECTS):
        (out / folder).mkdir(parents=True)
    for name, content in media().items():
        (out / PROJECTS / name).write_bytes(content)
    themes = {title: [_card(case, out) for case in _chosen(cases, names)] for title, cases in THEMES.items()}
    shown = {title: cards for title, cards in themes.items() if cards}
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    absent = [case.name for cases in THEMES.values() for case in cases if not can_be_written(case)]
    count = sum(map(len, shown.values()))
    page = pages.get_template("gallery.html").render(themes=shown, count=count, absent=absent)
    (out / "index.html").write_text(page, encoding="utf-8")
    return count


def _chosen(cases: Sequence[Case], names: Sequence[str]) -> Iterator[Case]:
    return (case for case in cases if can_be_written(case) and (not names or case.name in names))


def _card(case: Case, out: Path) -> Card:
    frames = []
    for place, path in enumerate(draw(case, out / FRAMES)):
        height, width = read(path).shape[:2]
        frames.append(Shown(f"{FRAMES}/{path.name}", case.label(place), width, height))
    _clear_media(out / FRAMES)
    text = json.dumps(case.body, indent=2, ensure_ascii=False)
    project = out / PROJECTS / f"{case.name}.json"
    project.write_text(text + "\n", encoding="utf-8")
    return Card(case, tuple(frames), tuple(_loops(case, out, frames[0])), text, f"{PROJECTS}/{project.name}")


def _loops(case: Case, out: Path, first: Shown) -> Iterator[Shown]:
    """One loop per effect of a family; one of whatever else moves."""
    if case in effects.CASES:
        for effect in effects.FAMILIES[case.name.removeprefix("transition-")]:
            yield _loop(effect, effects.to_and_fro(effect), out)
    elif len(case.at) > 1:
        yield _loop(case.name, case.body, out, first.link)


def _loop(name: str, body: Mapping[str, Any], out: Path, poster: str = "") -> Shown:
    """Render a project into a WebM."""
    path = out / LOOPS / f"{name}.webm"
    project = stored({**body, "outputFormat": "webm"}, out / LOOPS)
    worker.render(project.arguments(path))
    if not poster:
        poster = f"{LOOPS}/{name}.png"
        worker.frame(project.arguments(out / poster, at=effects.HALF_WAY))
    _clear_media(out / LOOPS)
    height, width = _size(path)
    return Shown(f"{LOOPS}/{path.name}", name, width, height, poster)


def _size(path: Path) -> tuple[int, int]:
    video = cv2.VideoCapture(str(path))
    try:
        return int(video.get(cv2.CAP_PROP_FRAME_HEIGHT)), int(video.get(cv2.CAP_PROP_FRAME_WIDTH))
    finally:
        video.release()


def _clear_media(folder: Path) -> None:
    """The media of a case lay beside what was drawn of it."""
    for name in media():
        (folder / name).unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Build the gallery of golden cases.")
    parser.add_argument("names", nargs="*", help="only these cases")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    began = time.process_time()
    count = build(asked.out, asked.names)
    size = sum(path.stat().st_size for path in asked.out.rglob("*") if path.is_file())
    print(f"Wrote   {asked.out / 'index.html'}   {count} cases, {size / 1e6:.1f} MB, "
          f"{time.process_time() - began:.0f} CPU s")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
