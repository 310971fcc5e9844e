"""The memory of a worker process: its peak for videos of many layers and sizes, beside what the plan says before.

Run it on Linux with `python bench/memory.py` (`--only WORD`, `--quick`: smaller ones; `--json FILE`). Every video is
rendered by a fresh process, locked in as always, and checked by another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "p1")]
from asked import Recorder, ask  # noqa: E402 - it lies beside this file
from layers import _encode  # noqa: E402 - it lies beside this file
from make_inputs import product_photo  # noqa: E402 - it lies in the folder of P1

from clipmill.domain.files.formats import format_of  # noqa: E402
from clipmill.domain.payload import Payload  # noqa: E402
from clipmill.domain.template import VerifyLimits  # noqa: E402
from clipmill.engines.render.engine import RenderEngine  # noqa: E402
from clipmill.engines.render.flatten import plan_project  # noqa: E402
from clipmill.engines.render.memory.footprint import footprint  # noqa: E402
from clipmill.media.outside.sources import Sources  # noqa: E402
from clipmill.media.outside.stored import MediaStore  # noqa: E402
from clipmill.media.workers.crew import ProcessCrew  # noqa: E402
from clipmill.media.workers.sandbox import Sandbox  # noqa: E402
from clipmill.settings import Settings  # noqa: E402
from clipmill.store.files import DiskFiles  # noqa: E402
from clipmill.verify.suite import SuiteVerifier  # noqa: E402

#: Seconds of a video: longer than the encoder looks ahead.
SECONDS = 0.9
SIZES = {"720p": (1280, 720), "1080x1920": (1080, 1920), "4k": (3840, 2160)}
Project = dict[str, Any]


def projects(size: str, counts: tuple[int, ...]) -> dict[str, Project]:
    """What is measured at a size → the project that shows it."""
    width, height = SIZES[size]
    whole = {"x": 0, "y": 0, "width": width, "height": height}
    fade = {"enterBegin": 0, "enterEnd": 0.8, "enterAnimation": "fade"}
    slide = {**fade, "enterAnimation": {"effect": "slideup", "distance": height // 4, "fade": True}}
    zoom = {"zoom": {"from": 1.0, "to": 1.1}}

    def one(*visuals: Mapping[str, Any], **fields: Any) -> Project:
        return {"width": width, "height": height, "frameRate": 30, "duration": SECONDS, "backgroundColor": "#203040",
                "visuals": list(visuals), **fields}  # fmt: skip

    def photo(number: int, **fields: Any) -> Mapping[str, Any]:
        return {"type": "IMAGE", "src": f"photo-{number % 4}.jpg", "fit": "cover", **whole, **fields}

    def text(number: int, **fields: Any) -> Mapping[str, Any]:
        return {"type": "TEXT", "text": f"Line {number} of a good many", "x": width // 20,
                "y": height * number // 120, "width": width * 4 // 5, "style": {"fontFamily": "Manrope",
                "fontSize": height // 24, "fontWeight": 700, "color": "#ffffff"}, **fields}  # fmt: skip

    def card(number: int, **fields: Any) -> Mapping[str, Any]:
        side = width // 3
        return photo(number, x=(number * 37) % (width - side), y=(number * 53) % (height - side), width=side,
                     height=side, radius=side // 8, **fields)  # fmt: skip

    words = "One two three four five six seven eight nine ten"
    captions = {"captions": [{"start": 0, "end": SECONDS, "text": words}], "animation": "karaoke",
                "font": {"size": height // 20, "bold": True}}  # fmt: skip
    clip = {"type": "VIDEO", "src": f"clip-{size}.mp4", "hasAudio": False, **whole}
    scene = {"duration": 0.6, "transition": "fade", "transitionDuration": 0.3}
    found = {
        "photo, still": one(photo(0)),
        "photo, zooming": one(photo(0, **zoom)),
        "photo, blurred": one(photo(0, filter={"blur": 20})),
        "photo, blurred and fading": one(photo(0, filter={"blur": 20}, **fade)),
        "photo of 50 megapixels": one({**photo(0), "src": "large.jpg"}),
        "photo turned, zooming": one(photo(0, angle=12, **zoom)),
        "clip": one(clip),
        "clip, blurred": one({**clip, "filter": {"blur": 10}}),
        "clip of 4K in a box": one({**clip, "src": "clip-4k.mp4", "width": width // 2, "height": height // 2}),
        "three clips": one(*({**clip, "x": width // 10 * at, "y": height // 10 * at} for at in range(3))),
        "drawing, fading": one({"type": "SVG", "svg": _SVG, **whole, **fade}),
        "html, sliding": one({"type": "TEXT", "html": _HTML, **whole, **slide}),
        "subtitle over a photo": one(photo(0), subtitle=captions),
        "scenes that fade": {**one(), "duration": None, "scenes": [
            {**scene, "visuals": [photo(at, **zoom), text(at, **slide)]} for at in range(3)]},
        "dozen layers and a clip": one(clip, *(card(at, **fade) for at in range(6)),
                                       *(text(10 * at, **slide) for at in range(6))),
        **{f"as {fmt}": one(photo(0, **zoom), text(3, **slide), outputFormat=fmt)
           for fmt in ("webm", "gif", "avi", "mov", "prores", "png-sequence")},
        "as png": {**one(photo(0), text(3), type="image"), **_STILL, "outputFormat": "png"},
        "transparent webp": {**one(card(0), text(3), type="image", transparent=True), **_STILL, "backgroundColor": None,
                             "outputFormat": "webp"},
    }  # fmt: skip
    for count in counts:
        some = range(1, count)
        found |= {
            f"{count} photos over each other": one(*(photo(at) for at in range(count))),
            f"{count} photos that fade in": one(*(photo(at, **fade) for at in range(count))),
            f"{count} photos half seen over a zoom": one(photo(0, **zoom), *(photo(at, opacity=0.5) for at in some)),
            f"{count} photos that come and go": one(*(
                photo(at, **zoom, enterBegin=at * SECONDS / count, exitEnd=(at + 1) * SECONDS / count)
                for at in range(count))),
            f"{count} cards over a zoom": one(photo(0, **zoom), *(card(at) for at in some)),
            f"{count} cards that slide": one(photo(0), *(card(at, **slide) for at in some)),
            f"{count} texts that slide": one(photo(0), *(text(at, **slide) for at in some)),
        }  # fmt: skip
    return {name: {key: value for key, value in each.items() if value is not None} for name, each in found.items()}


_STILL = {"duration": None, "frameRate": None}
_SVG = ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1280 720'><circle cx='640' cy='360' r='300' "
        "fill='#2DD4BF'/></svg>")  # fmt: skip
_HTML = ("<div style='padding:64px;background:linear-gradient(#2DD4BF,#101820);color:#fff;height:100%;"
         "box-shadow:0 0 40px #000'><p style='font-size:96px'><b>Rich</b> text</p></div>")  # fmt: skip


def make_media(folder: Path, sizes: list[str]) -> None:
    """Photographs, a large one, and a clip of each size."""
    for number in range(4):
        (folder / f"photo-{number}.jpg").write_bytes(cv2.imencode(".jpg", product_photo(number))[1].tobytes())
    large = cv2.resize(product_photo(1), (7000, 7000), interpolation=cv2.INTER_LINEAR)
    (folder / "large.jpg").write_bytes(cv2.imencode(".jpg", large)[1].tobytes())
    for size in {*sizes, "4k"}:
        width, height = SIZES[size]
        side = max(width, height) + 128
        ground = cv2.resize(product_photo(4), (side, side), interpolation=cv2.INTER_LINEAR)
        frames = [np.ascontiguousarray(ground[step : step + height, step : step + width]) for step in range(28)]
        _encode(folder / f"clip-{size}.mp4", "libx264", "yuv420p", frames)


class Measured:
    """Renders and checks projects, each in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._settings = Settings(home=folder / "home", reuse_bytes=0)
        self._files = DiskFiles(folder / "home" / "files", folder / "home" / "scratch")
        self._sources = Sources(MediaStore(self._files, self._settings), folder)

    def measure(self, project: Project) -> dict[str, float]:
        """MB at the peak of rendering and of checking it, and what the plan said; CPU seconds."""
        payload = Payload("bench", self._sources.stored(project))
        into = self._folder / "home" / "scratch" / f"video{format_of(project.get('outputFormat', 'mp4')).suffix}"
        recorder = Recorder()
        engine = RenderEngine(self._settings, recorder, self._files)
        try:
            ask(engine, payload, into)
            spec = engine.expect(payload)
            asked = engine._captioned(engine._load(payload))
            clips = engine._clips(asked)
            said = footprint(asked, plan_project(asked, clips), clips).peak / 1e6
        finally:
            engine.close()
        began = time.monotonic()
        render = asyncio.run(_run(self._settings, "clipmill.engines.render.worker:render", recorder.jobs[0]))
        took = time.monotonic() - began
        check = asyncio.run(self._checked(into, spec))
        return {"said": said, "render": render, "check": check, "seconds": took}

    async def _checked(self, into: Path, spec: Any) -> float:
        crew = _crew(self._settings)
        try:
            await SuiteVerifier(crew, self._files, self._folder / "home" / "frames").verify(into, spec, VerifyLimits())
            return crew.peak_bytes / 1e6
        finally:
            await crew.close()


