"""P1: CPU seconds of one cold render and of a cold batch of 20, beside the encode floor of the same machine and minute.

Run it with `make bench` or `python bench/p1.py` (`--runs 3`, `--quick` for one run without the batch).
Every figure is user + system time of a fresh process and its children; the median of the runs is quoted.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipmill.domain.row import Row
from clipmill.engines.render.engine import RenderEngine
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.contract import RowChecker
from clipmill.templates.folder import load_template

TEMPLATE = Path(__file__).resolve().with_suffix("")
sys.path[:0] = [str(TEMPLATE), str(TEMPLATE.parent)]
from asked import Recorder, ask  # noqa: E402 - it lies beside this file
from make_inputs import make_inputs  # noqa: E402 - it lies in the template's folder

#: What the fresh process runs: every job of the file it is given; it answers its own CPU seconds and peak memory.
_RENDER = """
import json, resource, sys
from clipmill.engines.render.worker import render
jobs = json.load(open(sys.argv[1]))
for job in jobs: render(job)
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"rss_mb": used.ru_maxrss / 1024}))
"""
_RAW = """
import json, sys
from clipmill.engines.render import worker
job = json.load(open(sys.argv[1]))[0]
project, plan = worker._prepare(job)
with worker._compositor(project, plan, job) as compositor, open(sys.argv[2], "wb") as target:
    for number in range(plan.frames): target.write(compositor.frame(number).buffer.tobytes())
"""
#: The encode floor: the finished frames, raw in the page cache, through x264 veryfast crf 23 on one thread.
_FLOOR = """
import mmap, sys
from fractions import Fraction
import av, numpy as np
width, height, size = 1280, 720, 1280 * 720 * 3 // 2
encoder = av.CodecContext.create("libx264", "w")
encoder.width, encoder.height, encoder.pix_fmt, encoder.thread_count = width, height, "yuv420p", 1
encoder.time_base = encoder.framerate = Fraction(1, 30)
encoder.framerate = Fraction(30, 1)
encoder.options = {"preset": "veryfast", "crf": "23"}
with open(sys.argv[1], "rb") as source:
    frames = np.frombuffer(mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
import resource
before = resource.getrusage(resource.RUSAGE_SELF)
total = 0
for number in range(len(frames) // size):
    frame = av.VideoFrame.from_numpy_buffer(frames[number * size:][:size].reshape(height * 3 // 2, width), "yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, 30)
    total += sum(packet.size for packet in encoder.encode(frame))
total += sum(packet.size for packet in encoder.encode(None))
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, total)
"""


@dataclass(frozen=True)
class Figure:
    """What one measured process used."""

    cpu_seconds: float
    rss_mb: float = 0.0
    file_bytes: int = 0


def measure(program: str, *arguments: str) -> tuple[Figure, str]:
    """Run Python code in a fresh process; its CPU seconds with all its children, and what it printed."""
    before = os.times()
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Figure(used), done.stdout


def jobs_of(folder: Path) -> list[dict[str, Any]]:
    """What a worker is asked for each of the 20 rows, through template and engine as in a real batch."""
    inputs = make_inputs()
    settings = Settings(home=folder, font_folders=inputs.fonts)
    files = DiskFiles(folder / "files", folder / "scratch")
    template = load_template(TEMPLATE, files)
    checker = RowChecker(template, base_folder=inputs.rows.parent, media=MediaStore(files, settings), safe_name=str)
    recorder = Recorder()
    engine = RenderEngine(settings, recorder, files)
    with inputs.rows.open(encoding="utf-8", newline="") as source:
        rows = [Row(number, fields) for number, fields in enumerate(csv.DictReader(source), 1)]
    for row in rows:
        payload = checker.check(row).payload
        assert payload is not None, "a row of P1 was blocked"
        ask(engine, payload, folder / f"{row.number}.mp4")
    return recorder.jobs


def render(jobs: Sequence[Mapping[str, Any]], folder: Path) -> Figure:
    """Render these jobs in one fresh process; figures per video, memory for the whole."""
    listed = folder / "jobs.json"
    listed.write_text(json.dumps(jobs), encoding="utf-8")
    figure, printed = measure(_RENDER, str(listed))
    bytes_each = statistics.mean(Path(job["into"]).stat().st_size for job in jobs)
    return Figure(figure.cpu_seconds / len(jobs), json.loads(printed)["rss_mb"], round(bytes_each))


def floor(jobs: Sequence[Mapping[str, Any]], folder: Path) -> Figure:
    """The encode floor over the frames of the first row."""
    raw, listed = folder / "raw.yuv", folder / "first.json"
    if not raw.exists():
        listed.write_text(json.dumps(jobs[:1]), encoding="utf-8")
        measure(_RAW, str(listed), str(raw))
    _, printed = measure(_FLOOR, str(raw))
    seconds, total = printed.split()
    return Figure(float(seconds), file_bytes=int(total))


def line(folder: Path) -> Figure:
    """`clipmill run` over all 20 rows in a fresh state folder: read, check, render, decode again, deliver, report."""
    inputs = make_inputs()
    fonts = json.dumps([str(path) for path in inputs.fonts])
    with tempfile.TemporaryDirectory(dir=folder) as work:
        before = os.times()
        subprocess.run(
            [sys.executable, "-m", "clipmill.cli.main", "run", str(inputs.rows), "-t", str(TEMPLATE), "--json"],
            check=True, capture_output=True, cwd=work, env={**os.environ, "CLIPMILL_FONT_FOLDERS": fonts},
        )  # fmt: skip
        after = os.times()
        sizes = [path.stat().st_size for path in Path(work, "out").glob("*.mp4")]
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Figure(used / len(sizes), file_bytes=round(statistics.mean(sizes)))


def median(figures: Sequence[Figure]) -> Figure:
    """The median of each figure."""
    return Figure(
        statistics.median(f.cpu_seconds for f in figures),
        max(f.rss_mb for f in figures),
        figures[0].file_bytes,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one run, without the batch")
    options = parser.parse_args()
    runs = 1 if options.quick else options.runs
    measured: dict[str, list[Figure]] = {"floor": [], "single": [], "batch": [], "line": []}
    with tempfile.TemporaryDirectory(prefix="clipmill-p1-") as name:
        folder = Path(name)
        jobs = jobs_of(folder)
        for _ in range(runs):
            measured["floor"].append(floor(jobs, folder))
            measured["single"].append(render(jobs[:1], folder))
            if not options.quick:
                measured["batch"].append(render(jobs, folder))
                measured["line"].append(line(folder))
    report(measured, runs)


#: What is measured → how it is called, and its target in CPU seconds.
_LINES = {
    "floor": ("encode floor", None),
    "single": ("cold single", 1.7),
    "batch": ("cold batch of 20, per video", 1.2),
    "line": ("the whole line, per video", None),
}


def report(measured: Mapping[str, Sequence[Figure]], runs: int) -> None:
    """Print one line per figure, with its ratio to the floor."""
    base = median(measured["floor"]).cpu_seconds
    print(f"P1, CPU seconds per video, median of {runs}")
    for key, figures in measured.items():
        if not figures:
            continue
        title, target = _LINES[key]
        figure = median(figures)
        line = f"  {title:30} {figure.cpu_seconds:6.2f}   {figure.cpu_seconds / base:5.2f} × floor"
        line += f"   target {target}" if target else ""
        line += f"   peak {figure.rss_mb:.0f} MB" if figure.rss_mb else ""
        print(f"{line}   {figure.file_bytes:,} bytes")


if __name__ == "__main__":
    main()
