from pathlib import Path

import pytest

from clipmill.errors import MediaError, StoreError
from clipmill.media.fonts.adding import add_fonts
from clipmill.media.fonts.library import FontLibrary, Origin
from tests.fontfiles import make_font


def test_an_added_font_is_found_from_then_on(tmp_path: Path) -> None:
    source = make_font(tmp_path / "mine" / "Blocks.ttf", "Blocks", "连衣")
    into = tmp_path / "home" / "fonts"
    (added,) = add_fonts([source], into)
    assert (added.path, added.again, added.refusal) == (into / "Blocks.ttf", False, "")
    assert added.path is not None
    assert added.path.read_bytes() == source.read_bytes()
    library = FontLibrary((into,), system=False)
    assert library.missing_glyphs("连衣裙") == "裙"
    assert [(face.family, origin) for face, origin in library.faces(Origin.YOURS)] == [("Blocks", Origin.YOURS)]


def test_the_same_font_twice_is_there_once(tmp_path: Path) -> None:
    source, into = make_font(tmp_path / "a.ttf"), tmp_path / "fonts"
    add_fonts([source], into)
    (again,) = add_fonts([source], into)
    assert again.again
    assert [path.name for path in into.iterdir()] == ["a.ttf"]


def test_another_font_of_the_same_file_name_takes_nothing_away(tmp_path: Path) -> None:
    one, other = make_font(tmp_path / "1" / "a.ttf", "One"), make_font(tmp_path / "2" / "a.ttf", "Other")
    found = add_fonts([one, other], tmp_path / "fonts")
    assert len({added.path for added in found}) == 2
    assert add_fonts([other], tmp_path / "fonts")[0].again
    families = {face.family for face, _ in FontLibrary((tmp_path / "fonts",), system=False).faces(Origin.YOURS)}
    assert families == {"One", "Other"}


def test_a_folder_gives_every_font_in_it_and_says_which_are_none(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    make_font(folder / "deep" / "a.TTF")
    (folder / "broken.otf").write_bytes(b"OTTO")
    (folder / "readme.txt").write_text("hello")
    broken, good = add_fonts([folder], tmp_path / "fonts")
    assert "ends too early" in broken.refusal
    assert broken.path is None
    assert good.path == tmp_path / "fonts" / "a.TTF"


@pytest.mark.parametrize("content", [b"", b"wOFF" + b"\0" * 60, b"not a font at all"])
def test_what_is_no_font_is_refused_and_not_copied(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.ttf").write_bytes(content)
    (added,) = add_fonts([tmp_path / "x.ttf"], tmp_path / "fonts")
    assert added.refusal
    assert not (tmp_path / "fonts").exists()


def test_a_font_that_is_not_called_one_would_never_be_found(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf").rename(tmp_path / "x.font")
    (added,) = add_fonts([path], tmp_path / "fonts")
    assert "rename it" in added.refusal


def test_a_giant_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "x.ttf").open("wb") as file:
        file.truncate(70 * 1024 * 1024)
    (added,) = add_fonts([tmp_path / "x.ttf"], tmp_path / "fonts")
    assert "73,400,320 bytes" in added.refusal


def test_nothing_is_copied_when_a_path_is_not_there(tmp_path: Path) -> None:
    source = make_font(tmp_path / "a.ttf")
    with pytest.raises(MediaError, match=r"gone\.ttf is not there"):
        add_fonts([source, tmp_path / "gone.ttf"], tmp_path / "fonts")
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="no TTF, OTF or TTC"):
        add_fonts([source, tmp_path / "empty"], tmp_path / "fonts")
    assert not (tmp_path / "fonts").exists()


def test_a_folder_that_cannot_be_written_is_the_stores_trouble(tmp_path: Path) -> None:
    (tmp_path / "fonts").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="cannot be written"):
        add_fonts([make_font(tmp_path / "a.ttf")], tmp_path / "fonts")
