"""Rows that make the same file: side by side, each is delivered, and only what was made is paid for."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.e2e.commands import clipmill, json_lines, make_template
from tests.e2e.equal_rows import ROWS, begin, beside_each_other, hammer, make_equal_rows, settled, together

#: Rounds of the long run: one takes forty seconds on two processors.
ROUNDS = 6


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


def test_three_commands_on_one_home_at_once(tmp_path: Path) -> None:
    together(tmp_path, rows=16)


def test_commands_of_every_kind_beside_a_run(tmp_path: Path) -> None:
    beside_each_other(tmp_path, rows=16)


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_the_same_many_times(tmp_path: Path) -> None:
    began = time.monotonic()
    commands = hammer(tmp_path, rounds=ROUNDS)
    print(f"equal rows: {commands} commands over {ROWS} rows each, {time.monotonic() - began:.0f} s")


def test_of_three_that_begin_in_one_folder_one_runs_and_the_others_say_so(tmp_path: Path) -> None:
    make_equal_rows(tmp_path, 12)
    said = sorted(settled([begin(tmp_path, "out", 2) for _ in range(3)]), key=lambda told: str(told["code"]))
    assert [told["code"] for told in said] == [0, 2, 2], said
    assert said[0]["done"] == 12
    assert all("is at work there" in told["error"] for told in said[1:])


def test_three_that_are_forced_into_one_folder_are_all_done(tmp_path: Path) -> None:
    make_equal_rows(tmp_path, 12)
    said = settled([begin(tmp_path, "out", 2, "--force") for _ in range(3)])
    assert [(told["code"], told.get("done")) for told in said] == [(0, 12)] * 3, said
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert len([name for name in names if name.endswith(".mp4")]) == 12
    assert not [name for name in names if name.startswith(".")]
