"""The template of the folder `static`: one SVG that stands for nine seconds, another title in each row."""

from __future__ import annotations

import csv
from pathlib import Path

from cases.case import Case, Table, Way

TEMPLATE = Path(__file__).resolve().parent / "static"
#: One that warms the process up, and those that are counted.
ROWS = 51
_WHAT = ("Walnut desk lamps", "Stoneware mugs", "Linen shirts", "Trail runners", "Cedar candles", "Wool blankets",
         "Copper kettles", "Oak stools", "Cork yoga mats")  # fmt: skip
_WHEN = ("for autumn", "now in stock", "at half price", "made to order", "in new colours", "back again")


def static() -> Case:
    """JSON in, a file out, in a process that is warm."""
    ways = [
        Way("50 in one warm process, each", videos=50, quick=5, warm=True, seconds=0.06),
        Way("51 by `clipmill run`, each, once", videos=ROWS, line=True, ratio=0.15),
    ]
    return Case("static", "Static: one SVG for 9 s, a title per row", Table(TEMPLATE, _rows()), ways)


def _rows() -> Path:
    path = TEMPLATE / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["id", "title"])
        for number in range(ROWS):
            title = f"{_WHAT[number % len(_WHAT)]} {_WHEN[number // len(_WHAT)]}"
            writer.writerow([f"card-{number + 1:02d}", title])
    return path
