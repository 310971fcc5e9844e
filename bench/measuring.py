"""How everything is measured: CPU seconds and memory of fresh processes, and the encode floor of a video's frames."""

from __future__ import annotations

import compileall
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

import clipmill

HERE = Path(__file__).resolve().parent
#: Draws every frame of the job in a JSON file, as the compositor hands them to the encoder, one after the other.
_DRAW = """
import json, sys
from clipmill.engines.render import worker
job = json.load(open(sys.argv[1]))
project, plan = worker._prepare(job)
with worker._compositor(project, plan, job) as compositor, open(sys.argv[2], "wb") as target:
    for number in range(plan.frames): target.write(compositor.frame(number).buffer.data)
"""
_FLOOR = f"""
import sys
sys.path[:0] = [{str(HERE)!r}]
from measuring import encode
print(*encode(*sys.argv[1:]))
"""


#: Raw frames may take this share of the memory that can be had.
_SHARE = 0.5


@dataclass(frozen=True)
class Shape:
    """A video: pixels, frames a second."""

    width: int
    height: int
    fps: int

    @property
    def frame_bytes(self) -> int:
        """The bytes of one raw frame, Y, U and V."""
        return self.width * self.height * 3 // 2


@dataclass(frozen=True)
class Figure:
    """What was used: CPU seconds, the most memory a process held, and the bytes that were made."""

    cpu_seconds: float
    rss_mb: float = 0.0
    file_bytes: int = 0


def measure(
    program: str, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Figure, str]:
    """Run Python code in a fresh process; its CPU seconds with all its children, and what it printed."""
    return measure_command((sys.executable, "-c", program, *arguments), folder=folder, environment=environment)


def measure_command(
    *commands: Sequence[str], folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Figure, str]:
    """The same for any commands, which run side by side. Raises RuntimeError with what one said that failed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=folder, env=environment)
        for command in commands
    ]
    told = [process.communicate() for process in started]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    for process, (said, complained) in zip(started, told, strict=True):
        if process.returncode:
            raise RuntimeError(f"a benchmark's process ended with {process.returncode}:\n{complained}\n{said}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figure(used), "".join(said for said, _ in told)


def draw(job: Path, into: Path) -> None:
    """Write the frames of a worker's job, a JSON file, raw: what every picture is compared to."""
    measure(_DRAW, str(job), str(into))


class Raw:
    """The frames of a job, drawn: in a file where the page cache has room for them, else drawn anew each time."""

    def __init__(self, job: Path, place: Path, size_bytes: int) -> None:
        self._job = job
        self._place = place
        self._fits = size_bytes <= _free_bytes() * _SHARE
        self._drawing: subprocess.Popen[bytes] | None = None
        if self._fits:
            draw(job, place)

    def path(self) -> Path:
        """A file, or a pipe, to be read once from its beginning to its end."""
        if not self._fits:
            self.close()
            os.mkfifo(self._place)
            self._drawing = subprocess.Popen([sys.executable, "-c", _DRAW, str(self._job), str(self._place)])
        return self._place

    def close(self) -> None:
        """Give the room back."""
        self._place.unlink(missing_ok=True)
        if self._drawing is not None:
            self._drawing.wait()


def _free_bytes() -> int:
    """Memory that can be had, bytes."""
    told = re.findall(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    return int(told[0]) * 1024


def raw_frames(raw: Path, shape: Shape) -> Iterator[npt.NDArray[np.uint8]]:
    """The frames in a file or a named pipe, each rows of Y and then of U and V, height × 3/2 by width."""
    rows = shape.height * 3 // 2
    if raw.is_file():
        yield from np.memmap(raw, np.uint8, "r").reshape(-1, rows, shape.width)
        return
    with raw.open("rb") as source:
        while frame := source.read(shape.frame_bytes):
            yield np.frombuffer(frame, np.uint8).reshape(rows, shape.width)


def floor(raw: Path, shape: Shape, into: Path | None = None) -> Figure:
    """The encode floor: raw frames through x264 veryfast crf 23 on one thread in a fresh process, and its bytes.

    The frames lie in the page cache. `into` gets the stream, bare H.264.
    """
    size = (str(shape.width), str(shape.height), str(shape.fps))
    _, printed = measure(_FLOOR, str(raw), *size, str(into or "/dev/null"))
    seconds, total = printed.split()
    return Figure(float(seconds), file_bytes=int(total))


def encode(raw: str, width: str, height: str, fps: str, into: str) -> tuple[float, int]:
    """CPU seconds that x264 takes for raw frames, and bytes. The clock runs only while it works on them."""
    shape, step = Shape(int(width), int(height), int(fps)), Fraction(1, int(fps))
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.thread_count = shape.width, shape.height, "yuv420p", 1
    encoder.time_base, encoder.framerate = step, 1 / step
    encoder.options = {"preset": "veryfast", "crf": "23"}
    used, total = 0.0, 0
    with Path(into).open("wb") as target:

        def take(picture: av.VideoFrame | None) -> None:
            nonlocal used, total
            began = time.process_time()
            packets = encoder.encode(picture)
            used += time.process_time() - began
            total += sum(target.write(bytes(packet)) for packet in packets)

        for number, frame in enumerate(raw_frames(Path(raw), shape)):
            picture = av.VideoFrame.from_numpy_buffer(frame, "yuv420p")
            picture.pts, picture.time_base = number, step
            take(picture)
        take(None)
    return used, total


def compiled() -> None:
    """Have our modules compiled, as an installed package is: else every process that may not write there does so."""
    compileall.compile_dir(Path(clipmill.__file__).parent, quiet=1)


def median(figures: Sequence[Figure]) -> Figure:
    """The median of the CPU seconds, the most memory, the bytes of the first: they are the same in each run."""
    return Figure(
        statistics.median(figure.cpu_seconds for figure in figures),
        max(figure.rss_mb for figure in figures),
        figures[0].file_bytes,
    )
