"""The line of a field: known where the file says it plainly, and not claimed where it may be another."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.errors import ProjectError, TemplateError
from clipmill.templates.reading.lines import SourceLines

PROJECT = """\
width: 160
visuals:
  - type: TEXT
    text: Hi
    style:
      fontSize: 20
      colour: red
  - { type: IMAGE, src: "a.png" }
scenes:
  - id: one
    visuals:
      - condition: "{{badge}}"
        type: TEXT
      - type: TEXT
        text: x
  - visuals: "{{list}}"
"""


@pytest.fixture
def lines(tmp_path: Path) -> SourceLines:
    """Of a project in a file of its own."""
    (tmp_path / "project.yaml").write_text(PROJECT)
    return SourceLines(tmp_path / "project.yaml")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("width", 1), ("visuals", 2), ("visuals[0]", 3), ("visuals[0].style.colour", 7), ("visuals[1].src", 8),
        ("visuals[0].style.missing", 5), ("height", 0), ("scenes[0].id", 10), ("scenes[1].visuals[4].text", 16),
        ("visuals[7].text", 0), ("scenes[0].visuals[1].text", 0), ("scenes[0].visuals", 11), ("", 0),
    ],
)  # fmt: skip
def test_line_of_a_field(lines: SourceLines, field: str, line: int) -> None:
    assert lines.line(field) == line


def test_sentences_and_errors_get_their_line(lines: SourceLines) -> None:
    assert (
        lines.told("visuals[0].style.colour: is no field")
        == "project.yaml line 7: visuals[0].style.colour: is no field"
    )
    assert lines.told("160 × 90 has an odd side: what a pity") == "160 × 90 has an odd side: what a pity"
    wrong = lines.error(ProjectError("is no number", path="visuals[1].src", hint="Correct it."))
    assert (str(wrong), wrong.hint) == ("project.yaml line 8: visuals[1].src: is no number", "Correct it.")
    assert isinstance(wrong, ProjectError)
    unplaced = TemplateError("broken")
    assert lines.error(unplaced) is unplaced


def test_payload_lies_in_the_template_or_in_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("name: a\npayload:\n  width: 1\n")
    assert SourceLines.of_template(tmp_path).place("width") == "template.yaml line 3: "
    (tmp_path / "template.yaml").write_text("name: a\npayload: p.json\n")
    (tmp_path / "p.json").write_text('{\n\t"width": 1,\n\t"visuals": [\n{}]}')
    assert SourceLines.of_template(tmp_path).place("visuals[0].x") == "p.json line 4: "


@pytest.mark.parametrize("text", ["", "{", '{"width": 1}', "\x00", "- [" * 5000, '{\n"width": 1}' + " " * 1_000_000])
def test_file_that_cannot_be_read_has_no_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_text(text)
    assert SourceLines(tmp_path / "p.json").place("width") == ""
    assert SourceLines(tmp_path / "gone.json").place("width") == ""
