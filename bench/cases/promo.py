"""P1, the promo of the folder `p1`: one cold, a batch of twenty, and with a photograph that stands still."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cases.case import Case, Changed, Table, Way

TEMPLATE = Path(__file__).resolve().parents[1] / "p1"
sys.path[:0] = [str(TEMPLATE)]
from make_inputs import make_inputs  # noqa: E402 - it lies in the template's folder


def single() -> Case:
    """One video, everything cold."""
    ways = [Way("one video, a cold process", seconds=1.15), Way("one by a cold `clipmill run`", line=True, ratio=1.4)]
    return Case("p1", "P1, a promo whose photograph grows", promo(), ways)


def batch() -> Case:
    """All twenty rows, from a cold start."""
    ways = [
        Way("20 in one cold process, each", videos=20, quick=4, seconds=0.65, ratio=0.75),
        Way("20 in two cold processes, each", videos=20, quick=4, processes=2, seconds=0.65, ratio=0.75),
        Way("20 by `clipmill run`, each, once", videos=20, line=True, ratio=0.9),
    ]
    return Case("batch", "P1, a batch", promo(), ways, drawn=(0, 5, 10, 15))


def still() -> Case:
    """One video whose photograph stands still."""
    return Case("still", "P1 with a static photograph", Changed(promo(), without_zoom))


def promo() -> Table:
    """The rows of P1."""
    inputs = make_inputs()
    return Table(TEMPLATE, inputs.rows, inputs.fonts)


def without_zoom(project: dict[str, Any]) -> dict[str, Any]:
    """The same project, its photographs standing still."""
    visuals = [{name: value for name, value in visual.items() if name != "zoom"} for visual in project["visuals"]]
    return {**project, "visuals": visuals}
