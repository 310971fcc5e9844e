"""`--detach`: rows are taken in, or corrected, and a worker that comes later checks and makes them."""

from __future__ import annotations

import json
from pathlib import Path

from clipmill.domain.row import RowState
from tests.e2e.commands import clipmill, make_template


def counts(folder: Path) -> dict[str, int]:
    """How many rows of the latest batch are in each state."""
    told = json.loads(clipmill(folder, "status", "--json").stdout)
    return {str(state): told[state] for state in RowState if told[state]}


def test_rows_and_their_corrections_are_left_to_a_worker(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    (tmp_path / "rows.csv").write_text(f"sku,title\na,Good\nb,{'long ' * 20}\n")
    clipmill(tmp_path, "run", "rows.csv", "-t", "small", "--detach")
    assert counts(tmp_path) == {"checking": 2}
    clipmill(tmp_path, "worker", "--until-idle")
    assert counts(tmp_path) == {"done": 1, "blocked": 1}
    table = tmp_path / "out" / "blocked.csv"
    table.write_text(table.read_text().replace("long " * 19 + "long", "Short"))
    clipmill(tmp_path, "run", str(table), "--into", "latest", "--detach")
    assert counts(tmp_path) == {"done": 1, "ready": 1}, "nobody has begun to make it"
    clipmill(tmp_path, "worker", "--until-idle")
    assert counts(tmp_path) == {"done": 2}
