"""Drawings that cost more than they show end soon, with a picture or a sentence that names what costs; honest ones,
however large, are drawn.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.payload import Payload, asset_reference
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import ClipmillError, MediaError, ProjectError
from clipmill.media.draw.svg import check_svg
from clipmill.media.draw.vector.cost import cost_of
from clipmill.media.facts.drawing import tree_of
from clipmill.media.facts.prober import Prober
from clipmill.media.outside.stored import MediaStore
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.pipeline.failing import failure_of
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from tests.faults.corpus import good_files
from tests.faults.drawings import HONEST, HOSTILE
from tests.rendering import photo, project, write_picture

#: Those that cost little after all, and are drawn.
CHEAP = {"marker on each point", "tiny dashes by length", "groups in groups", "a tile of one pixel",
         "uses of themselves"}  # fmt: skip
#: What the sentence about one names.
NAMED = {"masks": "mask #n19 → mask #n18", "markers": "marker #n15", "tiny dashes": "dashes of .001 .001",
         "blurs": "filter #f (feGaussianBlur)", "noise": "filter #f (feTurbulence)", "many rules": "<style>",
         "many groups": "groups with an opacity", "pictures": "image #i", "a megabyte of path": "path",
         "stops": "radialGradient #g"}  # fmt: skip
#: Bytes of real memory no process needs.
MOST_BYTES = 1024**3


@dataclass
class Looking:
    """What a batch has done with a picture before it is used."""

    home: Path

    def __post_init__(self) -> None:
        settings = Settings(home=self.home)
        self.prober = Prober(SoloWorker(Sandbox.looking(settings)), settings.limits.drawing_seconds)

    def through(self, content: str) -> str:
        """What is said against a drawing, nothing where it is drawn."""
        path = self.home / "files" / "drawing"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        try:
            self.prober.look_through(path, ".svg", "file.svg")
        except MediaError as error:
            return str(error)
        return ""


@pytest.fixture
def looking(tmp_path: Path) -> Iterator[Looking]:
    made = Looking(tmp_path)
    yield made
    made.prober.close()


def test_hostile_drawings_end_soon_with_a_picture_or_a_sentence(looking: Looking) -> None:
    assert len(HOSTILE) >= 25
    begun, others = _processor_time(), _most_memory()
    for name, build in HOSTILE.items():
        said = looking.through(build())
        assert (said == "") == (name in CHEAP), (name, said)
        assert said == "" or said.startswith("file.svg: "), said
        assert NAMED.get(name, "") in said, said
    looking.prober.close()
    assert _processor_time() - begun < 10 * len(HOSTILE) / 4
    assert _most_memory() < max(MOST_BYTES, others + 1)


def _most_memory() -> int:
    """Of any process of this one that ended, those of other tests too, bytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _processor_time() -> float:
    """Of this process and those of its own that ended, seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def test_honest_drawings_are_drawn(looking: Looking) -> None:
    for name, build in HONEST.items():
        assert looking.through(build()) == "", name


def test_a_drawing_costs_by_its_size_and_by_what_it_uses() -> None:
    def cost(inside: str, side: int = 1000) -> float:
        return cost_of(tree_of(f'<svg viewBox="0 0 100 100">{inside}</svg>'), side, side, own=(100, 100)).seconds

    blurred = (
        '<filter id="f"><feGaussianBlur stdDeviation="{}"/></filter><rect width="{}" height="90" filter="url(#f)"/>'
    )
    assert cost(blurred.format(5, 90), 2000) == pytest.approx(4 * cost(blurred.format(5, 90)), rel=0.05)
    assert cost(blurred.format(5, 9)) < cost(blurred.format(5, 90)) / 5
    thick = '<filter id="f"><feMorphology radius="{}"/></filter><rect width="90" height="90" filter="url(#f)"/>'
    assert cost(thick.format(20)) > 50 * cost(thick.format(2))
    for way in ('<style>.a{filter:url(#f)}</style><rect class="a" ', '<rect style="filter:url(#f)" ',
                '<style>svg > g rect:not(b), g>#r{filter:url(#f)}</style><rect id="r" '):  # fmt: skip
        said = '<filter id="f"><feGaussianBlur/></filter>' + way + 'width="90" height="90"/>'
        assert cost(said) == pytest.approx(cost(blurred.format(1, 90)), rel=0.05), way
    shown = '<g id="a"><rect width="90" height="90" opacity=".5"/></g>'
    assert cost(shown + '<use href="#a"/>' * 99) > 50 * cost(shown)
    assert cost(f"<defs>{shown}</defs>") < cost(shown) / 2


@pytest.mark.parametrize(
    "inside",
    ['<rect width="1e400" height="1"/>', '<g transform="rotate(1e999)"><rect width="9" height="9"/></g>',
     '<path d="M0 0L nan 9 9"/>', '<path d="M1e308 1e308L-1e308 -1e308" stroke="red" stroke-width="1e308"/>',
     '<g transform="scale(0)"><circle r="9" stroke="red"/></g>', '<style>{}}{{{</style><rect/>'],
)  # fmt: skip
def test_numbers_nobody_can_draw_are_estimated_all_the_same(inside: str) -> None:
    cost_of(tree_of(f'<svg viewBox="0 0 9 9">{inside}</svg>'), 100, 100, own=(9, 9))


def test_mutated_drawings_are_estimated(tmp_path: Path) -> None:
    drawing = good_files(tmp_path)[".svg"].decode()
    marks = "0123456789.-e#%,;:()<>\"'/ "
    for number in range(300):
        chance = random.Random(number)
        text = list(drawing)
        for _ in range(chance.choice((1, 5, 40))):
            text[chance.randrange(len(text))] = chance.choice(marks)
        try:
            check_svg("".join(text)).cost(640, 480)
        except ProjectError:
            continue


@pytest.mark.parametrize("part", ["a{", "}", "{", "url(", "blur", "blur(", "a,", "a ", "M", "1e", "#", ".a", "~", "\\"])
def test_the_estimate_of_a_long_drawing_takes_time_in_proportion(part: str) -> None:
    def took(length: int) -> float:
        said = (part * (length // len(part))).replace("<", "")
        text = (f'<svg viewBox="0 0 9 9"><style>{said}</style><path d="{said}" filter="{said}" style="{said}" '
                f'class="{said}" stroke="red" stroke-dasharray="{said}" transform="{said}"/></svg>')  # fmt: skip
        root, begun = tree_of(text), time.process_time()
        cost_of(root, 100, 100, own=(9, 9))
        return time.process_time() - begun

    assert took(200_000) < 20 * took(50_000) + 0.2


@dataclass
class Once:
    """A state folder where drawing may take hardly any time, and a photograph that takes longer."""

    home: Path

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home, limits={"drawing_seconds": 0.002})
        self.files = DiskFiles(self.home / "files", self.home / "scratch")
        self.photo = write_picture(self.home / "photo.jpg", photo(5000, 4000))
        self.reference = asset_reference(self.files.put(self.photo, keep=True), ".jpg")

    async def made(self, **fields: Any) -> str:
        """What came of rendering it, in a process of its own."""
        crew = ProcessCrew(1, sandbox=Sandbox.making(self.settings))
        engine = RenderEngine(self.settings, crew, self.files)
        payload = Payload(
            "v1", project({"type": "IMAGE", "src": self.reference, "width": 300, "height": 170}, **fields)
        )
        try:
            engine.quote(payload)
            await engine.make(payload, seed=1, into=self.files.scratch("made"))
        except ClipmillError as error:
            return f"{failure_of(error).kind} {type(error).__name__} {error}"
        finally:
            await crew.close()
            engine.close()
        return "made"

    def checked(self) -> str:
        """What came of looking through it, in a process of its own."""
        store = MediaStore(self.files, self.settings)
        try:
            store.looked_through(store.from_path(str(self.photo), 10**9), "photo.jpg")
        except MediaError as error:
            return str(error)
        finally:
            store.close()
        return "whole"


async def test_a_picture_that_took_its_limit_in_a_render_is_refused_in_every_later_row(tmp_path: Path) -> None:
    told = "visuals[0]: drawing it took more than 0.002 seconds of a processor (limits.drawing_seconds) and was stopped"
    once = Once(tmp_path)
    assert await once.made() == f"time OverTime {told}"
    assert (await once.made(duration=2)).endswith(f"DearError {told}")
    once.settings = Settings(home=tmp_path)
    assert await once.made(duration=2) == "made"


def test_a_picture_that_took_its_limit_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once = Once(tmp_path)
    told = "photo.jpg: drawing it took more than 0.002 seconds of a processor (limits.drawing_seconds) and was stopped"
    assert once.checked() == told
    with monkeypatch.context() as patched:
        patched.setattr(Prober, "look_through", None)  # no process is asked
        assert once.checked() == told
    once.settings = Settings(home=tmp_path)
    assert once.checked() == "whole"
