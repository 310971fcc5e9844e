"""The benchmark runs and prints its figures; what they are is not a test's business."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_benchmark_prints_its_figures_beside_the_encode_floor() -> None:
    done = subprocess.run(
        [sys.executable, "bench/p1.py", "--quick"], check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    for words in ("encode floor", "cold single", "× floor", "peak"):
        assert words in done.stdout
