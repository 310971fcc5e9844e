"""The cost of one frame of each kind of layer: CPU milliseconds to draw it, and beside them those to encode it.

Run it with `make bench` or `python bench/layers.py` (`--runs 3`, `--frames 30`, `--only WORD`, `--quick`).
Every project is 1280 × 720 and goes through the real planner, compositor and encoder in this process; the first frame,
which sets everything up, has a column of its own. The best of the runs is quoted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "p1")]
from asked import jobs_for  # noqa: E402 - it lies beside this file
from make_inputs import product_photo  # noqa: E402 - it lies in the folder of P1

from clipmill.engines.render import worker  # noqa: E402
from clipmill.engines.render.profile import GRAPHICS  # noqa: E402

WIDTH, HEIGHT, FPS = 1280, 720, 30
Project = Mapping[str, Any]

_WHOLE = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
_PHOTO = {"type": "IMAGE", "src": "photo.jpg", "fit": "cover", **_WHOLE}
_CLIP = {"type": "VIDEO", "src": "clip.mp4", "hasAudio": False, **_WHOLE}
_ZOOM = {"zoom": {"from": 1.0, "to": 1.08}}
_TEXT = {"type": "TEXT", "text": "Every row becomes\na finished video", "x": 120, "y": 240, "width": 800, "height": 240,
         "style": {"fontFamily": "Manrope", "fontSize": 84, "fontWeight": 700, "color": "#ffffff"}}  # fmt: skip
_CARD = {
    "type": "TEXT",
    "x": 240,
    "y": 180,
    "width": 700,
    "html": "<div style='padding:32px;background:#101820;color:#fff'><p style='font-size:56px'>"
    "<b>Two lines</b> of <i>rich</i> text</p><p style='font-size:32px;color:#2dd4bf'>and another</p></div>",
}
_DRAWING = {"type": "SVG", **_WHOLE,
            "svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1280 720'><defs><linearGradient id='g'>"
                   "<stop stop-color='#2DD4BF'/><stop offset='1' stop-color='#FADD46'/></linearGradient></defs>"
                   "<circle cx='640' cy='360' r='300' fill='url(#g)'/></svg>"}  # fmt: skip


def projects(seconds: float) -> dict[str, Project]:
    """What is measured → the project that shows it, so many seconds long."""
    fade = {"enterBegin": 0, "enterEnd": seconds, "enterAnimation": "fade"}
    slide = {**fade, "enterAnimation": {"effect": "slideup", "distance": 240, "easing": "ease-out"}}

    def one(*visuals: Mapping[str, Any], **fields: Any) -> Project:
        return {"width": WIDTH, "height": HEIGHT, "frameRate": FPS, "duration": seconds, "backgroundColor": "#203040",
                "visuals": list(visuals), **fields}  # fmt: skip

    small = [{**_PHOTO, "src": "small.jpg", "x": 12 + 63 * (number % 20), "y": 12 + 70 * (number // 20),
              "width": 56, "height": 62} for number in range(200)]  # fmt: skip
    words = "One two three four five six seven eight nine ten"
    captions = {"captions": [{"start": 0, "end": seconds, "text": words}], "animation": "karaoke",
                "font": {"size": 54, "bold": True}, "stroke": {"color": "#000000", "width": 3}}  # fmt: skip
    scenes = [{"duration": seconds, "visuals": [_PHOTO], "transition": "wipeleft", "transitionDuration": seconds},
              {"duration": seconds, "visuals": [{**_PHOTO, "src": "other.jpg"}]}]  # fmt: skip
    return {
        "still photo": one(_PHOTO),
        "zooming photo": one({**_PHOTO, **_ZOOM}),
        "text fading": one({**_TEXT, **fade}),
        "text sliding": one({**_TEXT, **slide}),
        "html card sliding": one({**_CARD, **slide}),
        "svg fading": one({**_DRAWING, **fade}),
        "video 720p": one(_CLIP),
        "video scaled to 960 × 540": one({**_CLIP, "width": 960, "height": 540}),
        "gif 480 × 270": one({"type": "GIF", "src": "loop.gif", "x": 400, "y": 200}),
        "subtitle, karaoke, over a photo": one(_PHOTO, subtitle=captions),
        "photo turned 12°, still": one({**_PHOTO, "angle": 12}),
        "photo turned 12°, zooming": one({**_PHOTO, **_ZOOM, "angle": 12}),
        "video turned 12°": one({**_CLIP, "angle": 12}),
        "video blurred by 8": one({**_CLIP, "filter": {"blur": "8px"}}),
        "video with a colour keyed out": one({**_CLIP, "chromaKey": {"color": "#20a040", "similarity": 30}}),
        "wipe between two scenes": {**one(), "duration": None, "scenes": scenes},
        "200 still layers": one(*small),
        "200 layers, one moving": one(*small[:-1], {**small[-1], **slide, "x": 600, "y": 300}),
    }


def make_media(folder: Path, seconds: float) -> None:
    """Two photographs, a small one, a clip and a GIF, drawn."""
    pictures = {"photo.jpg": product_photo(1), "other.jpg": product_photo(2),
                "small.jpg": cv2.resize(product_photo(3), (200, 200))}  # fmt: skip
    for name, picture in pictures.items():
        (folder / name).write_bytes(cv2.imencode(".jpg", picture)[1].tobytes())
    ground = cv2.resize(product_photo(4), (WIDTH + 256, WIDTH + 256), interpolation=cv2.INTER_AREA)
    frames = [ground[200 + 2 * step :, 4 * step :][:HEIGHT, :WIDTH] for step in range(round((seconds + 1) * FPS))]
    _encode(folder / "clip.mp4", "libx264", "yuv420p", [f for f in frames if f.shape == (HEIGHT, WIDTH, 3)])
    small = [cv2.resize(frame, (480, 270), interpolation=cv2.INTER_AREA) for frame in frames[:20]]
    _encode(folder / "loop.gif", "gif", "rgb8", small)


def _encode(path: Path, codec: str, pixels: str, frames: Sequence[np.ndarray]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=FPS if codec != "gif" else 25)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "bgr24")))
        container.mux(stream.encode(None))


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds: to set up and draw the first frame, and per frame after it to draw and to encode."""

    first: float
    draw: float
    encode: float
    profile: str

    def least(self, other: Cost) -> Cost:
        """The smaller of each figure of a frame; the first frame as it was first: the second time much is kept."""
        return Cost(self.first, min(self.draw, other.draw), min(self.encode, other.encode), self.profile)


