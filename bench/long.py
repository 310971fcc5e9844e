"""A long video through a real worker process: its peak memory, and CPU seconds per second of video.

Run it on Linux with `python bench/long.py` (`--seconds 600`, `--height 1080`, `--fps 30`, `--scene 10`, `--json`). Each
scene is a photograph that grows, with a headline and a clip or a looping GIF; captions and music run through the whole.
Memory must not grow with the length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "p1")]
from asked import jobs_for  # noqa: E402 - it lies beside this file
from layers import make_media  # noqa: E402 - it lies beside this file
from make_inputs import product_photo, write_music  # noqa: E402 - it lies in the folder of P1

from clipmill.media.workers.crew import ProcessCrew  # noqa: E402
from clipmill.media.workers.sandbox import Sandbox  # noqa: E402
from clipmill.settings import Settings  # noqa: E402

#: Seconds of the transition between two scenes.
OVERLAP = 0.5
_EFFECTS = ("fade", "slideleft", "wipeup", "circleopen", "smoothright", "dissolve")


@dataclass(frozen=True)
class Wanted:
    """A video: seconds in all and of a scene, pixels, frames a second."""

    seconds: float
    scene: float
    height: int
    fps: int


def project(wanted: Wanted) -> dict[str, Any]:
    """The project of such a video."""
    seconds, height = wanted.seconds, wanted.height
    width, unit = height * 16 // 9, height / 1080
    count = max(1, round((seconds - OVERLAP) / (wanted.scene - OVERLAP)))
    each = (seconds + (count - 1) * OVERLAP) / count
    words = "Good light and a warm mug make the morning longer"
    captions = [{"start": second, "end": second + 3.5, "text": words} for second in range(0, round(seconds) - 3, 4)]
    return {
        "width": width, "height": height, "frameRate": wanted.fps, "backgroundColor": "#203040",
        "scenes": [_scene(number, each, (width, height, unit)) for number in range(count)],
        "audios": [{"src": "music.wav", "enter": begin, "exit": begin + 12, "fadeOut": 1}
                   for begin in range(0, round(seconds), 12)],
        "subtitle": {"captions": captions, "animation": "highlight", "maxWordsPerLine": 5,
                     "font": {"size": round(54 * unit)}, "background": {"color": "#101820", "padding": 12}},
    }  # fmt: skip


def _scene(number: int, seconds: float, size: tuple[int, int, float]) -> dict[str, Any]:
    width, height, unit = size
    moving = {"type": "GIF", "src": "loop.gif"} if number % 2 else {"type": "VIDEO", "src": "clip.mp4"}
    rise = {"effect": "slideup", "distance": 40, "easing": "ease-out", "fade": True}
    return {
        "id": f"scene-{number}", "duration": seconds,
        "transition": _EFFECTS[number % len(_EFFECTS)], "transitionDuration": OVERLAP,
        "visuals": [
            {"type": "IMAGE", "src": f"photo-{number % 6}.jpg", "fit": "cover", "width": width, "height": height,
             "zoom": {"from": 1.0, "to": 1.08}},
            {**moving, "fit": "cover", "x": round(width * 0.55), "y": round(height * 0.2),
             "width": round(width * 0.4), "height": round(height * 0.5), "radius": round(24 * unit)},
            {"type": "TEXT", "text": f"Scene {number + 1}", "x": round(width * 0.06), "y": round(height * 0.3),
             "style": {"fontFamily": "Manrope", "fontSize": round(110 * unit), "fontWeight": 700, "color": "#ffffff"},
             "enterBegin": 0.3, "enterEnd": 0.8, "enterAnimation": rise},
        ],
    }  # fmt: skip


def measure(wanted: Wanted, folder: Path) -> dict[str, float]:
    """Render it in a worker process, locked in as always; what that process used."""
    make_media(folder, wanted.scene)
    for number in range(6):
        (folder / f"photo-{number}.jpg").write_bytes(cv2.imencode(".jpg", product_photo(number))[1].tobytes())
    write_music(folder / "music.wav")
    home = folder / "home"
    job = jobs_for({"long": project(wanted)}, folder, home)["long"]
    before, began = os.times(), time.monotonic()
    answer, peak = asyncio.run(_render(job, Settings(home=home)))
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "seconds": answer["frames"] / wanted.fps, "cpu_seconds": used, "wall_seconds": time.monotonic() - began,
        "peak_mb": peak, "megabytes": Path(job["into"]).stat().st_size / 1e6,
    }  # fmt: skip


async def _render(job: dict[str, Any], settings: Settings) -> tuple[Any, float]:
    """The worker's answer, and the most memory its process ever had, MB."""
    crew = ProcessCrew(1, job_seconds=3600, sandbox=Sandbox.making(settings))
    try:
        answer = await crew.run("clipmill.engines.render.worker:render", job)
        return answer, _peak(crew._idle[0]._process._popen.pid)
    finally:
        await crew.close()


def _peak(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0]) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--height", type=int, default=1080)
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--scene", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clipmill-long-") as name:
        found = measure(Wanted(options.seconds, options.scene, options.height, options.fps), Path(name))
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['seconds']:.0f} s of {options.height}p: peak {found['peak_mb']:.0f} MB, "
          f"{found['cpu_seconds'] / found['seconds']:.2f} CPU-s per second, {found['wall_seconds']:.0f} s in all, "
          f"{found['megabytes']:.1f} MB written")  # fmt: skip


if __name__ == "__main__":
    main()
