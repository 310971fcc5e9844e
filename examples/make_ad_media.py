"""Draws the pictures and the clip of the scene ad: `python examples/make_ad_media.py [name …]`."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import av
import pyvips
from studio import table
from studio.light import Scene, photograph

FOLDER = Path(__file__).parent / "scene-ad"
FPS, SECONDS = 25, 4


def main(names: list[str]) -> None:
    """Write every file, or only the named ones."""
    for make in table.STILLS:
        scene = make()
        if not names or scene.name in names:
            still(scene, FOLDER / f"{scene.name}.jpg")
    if not names or "morning" in names:
        clip(FOLDER / "morning.mp4")


def still(scene: Scene, file: Path) -> None:
    """Write one picture as JPEG."""
    pyvips.Image.new_from_array(photograph(scene)).jpegsave(str(file), Q=84, optimize_coding=True, keep="none")
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


def clip(file: Path) -> None:
    """Write the clip as H.264 without sound, the same bytes every time."""
    with av.open(str(file), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width = stream.height = 720
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, FPS)
        stream.codec_context.options = {"preset": "slow", "crf": "24", "flags": "+bitexact"}
        for scene in table.morning(FPS * SECONDS):
            frame = av.VideoFrame.from_ndarray(photograph(scene, scale=1.5), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
