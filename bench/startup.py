"""What a cold command costs before it does anything: CPU seconds of whole processes, and of a worker that is ready.

Run it with `make bench` or `python bench/startup.py` (`--runs 7`). Each is started anew; the median is quoted, beside
that of a Python that does nothing. The first run, which may compile, is not counted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import compiled

_CLIPMILL = ("-m", "clipmill.cli.main")
#: What is shown → what Python is given.
STARTS = {
    "python": ("-c", "pass"),
    "clipmill --version": (*_CLIPMILL, "--version"),
    "clipmill --help": (*_CLIPMILL, "--help"),
    "clipmill status": (*_CLIPMILL, "status"),
    "clipmill results": (*_CLIPMILL, "results"),
    "clipmill failures": (*_CLIPMILL, "failures"),
    "clipmill fonts list": (*_CLIPMILL, "fonts", "list"),
    "clipmill doctor": (*_CLIPMILL, "doctor"),
    "a render process": ("-c", "import clipmill.media.workers.child, clipmill.engines.render.worker"),
}
_BATCH = """
from pathlib import Path
from clipmill.app import App
from clipmill.domain.batch import Batch
from clipmill.domain.template import Policy, Template
from clipmill.settings import load_settings
template = Template(name="t", version="v1", engine="render", contract=(), body={}, output_name="x")
App(load_settings()).batches.create(
    Batch(id="bat_1", name="b", template_name="t", template_version="v1", engine="render", source="",
          out_folder="out", policy=Policy()), template)
"""


def cpu_seconds(arguments: tuple[str, ...], home: Path) -> float:
    """User and system time of one process and those it started, seconds."""
    before = os.times()
    environment = {**os.environ, "CLIPMILL_HOME": str(home)}
    subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Print one line per command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    compiled()
    print("Start-up: CPU seconds of a cold process, the median of", runs)
    with tempfile.TemporaryDirectory() as folder:
        cpu_seconds(("-c", _BATCH), Path(folder))
        for name, arguments in STARTS.items():
            taken = [cpu_seconds(arguments, Path(folder)) for _ in range(runs + 1)][1:]
            print(f"  {name:<22}{statistics.median(taken):6.2f}   ({min(taken):.2f}–{max(taken):.2f})", flush=True)


if __name__ == "__main__":
    main()
