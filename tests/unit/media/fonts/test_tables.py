import struct
from pathlib import Path

import pytest

from clipmill.errors import MediaError
from clipmill.media.fonts.tables import read_faces
from tests.fontfiles import make_font


def test_a_face_names_its_tables(tmp_path: Path) -> None:
    path = make_font(tmp_path / "blocks.ttf")
    (face,) = read_faces(path)
    assert {"cmap", "glyf", "name"} <= set(face.places)
    assert face.read("head")[12:16] == b"\x5f\x0f\x3c\xf5"
    assert face.read("none") == b""


def test_a_collection_has_every_face(tmp_path: Path) -> None:
    one = make_font(tmp_path / "one.ttf").read_bytes()
    # Table offsets count from the beginning of the file: the face stands first, the collection's head is put before it.
    head = struct.pack(">4sIIII", b"ttcf", 0x10000, 2, 20, 20)
    count = struct.unpack_from(">H", one, 4)[0]
    moved = bytearray(one)
    for place in range(12, 12 + 16 * count, 16):
        struct.pack_into(">I", moved, place + 8, struct.unpack_from(">I", one, place + 8)[0] + len(head))
    path = tmp_path / "two.ttc"
    path.write_bytes(head + bytes(moved))
    first, second = read_faces(path)
    assert first.read("name") == second.read("name") != b""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ends too early|no font"),
        (b"hello, I am a text", "no font"),
        (b"wOFF" + b"\0" * 40, "web font"),
        (b"wOF2" + b"\0" * 40, "WOFF2"),
        (b"PK\3\4" + b"\0" * 40, "ZIP archive"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\0\1\0\0", "ends too early"),
        (b"\0\1\0\0\xff\xff" + b"\0" * 6, "65,535 tables"),
        (b"\0\1\0\0\0\1" + b"\0" * 6 + struct.pack(">4sIII", b"cmap", 0, 28, 1), "outside the file"),
        (b"ttcf\0\1\0\0\xff\xff\xff\xff", "4,294,967,295 fonts"),
        (b"ttcf\0\1\0\0\0\0\0\1\0\0\xff\xff", "no font|ends too early"),
    ],
)
def test_what_is_no_font_is_refused_with_a_reason(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.ttf"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=said):
        read_faces(path)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        read_faces(tmp_path / "gone.ttf")


def test_a_table_too_large_to_be_true_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.ttf"
    size = 9 * 1024 * 1024
    path.write_bytes(b"\0\1\0\0\0\1" + b"\0" * 6 + struct.pack(">4sIII", b"name", 0, 28, size) + b"\0" * size)
    with pytest.raises(MediaError, match="no font needs"):
        read_faces(path)[0].read("name")
