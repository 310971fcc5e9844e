"""What was found, as the table that README holds between two marks, and that table read back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- peers: written by make bench-peers -->", "<!-- /peers -->"
#: What stands where there is no figure.
NONE = "–"
_MEASURED = re.compile(re.escape(BEGIN) + r"\n(.*?)" + re.escape(END), re.DOTALL)


@dataclass(frozen=True)
class Line:
    """One way to make P1: CPU seconds of one video, and of each in a row, and what came out; None: not measured."""

    title: str
    one: float | None
    each: float | None
    file_bytes: int
    memory_mb: float | None = None
    vmaf: float | None = None
    photo_vmaf: float | None = None
    ssim: float | None = None
    #: Steps of the zoom, of 269, in which the photograph moves back.
    steps_back: int | None = None


def columns(batch: int) -> list[str]:
    """What stands over the table."""
    return [
        "P1: nine seconds, 1280 × 720", "one, × clipmill", f"{batch} in a row, × clipmill", "one, × floor",
        f"{batch} in a row, × floor", "one, CPU s", f"{batch} in a row, CPU s each", "kB",
        "MB of memory", "VMAF", "of the photograph", "SSIM", "steps back",
    ]  # fmt: skip


def markdown(lines: Sequence[Line], ours: Line, floor: Line, batch: int) -> str:
    """The table, without columns that have no figure. Ratios are those of the seconds as they are printed."""
    rows = [_row(line, ours, floor) for line in lines]
    kept = [place for place in range(len(rows[0])) if any(row[place] != NONE for row in rows)]
    head = [columns(batch)[place] for place in kept]
    table = [head, ["---", *(["---:"] * (len(head) - 1))], *([row[place] for place in kept] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in table)


def _row(line: Line, ours: Line, floor: Line) -> list[str]:
    return [
        line.title,
        _ratio(line.one, ours.one), _ratio(line.each, ours.each),
        _ratio(line.one, floor.one), _ratio(line.each, floor.one),
        _figure(line.one, 2), _figure(line.each, 2), f"{line.file_bytes / 1000:.0f}", _figure(line.memory_mb, 0),
        _figure(line.vmaf, 1), _figure(line.photo_vmaf, 1), _figure(line.ssim, 4), _figure(line.steps_back, 0),
    ]  # fmt: skip


def _figure(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _ratio(seconds: float | None, base: float | None) -> str:
    return NONE if seconds is None or base is None else f"{round(seconds, 2) / round(base, 2):.2f}"


def write(page: Path, text: str) -> None:
    """Put a text between the marks of a page. Raises ValueError where it has none."""
    before = page.read_text(encoding="utf-8")
    if not _MEASURED.search(before):
        raise ValueError(f"{page.name} has no place for the table: {BEGIN} … {END}")
    page.write_text(_MEASURED.sub(lambda _: f"{BEGIN}\n{text}\n{END}", before), encoding="utf-8")


def read(page: Path) -> list[dict[str, str]]:
    """The rows of the table between the marks, each by its columns' names."""
    found = _MEASURED.search(page.read_text(encoding="utf-8"))
    rows = [line.strip("| ").split(" | ") for line in (found[1] if found else "").splitlines() if line.startswith("|")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
