import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from clipmill.cli.fonts import _fitting
from clipmill.cli.main import application
from clipmill.errors import GlyphError
from tests.fontfiles import make_font


def _fonts(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["--home", str(home), "fonts", *arguments])


@pytest.fixture(autouse=True)
def packages_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's fonts are not listed: the same on every machine."""
    monkeypatch.setenv("CLIPMILL_SYSTEM_FONTS", "false")


def test_families_are_listed_one_to_a_line_that_fits_80_columns(tmp_path: Path) -> None:
    lines = _fonts(tmp_path, "list").stdout.splitlines()
    assert all(len(line.rstrip()) <= 80 for line in lines)
    assert any(line.split() == ["Manrope", "250–800", "Latin,", "Greek,", "Cyrillic", "package"] for line in lines)
    assert len([line for line in lines if line.startswith("Roboto")]) == 1


def test_the_list_as_json_has_everything(tmp_path: Path) -> None:
    told = json.loads(_fonts(tmp_path, "list", "--json").stdout)
    roboto = next(family for family in told["families"] if family["family"] == "Roboto")
    assert (roboto["from"], roboto["weights"], roboto["italic"]) == ("package", [250, 900], True)
    assert {"Latin", "Greek", "Cyrillic"} <= set(roboto["scripts"])
    assert told["stand_ins"]["Arial"] == "Roboto"
    assert {"Han", "Emoji"} <= set(told["lacking"])


def test_an_added_font_is_listed_first_and_its_new_scripts_are_told(tmp_path: Path) -> None:
    source = make_font(tmp_path / "Blocks.ttf", "My Blocks", "አለመ一人中国文大")
    added = json.loads(_fonts(tmp_path / "home", "add", str(source), "--json").stdout)
    assert added["new_scripts"] == ["Han"]
    assert added["fonts"][0]["families"] == ["My Blocks"]
    assert (tmp_path / "home" / "fonts" / "Blocks.ttf").exists()
    first = json.loads(_fonts(tmp_path / "home", "list", "--json").stdout)["families"][0]
    assert (first["family"], first["from"], first["scripts"]) == ("My Blocks", "yours", ["Han"])


def test_adding_tells_what_became_of_each_file(tmp_path: Path) -> None:
    make_font(tmp_path / "in" / "a.ttf", "Alpha")
    (tmp_path / "in" / "b.ttf").write_bytes(b"wOFF" + b"\0" * 60)
    done = _fonts(tmp_path / "home", "add", str(tmp_path / "in"))
    assert done.exit_code == 2
    assert "Added   Alpha  Regular" in done.stderr
    assert "Refused b.ttf is a web font (WOFF); TTF, OTF and TTC fonts can be used" in done.stderr
    again = _fonts(tmp_path / "home", "add", str(tmp_path / "in" / "a.ttf"))
    assert (again.exit_code, again.stderr.startswith("There   Alpha")) == (0, True)


def test_missing_characters_of_a_text_are_asked_for(tmp_path: Path) -> None:
    assert "Every character" in _fonts(tmp_path, "list", "--missing", "Größe, ไทย").stderr
    assert json.loads(_fonts(tmp_path, "list", "--missing", "a连👗", "--json").stdout) == {"missing": ["连", "👗"]}
    refused = _fonts(tmp_path, "list", "--missing", "a连👗")
    assert isinstance(refused.exception, GlyphError)
    assert str(refused.exception) == "no font has 连 (Han) and 👗 (emoji: dress)"


def test_scripts_that_do_not_fit_are_counted() -> None:
    assert _fitting(["Latin", "Greek"]) == "Latin, Greek"
    assert _fitting(["Latin", "Greek", "Cyrillic", "Armenian", "Hebrew"]) == "Latin, Greek, Cyrillic +2"
    assert _fitting([]) == ""