def _crew(settings: Settings) -> ProcessCrew:
    return ProcessCrew(1, job_seconds=3600, sandbox=Sandbox.making(settings), keep_bytes=1 << 60)


async def _run(settings: Settings, call: str, job: Mapping[str, Any]) -> float:
    """The most memory the process ever had, MB; an unfinished one has none."""
    crew = _crew(settings)
    try:
        await crew.run(call, job)
        return crew.peak_bytes / 1e6
    finally:
        await crew.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="a pattern: those whose size and name match it")
    parser.add_argument("--quick", action="store_true", help="720p, ten layers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    sizes, counts = (["720p"], (10,)) if options.quick else (list(SIZES), (10, 30, 99))
    wanted = {f"{size}, {name}": project for size in sizes for name, project in projects(size, counts).items()
              if re.search(options.only, f"{size}, {name}")}  # fmt: skip
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="clipmill-memory-") as name:
        folder = Path(name)
        make_media(folder, [size for size in sizes if any(each.startswith(size) for each in wanted)])
        measured = Measured(folder)
        print(f"Memory of a worker process, MB at its peak\n  {'':46}{'said':>7}{'render':>8}{'check':>7}{'s':>7}")
        for each, project in wanted.items():
            try:
                found[each] = one = measured.measure(project)
                line = f"{one['said']:7.0f}{one['render']:8.0f}{one['check']:7.0f}{one['seconds']:7.1f}"
            except Exception as error:
                line = f"  {type(error).__name__}: {str(error)[:80]}"
            print(f"  {each:46}{line}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
