import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from clipmill.errors import MediaError
from clipmill.media.fonts.faces import faces_of, load_faces
from clipmill.media.fonts.library import FontLibrary
from tests.fontfiles import make_font

FILES = {path.name: path for path in FontLibrary(system=False).files}


@pytest.mark.parametrize(
    ("name", "family", "style", "also"),
    [
        ("Manrope-ExtraBold.ttf", "Manrope", "ExtraBold", "Manrope ExtraBold"),
        ("Roboto-BoldItalic.ttf", "Roboto", "Bold Italic", "Roboto"),
        ("NotoSansThai[wdth,wght].ttf", "Noto Sans Thai", "Thin to Black", "Noto Sans Thai"),
        ("HankenGrotesk-Light.otf", "Hanken Grotesk", "Light", "Hanken Grotesk Light"),
    ],
)
def test_a_face_tells_its_family_and_style(name: str, family: str, style: str, also: str) -> None:
    (face,) = load_faces(FILES[name])
    assert (face.family, face.style, face.coloured) == (family, style, False)
    assert also in face.names


def test_a_made_font_is_read_as_it_was_made(tmp_path: Path) -> None:
    (face,) = load_faces(make_font(tmp_path / "x.ttf", "Meine Schrift", "Aß连", weight=300, italic=True))
    assert (face.family, face.weights, face.italic, face.style) == ("Meine Schrift", (300, 300), True, "Light Italic")
    assert face.coverage.ranges == ((65, 65), (0xDF, 0xDF), (0x8FDE, 0x8FDE))


@pytest.mark.parametrize("table", ["cmap", "name", "head", "hmtx"])
def test_a_font_without_a_table_it_needs_is_refused_by_name(tmp_path: Path, table: str) -> None:
    source = make_font(tmp_path / "x.ttf")
    content = source.read_bytes().replace(table.encode(), b"gone", 1)
    source.write_bytes(content)
    with pytest.raises(MediaError, match=f"'{table}' is missing"):
        load_faces(source)
    assert faces_of(source) == ()


def test_a_font_without_a_name_is_refused(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf")
    font = TTFont(path)
    font["name"].names = [record for record in font["name"].names if record.nameID not in (1, 16)]
    font.save(path)
    with pytest.raises(MediaError, match="no family name"):
        load_faces(path)


def test_a_name_of_tricks_becomes_one_plain_line(tmp_path: Path) -> None:
    (face,) = load_faces(make_font(tmp_path / "x.ttf", "Bad\x1b[31m\n  Name\u202e" + "x" * 300))
    assert face.family.startswith("Bad[31m Namex")
    assert len(face.family) == 100


def test_a_weight_without_its_table_is_taken_from_the_old_one(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf")
    font = TTFont(path)
    del font["OS/2"]
    font["head"].macStyle = 3
    font.save(path)
    (face,) = load_faces(path)
    assert face.style == "Bold Italic"


def test_coverage_of_a_font_that_vanished_is_empty(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf")
    (face,) = load_faces(path)
    shutil.move(path, tmp_path / "y.ttf")
    assert not face.coverage
