"""The benchmarks run and print their figures; what they are is not a test's business, but for memory that grows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from clipmill.domain.timeline.colour import Colour
from clipmill.engines.render.layers.registry import LAYERS
from clipmill.engines.render.plan import Crossfade

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> str:
    """What a benchmark prints."""
    done = subprocess.run([sys.executable, *arguments], check=False, cwd=ROOT, capture_output=True, text=True,
                          timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_benchmark_prints_figures_and_targets_beside_the_encode_floor(tmp_path: Path) -> None:
    printed = run("bench/suite.py", "--quick", "--only", "static", "--json", str(tmp_path / "figures.json"))
    for words in ("x264 veryfast crf 23", "× floor", "≤0.06s", "≤200 MB", "Memory of a worker", "Quality"):
        assert words in printed
    (case,) = json.loads((tmp_path / "figures.json").read_text())
    (way,) = case["ways"]
    assert case["wrong"] == []
    assert way["times_floor"] < 0.5, "what stands still is not encoded"
    assert case["quality"]["ssim"] > 0.99
    assert 0 < way["rss_mb"] < 1000


def test_every_kind_of_layer_has_its_line() -> None:
    lines = run("bench/layers.py", "--quick").splitlines()[2:]
    assert len(lines) == 18
    assert all(float(figure) >= 0 for line in lines for figure in line.split()[-4:-1])
    for kind in LAYERS.keys() - {Colour, Crossfade}:
        word = kind.__name__.removesuffix("Visual").removesuffix("Content").lower().replace("image", "photo")
        assert any(word in line for line in lines), kind
    assert any("wipe" in line for line in lines)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs Linux: the peak is read from /proc")
def test_three_times_the_length_takes_no_more_memory() -> None:
    size = ("--height", "360", "--fps", "10", "--scene", "2.5", "--json")
    short, long = (json.loads(run("bench/long.py", "--seconds", seconds, *size)) for seconds in ("20", "60"))
    assert (short["seconds"], long["seconds"]) == (pytest.approx(20, abs=0.5), pytest.approx(60, abs=1.5))
    assert long["peak_mb"] < 1.1 * short["peak_mb"]
