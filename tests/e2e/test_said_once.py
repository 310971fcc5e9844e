"""What is so for every row is said once, with the line of the file; and so is a network that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import TEMPLATE, clipmill, json_lines, make_table

ROWS = 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A template, and a table of good rows."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "template.yaml").write_text(TEMPLATE)
    make_table(tmp_path / "rows.csv", ROWS)
    return tmp_path


def test_unknown_field_of_the_template_is_told_once_with_its_line(folder: Path) -> None:
    (folder / "small" / "template.yaml").write_text(TEMPLATE.replace("      x: 10", "      zooom: 2\n      x: 10"))
    told = clipmill(folder, "check", "rows.csv", "-t", "small").stderr
    assert told.count("zooom") == 1
    assert "Warning template.yaml line 14: visuals[0].zooom: is no field" in told


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(("old", "new"), [("fontSize: 18", "fontSize: [1]"), ("duration: 2", "duration: 9999")])
def test_mistake_no_row_can_mend_ends_the_command_with_its_line(folder: Path, command: str, old: str, new: str) -> None:
    (folder / "small" / "template.yaml").write_text(TEMPLATE.replace(old, new))
    line = 1 + TEMPLATE[: TEMPLATE.index(old)].count("\n")
    told = clipmill(folder, command, "rows.csv", "-t", "small", expect=2).stderr
    assert f"error: template.yaml line {line}: template small" in told
    assert told.count("error:") == 1


def test_network_that_is_not_there_is_one_sentence_and_the_rows_keep_their_reason(folder: Path) -> None:
    picture = "  picture: {kind: image, required: true}\npayload:"
    (folder / "small" / "template.yaml").write_text(TEMPLATE.replace("payload:", picture))
    lines = [f"{number},Row {number},https://shop{number}.invalid/{number}.jpg" for number in range(1, ROWS + 1)]
    (folder / "rows.csv").write_text("\n".join(["sku,title,picture", *lines]) + "\n")
    nobody = "import socket\ndef nobody(*_, **__): raise socket.gaierror(socket.EAI_AGAIN, 'try again')\n"
    (folder / "sitecustomize.py").write_text(nobody + "socket.getaddrinfo = nobody\n")
    told = clipmill(folder, "run", "rows.csv", "-t", "small", expect=4, path=folder).stderr
    assert told.count("o network") == 1
    assert f"No network: {ROWS} rows name files at addresses, and none can be reached from here." in told
    reasons = [row["problems"][0]["reason"] for row in json_lines(folder / "out" / "results.jsonl")]
    assert reasons == [f"no network: shop{number}.invalid cannot be reached" for number in range(1, ROWS + 1)]
