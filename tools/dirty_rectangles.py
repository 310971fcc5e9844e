"""Draws what the compositor draws anew in one frame of the benchmark's promo, `docs/concepts/dirty-rectangles.png`.

`python -m tools.dirty_rectangles` watches the real compositor at all 270 frames, says what it counted, and draws the
picture with the renderer itself; `--frame 24 --out other.png` shows another frame elsewhere.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from clipmill.domain.payload import asset_digest
from clipmill.domain.row import Row
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Size
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render import worker
from clipmill.engines.render.compose import Compositor
from clipmill.engines.render.flatten import plan_project
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.registry import set_up
from clipmill.engines.render.motion import State
from clipmill.engines.render.plan import PlannedLayer
from clipmill.engines.render.shelf import Shelf
from clipmill.media.draw.planes import Bytes, Rect, to_rgba
from clipmill.media.draw.vips import pyvips
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Limits, Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.contract import RowChecker
from clipmill.templates.folder import load_template
from tests.rendering import reference, use_fonts, worker_arguments, write_picture

ROOT = Path(__file__).resolve().parents[1]
P1 = ROOT / "bench" / "p1"
sys.path.append(str(P1))
from make_inputs import CALLS, HEADLINES, product_photo, write_music  # noqa: E402 - it lies in the benchmark's folder

OUT = ROOT / "docs" / "concepts" / "dirty-rectangles.png"
#: The price slides in over the last third of its way.
FRAME = 42
#: The height of the caption below the frame, pixels.
_FOOT = 76
_COLOURS = ("#ffd23f", "#2de2c5", "#ff6f91")
_GROUND = "#0b0f16"
#: How much of its brightness, and then of its colour, is left to what was not touched.
_DIM, _FADED = 0.6, 0.4
#: How large the picture is, of what the frame is.
_SHRUNK = 0.8


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A rectangle that is drawn anew."""

    rect: Rect
    #: The layers in it that changed, bottom first.
    layers: tuple[PlannedLayer, ...]

    @property
    def pixels(self) -> int:
        """How many."""
        return self.rect.width * self.rect.height


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A frame and what of it was drawn anew."""

    number: int
    #: Y, U and V.
    planes: tuple[Bytes, Bytes, Bytes]
    redrawn: tuple[Redrawn, ...]

    @property
    def share(self) -> float:
        """How much of the canvas was drawn anew, 0–1."""
        return sum(part.pixels for part in self.redrawn) / self.planes[0].size


class Watched(Compositor):
    """The compositor, remembering what it drew anew for the frame it was asked for last."""

    redrawn: tuple[Redrawn, ...] = ()

    def see(self, number: int) -> Seen:
        """A frame."""
        self.redrawn = ()
        y, u, v = (part.copy() for part in self.frame(number).parts)
        return Seen(number, (y, u, v), self.redrawn)

    def _redraw(self, dirty: Rect, states: Mapping[int, State]) -> None:
        changed = (place for place in states if states[place] != self._states.get(place))
        inside = [place for place in changed if not self._extent(place, states[place]).meet(dirty).is_empty]
        self.redrawn += (Redrawn(dirty, tuple(self._plan.layers[place] for place in inside)),)
        super()._redraw(dirty, states)


def promo(folder: Path) -> Iterator[Seen]:
    """Every frame of the first video of the promo, in order; its media is drawn into a folder."""
    use_fonts()
    for name in ("template.yaml", "project.yaml"):
        shutil.copyfile(P1 / name, folder / name)
    write_music(folder / "music.wav")
    write_picture(folder / "photo.jpg", np.ascontiguousarray(product_photo(0)[..., ::-1]))
    row = Row(1, {"id": "1", "photo": "photo.jpg", "headline": HEADLINES[0], "price": "$19.99", "cta": CALLS[0]})
    files = DiskFiles(folder / "files", folder / "scratch")
    media = MediaStore(files, Settings(home=folder))
    checked = RowChecker(load_template(folder, files), base_folder=folder, media=media, safe_name=str).check(row)
    assert checked.payload is not None, checked.problems
    project = load_project(checked.payload.body)
    plan = plan_project(project, {})
    assets = {source: str(files.path(asset_digest(source) or "")) for source in project.sources.values()}
    stage = Stage(Size(plan.width, plan.height), assets, Limits(), Shelf())
    compositor = Watched(plan, partial(set_up, stage=stage))
    try:
        yield from map(compositor.see, range(plan.frames))
    finally:
        compositor.close()
        media.close()


def draw(seen: Seen, frames: int, into: Path) -> None:
    """Write the picture of a frame: what was not touched is dimmed, what was drawn anew is framed and labelled."""
    height, width = seen.planes[0].shape
    with TemporaryDirectory() as name:
        folder = Path(name)
        ground = write_picture(folder / "ground.png", _dimmed(seen))
        image = {"type": "IMAGE", "src": reference(ground), "x": 0, "y": 0, "width": width, "height": height}
        parts = zip(seen.redrawn, _COLOURS, strict=False)
        marks = [mark for part, colour in parts for mark in _marked(part, colour, width * height)]
        body = {"type": "image", "outputFormat": "png", "width": width, "height": height + _FOOT,
                "backgroundColor": _GROUND, "visuals": [image, *marks, *_caption(seen, frames)]}  # fmt: skip
        worker.render(worker_arguments(body, folder / "made.png", {reference(ground): str(ground)}))
        made = pyvips.Image.new_from_file(str(folder / "made.png"))
        made.resize(_SHRUNK).pngsave(str(into), palette=True, dither=0.5, effort=10, compression=9, keep="none")


def _dimmed(seen: Seen) -> Bytes:
    """The frame, all but what was drawn anew pale and dark."""
    rgb = np.ascontiguousarray(to_rgba(seen.planes)[..., :3])
    grey = cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    dimmed = cv2.addWeighted(rgb, _DIM * _FADED, grey, _DIM * (1 - _FADED), 0)
    for part in seen.redrawn:
        window = part.rect.window(0)
        dimmed[window] = rgb[window]
    return np.asarray(dimmed, np.uint8)


def _marked(part: Redrawn, colour: str, canvas: int) -> list[dict[str, Any]]:
    """A frame around a rectangle, and a label above it."""
    rect = part.rect
    outline = (f"<svg xmlns='http://www.w3.org/2000/svg' width='{rect.width + 8}' height='{rect.height + 8}'>"
               f"<rect x='2' y='2' width='{rect.width + 4}' height='{rect.height + 4}' fill='none' stroke='{colour}' "
               "stroke-width='4'/></svg>")  # fmt: skip
    names = " and ".join(map(_called, part.layers))
    label = f"{names}: {rect.width} × {rect.height} pixels, {100 * part.pixels / canvas:.1f} %"
    return [
        {"type": "SVG", "svg": outline, "x": rect.x - 4, "y": rect.y - 4},
        _text(label, rect.x - 4, rect.y - 41, _GROUND, backgroundColor=colour, padding="3px 10px"),
    ]


def _called(layer: PlannedLayer) -> str:
    """What a person calls a layer of the promo."""
    if isinstance(layer.element, TextVisual):
        return f"“{' '.join(layer.element.text.split())}”"
    kind = type(layer.element).__name__.removesuffix("Visual").lower()
    return {"image": "photograph"}.get(kind, kind)


def _caption(seen: Seen, frames: int) -> list[dict[str, Any]]:
    top, count = len(seen.planes[0]) + 20, len(seen.redrawn)
    drawn = f"{count} rectangle{'s' * (count != 1)}, {100 * seen.share:.1f} % of the canvas, drawn anew"
    return [
        _text(f"Frame {seen.number} of {frames}", 28, top, "#ffffff", fontWeight=700),
        _text(f"{drawn}. All that is dimmed is as it was.", 252, top, "#aeb9c9"),
    ]


def _text(text: str, x: int, y: int, colour: str, **style: Any) -> dict[str, Any]:
    return {"type": "TEXT", "text": text, "x": x, "y": y,
            "style": {"fontFamily": "Manrope", "fontSize": 25, "fontWeight": 600, "color": colour} | style}  # fmt: skip


def sentence(shares: Sequence[float]) -> str:
    """What was counted over all frames."""
    least, most, mean = (100 * share for share in (min(shares[1:]), max(shares[1:]), sum(shares[1:]) / len(shares[1:])))
    return f"After the first frame {least:.1f} to {most:.1f} % of the canvas is drawn anew, {mean:.1f} % on average"


def main(arguments: Sequence[str]) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Draw what is drawn anew in one frame of the promo.")
    parser.add_argument("--frame", type=int, default=FRAME)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    shares, shown = [], None
    with TemporaryDirectory() as folder:
        for seen in promo(Path(folder)):
            shares.append(seen.share)
            shown = seen if seen.number == asked.frame else shown
    if shown is None:
        parser.error(f"--frame {asked.frame}: there are {len(shares)} frames, from 0 on")
    draw(shown, len(shares), asked.out)
    print(f"Wrote   {asked.out}   {asked.out.stat().st_size:,} bytes")
    print(sentence(shares))


if __name__ == "__main__":
    main(sys.argv[1:])
