"""The comparison of engines as it is printed: a table, or JSON."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from clipmill.cli.main import application
from tests.world import World


def printed(home: Path, *arguments: str) -> str:
    """What `clipmill stats` prints."""
    answer = CliRunner().invoke(application, ["--home", str(home), "stats", *arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_engines_are_compared_in_a_table_and_as_json(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(2)
    world.run()
    heads, cells = printed(tmp_path).splitlines()
    assert heads.split() == ["template", "version", "engine", "model", "rows", "done", "failed", "rows/h", "seconds",
                             "credits/row", "reviews", "approved", "rejected", "failures"]  # fmt: skip
    assert cells.split() == ["fake", "v1", "fake", "2", "2", "0", "0", "0.001", "0", "0", "0"]
    told = json.loads(printed(tmp_path, "bat_1", "--json"))
    assert told["batches"] == ["bat_1"]
    assert [entry["rows"] for entry in told["comparisons"]] == [2]


def test_where_there_is_no_row_it_says_so(tmp_path: Path) -> None:
    World(tmp_path)
    assert printed(tmp_path) == "There is no row yet.\n"
