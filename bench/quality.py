"""How good an encoded picture is: SSIM and PSNR of its brightness against the frames as they were drawn, and VMAF.

SSIM is FFmpeg's (windows of 8 × 8, every 4 pixels), the mean of all frames; PSNR is that of the mean squared error over
all frames. VMAF is measured where imageio-ffmpeg is installed and its ffmpeg has libvmaf: one frame in seven, the mean.
"""

from __future__ import annotations

import importlib
import math
import re
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
from av.filter import Graph
from av.filter.context import FilterContext
from measuring import Raw, Shape, raw_frames

#: A picture without an error would be infinitely good, decibels.
_BEST = 99.0
#: Of every so many frames VMAF looks at one: no multiple of how often x264 places a kind of frame.
_VMAF_STEP = 7


@dataclass(frozen=True)
class Quality:
    """SSIM 0–1, PSNR in decibels, VMAF 0–100 or None where it cannot be measured."""

    ssim: float
    psnr: float
    vmaf: float | None = None

    def below(self, other: Quality) -> bool:
        """Whether it is worse in any of them, as far as they are printed."""
        return any(float(own) < float(theirs) for _, own, theirs in self._pairs(other))

    def beside(self, other: Quality) -> str:
        """What is below the other's, in words."""
        worse = [pair for pair in self._pairs(other) if float(pair[1]) < float(pair[2])]
        return ", ".join(f"{name} {own} against {theirs}" for name, own, theirs in worse)

    def _pairs(self, other: Quality) -> list[tuple[str, str, str]]:
        pairs = [("SSIM", f"{self.ssim:.4f}", f"{other.ssim:.4f}"), ("PSNR", f"{self.psnr:.1f}", f"{other.psnr:.1f}")]
        if self.vmaf is not None and other.vmaf is not None:
            pairs.append(("VMAF", f"{self.vmaf:.1f}", f"{other.vmaf:.1f}"))
        return pairs


def quality(media: Path, raw: Raw, shape: Shape) -> Quality:
    """How close a video's frames are to the raw ones. Raises ValueError where they are not as many."""
    scores = list(_compared(media, raw, shape))
    ssim = [float(score["lavfi.ssim.Y"]) for score in scores if "lavfi.ssim.Y" in score]
    error = [float(score["lavfi.psnr.mse.y"]) for score in scores if "lavfi.psnr.mse.y" in score]
    mean = statistics.fmean(error)
    psnr = min(_BEST, 10 * math.log10(255**2 / mean)) if mean else _BEST
    return Quality(statistics.fmean(ssim), psnr, vmaf(media, raw, shape))


def mean(qualities: Sequence[Quality]) -> Quality:
    """The mean of each score."""
    seen = [each.vmaf for each in qualities if each.vmaf is not None]
    return Quality(
        statistics.fmean(each.ssim for each in qualities),
        statistics.fmean(each.psnr for each in qualities),
        statistics.fmean(seen) if seen else None,
    )


def stream_bytes(media: Path) -> int:
    """The bytes of the pictures in a file, without its sound and its index."""
    with av.open(str(media)) as container:
        return sum(packet.size for packet in container.demux(video=0))


def _compared(media: Path, raw: Raw, shape: Shape) -> Iterator[Mapping[str, str]]:
    """What the filters say of each frame."""
    graph = Graph()  # its filters do not keep it
    ways_in, ways_out = _filters(graph, shape)
    drawn, step = raw_frames(raw.path(), shape), Fraction(1, shape.fps)
    with av.open(str(media)) as container:
        for number, (picture, frame) in enumerate(zip(container.decode(video=0), drawn, strict=True)):
            reference = av.VideoFrame.from_numpy_buffer(frame, "yuv420p")
            for way_in, compared in zip(ways_in, (picture, reference), strict=True):
                compared.pts, compared.time_base = number, step
                way_in.push(compared)
            yield from _answers(ways_out)
    for way_in in ways_in:
        way_in.push(None)
    yield from _answers(ways_out)


def _filters(graph: Graph, shape: Shape) -> tuple[list[FilterContext], list[FilterContext]]:
    """Two pictures in, what is compared and what to; each goes to both filters."""
    step = Fraction(1, shape.fps)
    ways_in = [
        graph.add_buffer(width=shape.width, height=shape.height, format="yuv420p", time_base=step) for _ in range(2)
    ]
    splits = [graph.add("split") for _ in range(2)]
    for way_in, split in zip(ways_in, splits, strict=True):
        way_in.link_to(split)
    ways_out = []
    for place, name in enumerate(("ssim", "psnr")):
        compare, way_out = graph.add(name), graph.add("buffersink")
        for number, split in enumerate(splits):
            split.link_to(compare, place, number)
        compare.link_to(way_out)
        ways_out.append(way_out)
    graph.configure()
    return ways_in, ways_out


def _answers(ways_out: Sequence[FilterContext]) -> Iterator[Mapping[str, str]]:
    for way_out in ways_out:
        try:
            while True:
                yield way_out.pull().metadata
        except (BlockingIOError, EOFError):
            continue


@lru_cache(maxsize=1)
def ffmpeg_with_vmaf() -> str:
    """The ffmpeg of imageio-ffmpeg, empty where it is not installed or cannot measure VMAF."""
    try:
        program: str = importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return ""
    filters = subprocess.run([program, "-hide_banner", "-filters"], capture_output=True, text=True, check=False)
    return program if " libvmaf " in filters.stdout else ""


def vmaf(media: Path, raw: Raw, shape: Shape) -> float | None:
    """The VMAF of a video, None where it cannot be measured."""
    if not ffmpeg_with_vmaf():
        return None
    size = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{shape.width}x{shape.height}", "-r", str(shape.fps)]
    # Told apart by their tags alone, one of them would be converted first.
    count = f"settb=1/{shape.fps},setpts=N,setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    graph = f"[0:v]{count}[a];[1:v]{count}[b];[a][b]libvmaf=n_threads=2:n_subsample={_VMAF_STEP}"
    command = [
        ffmpeg_with_vmaf(),
        "-hide_banner",
        "-i",
        str(media),
        *size,
        "-i",
        str(raw.path()),
        "-lavfi",
        graph,
        "-f",
        "null",
        "-",
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"VMAF score: ([\d.]+)", told)[-1])
