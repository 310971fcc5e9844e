"""Rows that make the same file: side by side, each is delivered, and only what was made is paid for."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.commands import clipmill, json_lines, make_template

ROWS = 60


def test_rows_of_which_only_the_names_differ(tmp_path: Path) -> None:
    make_template(tmp_path / "small")
    lines = [f"sku-{number:03},The same" for number in range(1, ROWS + 1)]
    (tmp_path / "rows.csv").write_text("\n".join(["sku,title", *lines]) + "\n")
    told = json.loads(clipmill(tmp_path, "run", "rows.csv", "-t", "small", "--json").stdout)
    records = json_lines(tmp_path / "out" / "results.jsonl")
    assert (told["done"], len(list((tmp_path / "out").glob("*.mp4")))) == (ROWS, ROWS)
    assert len({record["sha256"] for record in records}) == 1
    assert {record["attempts"] for record in records} == {1}, "none of them stood in the way of another"
    paid = [record for record in records if record["credits"]]
    assert 1 <= len(paid) < ROWS
    assert told["credits"] == {"spent": sum(record["credits"] for record in paid), "reserved": 0, "budget": None}
