"""A table whose rows make the same file, as real commands do it: alone, and several on one home at once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.e2e.commands import json_lines, make_template, start

ROWS = 60
#: Commands on one home at once.
TOGETHER = 3


def make_equal_rows(folder: Path, rows: int = ROWS) -> Path:
    """A folder with a template and `rows.csv`, of which only the names of the files differ."""
    template = make_template(folder / "small") / "template.yaml"
    template.write_text(template.read_text().replace("duration: 2", "duration: 0.4"))
    lines = [f"sku-{number:03},The same" for number in range(1, rows + 1)]
    (folder / "rows.csv").write_text("\n".join(["sku,title", *lines]) + "\n")
    return folder


def begin(folder: Path, out: str, workers: int, *more: str) -> subprocess.Popen[str]:
    """`clipmill run` over that table into a folder of its own."""
    told = ("run", "rows.csv", "-t", "small", "--out", out, "--json", *more)
    return start(folder, *told, CLIPMILL_WORKERS=str(workers))


def settled(processes: Iterable[subprocess.Popen[str]], seconds: float = 280) -> list[dict[str, Any]]:
    """What each of these said at its end, with its exit code as `code`."""
    said = []
    for process in processes:
        out, err = process.communicate(timeout=seconds)
        assert out.strip(), err
        said.append({**json.loads(out.splitlines()[-1]), "code": process.returncode, "err": err})
    return said


def check_done(folder: Path, out: str, told: dict[str, Any], rows: int = ROWS) -> None:
    """Every row is done, at its first try, and its file lies whole under its name; nothing half made lies beside it."""
    assert (told["code"], told.get("done")) == (0, rows), told
    there = folder / out
    records = json_lines(there / "results.jsonl")
    assert {record["attempts"] for record in records} == {1}, "none of them stood in the way of another"
    assert len(list(there.glob("*.mp4"))) == rows
    assert len({path.read_bytes() for path in there.glob("*.mp4")}) == 1
    assert not [path.name for path in there.iterdir() if path.name.startswith(".")]


def together(folder: Path, rows: int = ROWS) -> None:
    """Three commands at once with a new home and the same table, each into a folder of its own."""
    make_equal_rows(folder, rows)
    at_once = [begin(folder, f"out-{which}", 2) for which in range(TOGETHER)]
    for which, told in enumerate(settled(at_once)):
        check_done(folder, f"out-{which}", told, rows)


def beside_each_other(folder: Path, rows: int = ROWS) -> None:
    """Two runs on one home, while one is asked about, taken up by another and the other is cancelled: every row of the
    first is done, every row of the second done or cancelled, and every command ends with a code that is in the book.
    """
    make_equal_rows(folder, rows)
    first, second = begin(folder, "out-0", 2), begin(folder, "out-1", 2)
    ids = _ids(folder, first, second)
    asked = [start(folder, *told, "--json") for told in (
        ("resume", ids["out-0"]), ("status", ids["out-0"]), ("cancel", ids["out-1"]), ("status", ids["out-1"]),
        ("batches",), ("resume", ids["out-0"]))]  # fmt: skip
    one, other, *others = settled((first, second, *asked))
    check_done(folder, "out-0", one, rows)
    (left,) = settled([start(folder, "status", ids["out-1"], "--json")])
    assert (left["done"] + left["cancelled"], left["failed"]) == (rows, 0), left
    assert other["code"] == (130 if left["cancelled"] else 0), other
    assert {told["code"] for told in others} <= {0, 2}, others
    assert not [told["err"] for told in (one, other, *others) if "Traceback" in told["err"] or "bug" in told["err"]]


def _ids(folder: Path, *running: subprocess.Popen[str]) -> dict[str, str]:
    """The ids of these commands' batches, by folder, as soon as they are there."""
    while all(process.poll() is None for process in running):
        (told,) = settled([start(folder, "batches", "--json")])
        found = {Path(each["out"]).name: each["batch"] for each in told.get("batches", ())}
        if len(found) == len(running):
            return found
    raise AssertionError(f"a command ended before all had begun: {settled(running)}")


def hammer(folder: Path, rounds: int, rows: int = ROWS) -> int:
    """So many rounds of one, two and four workers and of three commands at once, each round on a new home; how many
    commands that were.
    """
    commands = 0
    for number in range(rounds):
        for workers in (1, 2, 4):
            home = make_equal_rows(folder / f"{number}-{workers}", rows)
            (told,) = settled([begin(home, "out", workers)])
            check_done(home, "out", told, rows)
        together(folder / f"{number}-together", rows)
        beside_each_other(folder / f"{number}-beside", rows)
        commands += 3 + TOGETHER + 8
    return commands
