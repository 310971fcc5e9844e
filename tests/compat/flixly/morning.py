"""The morning of the guide for users of Flixly: its script, its table with its pictures, and what came of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.compat.harness import Running
from tests.conftest import ROOT
from tests.e2e.commands import environment
from tests.rendering import photo, write_picture

GUIDE = ROOT / "docs" / "guides" / "flixly.md"
#: The rows that the guide has made again, and their seeds.
AGAIN = {2: 9002, 3: 9003, 5: 9005}
#: Sides of the pictures, in turn.
_SIDES = ((300, 300), (240, 240), (320, 180))


@dataclass(frozen=True, slots=True)
class Ran:
    """The guide's script, run to its end in a folder."""

    folder: Path
    said: str
    #: Every job it had, in order.
    jobs: Sequence[str]


def script(parameters: str = "", evening: int = 0) -> str:
    """The guide's blocks of Python, one script; `parameters` are put to its own, and it polls more often.

    `evening`: so many rows of the template are run again; 0: all.
    """
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    text = "\n".join(blocks)
    stop, again = '"hard_stop": 500', 'in the evening" for row in table'
    changes = {"POLL_SECONDS = 30": "POLL_SECONDS = 0.3", stop: stop + parameters}
    if evening:
        changes[again] = f"{again}[:{evening}]"
    for was, now in changes.items():
        assert was in text, was
        text = text.replace(was, now)
    return text


def write_table(folder: Path, rows: Sequence[tuple[float, str]]) -> None:
    """`batch_inputs.csv` with so many seconds and this model a row, and pictures beside it."""
    (folder / "pictures").mkdir(parents=True)
    for place, (width, height) in enumerate(_SIDES):
        write_picture(folder / "pictures" / f"mug {place}.png", photo(width, height))
    lines = [f'"A mug, number {number}, in morning light",pictures/mug {number % len(_SIDES)}.png,{seconds:g},'
             f"{100 + number},{model}" for number, (seconds, model) in enumerate(rows, 1)]  # fmt: skip
    (folder / "batch_inputs.csv").write_text("\n".join(["prompt,image path,seconds,seed,model", *lines]) + "\n")


def run(folder: Path, server: Running, python: Path, parameters: str = "", *, seconds: float = 240,
        evening: int = 0) -> Ran:  # fmt: skip
    """Run the script with a key of its own, which it has from the environment."""
    path = folder / "morning.py"
    path.write_text(script(parameters, evening), encoding="utf-8")
    told = {"FLIXLY_BASE_URL": server.url, "FLIXLY_API_KEY": server.new_key("morning", "--style", "flixly")}
    own = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    done = subprocess.run([os.fspath(python), path.name], cwd=folder, env=own | told, capture_output=True, text=True,
                          timeout=seconds, check=False, stdin=subprocess.DEVNULL)  # fmt: skip
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}\n{server.log}"
    return Ran(folder, done.stdout, [line.split()[0] for line in (folder / "jobs.log").read_text().splitlines()])