def measure(job: Mapping[str, Any], frames: int) -> Cost:
    """Draw and encode so many frames after the first, looking at the clock between."""
    project, plan = worker._prepare(job)
    drawn: list[float] = []
    written: list[float] = []
    writer = worker._open(project, plan, job)
    began = time.process_time()
    with worker._compositor(project, plan, job) as compositor:
        set_up = _since(began)
        for number in range(frames + 1):
            began = time.process_time()
            picture = compositor.frame(number)
            drawn.append(_since(began))
            began = time.process_time()
            writer.write(picture)
            written.append(_since(began))
    began = time.process_time()
    writer.__exit__(None, None, None)
    written.append(_since(began))
    profile = "graphics" if worker.profile_of(plan) is GRAPHICS else "footage"
    return Cost(set_up + drawn[0], sum(drawn[1:]) / frames, sum(written) / (frames + 1), profile)


def _since(began: float) -> float:
    return 1000 * (time.process_time() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--frames", type=int, default=30)
    parser.add_argument("--only", default="", help="the kinds with this word in their name")
    parser.add_argument("--quick", action="store_true", help="three frames, once")
    options = parser.parse_args()
    runs, frames = (1, 3) if options.quick else (options.runs, options.frames)
    seconds = (frames + 1) / FPS
    with tempfile.TemporaryDirectory(prefix="clipmill-layers-") as name:
        folder = Path(name)
        make_media(folder, seconds)
        wanted = {kind: project for kind, project in projects(seconds).items() if options.only in kind}
        print(f"Layers, CPU milliseconds per 1280 × 720 frame, best of {runs}")
        print(f"  {'':34}{'draw':>8}{'encode':>8}   {'first':>8}")
        for kind, job in jobs_for(wanted, folder, folder / "home").items():
            cost = measure(job, frames)
            for _ in range(runs - 1):
                cost = cost.least(measure(job, frames))
            print(f"  {kind:34}{cost.draw:8.2f}{cost.encode:8.2f}   {cost.first:8.1f}   {cost.profile}", flush=True)


if __name__ == "__main__":
    main()
