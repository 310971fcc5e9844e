"""Width and height of pictures as they are seen, against files that a picture library wrote."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
import pyvips

from clipmill.errors import MediaError
from clipmill.media.facts.whole import measure


def picture_size(path: Path, suffix: str, name: str = "a picture") -> tuple[int, int]:
    return measure({"path": str(path), "name": name, "suffix": suffix})


def picture(path: Path, width: int = 67, height: int = 41) -> Path:
    assert cv2.imwrite(str(path), np.full((height, width, 3), 127, np.uint8))
    return path


def exif(orientation: int, order: str = "<") -> bytes:
    """A TIFF block with one entry before the orientation."""
    magic = b"II*\0" if order == "<" else b"MM\0*"
    entries = [(0x010F, 2, 4, b"abc\0"), (0x0112, 3, 1, struct.pack(f"{order}HH", orientation, 0))]
    body = b"".join(struct.pack(f"{order}HHI", *entry[:3]) + entry[3] for entry in entries)
    return magic + struct.pack(f"{order}I", 8) + struct.pack(f"{order}H", len(entries)) + body + bytes(4)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (67, 41), (300, 7)])
def test_size_is_what_was_written(tmp_path: Path, suffix: str, width: int, height: int) -> None:
    assert picture_size(picture(tmp_path / f"a{suffix}", width, height), suffix) == (width, height)


def test_gif_size(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    pyvips.Image.black(500, 300).gifsave(str(path))
    assert picture_size(path, ".gif") == (500, 300)


def test_lossless_webp_size(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    assert cv2.imwrite(str(path), np.full((41, 67, 3), 9, np.uint8), [cv2.IMWRITE_WEBP_QUALITY, 101])
    assert b"VP8L" in path.read_bytes()
    assert picture_size(path, ".webp") == (67, 41)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("orientation", "size"), [(1, (67, 41)), (3, (67, 41)), (6, (41, 67)), (8, (41, 67))])
def test_a_jpeg_on_its_side_stands_up(tmp_path: Path, order: str, orientation: int, size: tuple[int, int]) -> None:
    path = picture(tmp_path / "a.jpg")
    block = b"Exif\0\0" + exif(orientation, order)
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:])
    assert picture_size(path, ".jpg") == size


def test_a_png_on_its_side_stands_up(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    data, block = path.read_bytes(), exif(6, ">")
    chunk = struct.pack(">I", len(block)) + b"eXIf" + block + bytes(4)
    path.write_bytes(data[:33] + chunk + data[33:])
    assert picture_size(path, ".png") == (41, 67)


def test_a_webp_on_its_side_stands_up(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.webp")
    frame, block = path.read_bytes()[12:], exif(6)
    canvas = bytes([0x08, 0, 0, 0]) + (66).to_bytes(3, "little") + (40).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + frame + b"EXIF" + struct.pack("<I", len(block)) + block
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert picture_size(path, ".webp") == (41, 67)


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="320" height="200"', (320, 200)),
        ('width="10in" height="96px"', (960, 96)),
        ('viewBox="0 0 640 360"', (640, 360)),
        ('width="100%" height="100%" viewBox="0,0,64,36"', (64, 36)),
        ('width="320" viewBox="0 0 640 360"', (320, 180)),
        ('height="180" viewBox="0 0 640 360"', (320, 180)),
        ("", (300, 150)),
        ('viewBox="0 0 a b"', (300, 150)),
        ('viewBox="0 0 0 0" width="5"', (5, 150)),
    ],
)
def test_svg_size_is_its_own_or_that_of_its_box(tmp_path: Path, root: str, size: tuple[int, int]) -> None:
    path = tmp_path / "a.svg"
    path.write_text(f'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" {root}><rect/></svg>')
    assert picture_size(path, ".svg") == size


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        (".png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND"),
        (".png", b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 2**32 - 1, b"abcd")),
        (".jpg", b"\xff\xd8\xff"),
        (".jpg", b"\xff\xd8\xff\xe0\0\x00"),
        (".jpg", b"\xff\xd8\xff\xda\0\x00"),
        (".jpg", b"\xff\xd8\xff\xe0\0\x04ab" * 3),
        (".gif", b"GIF89a\1"),
        (".webp", b"RIFF\0\0\0\0WEBP"),
        (".webp", b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0"),
        (".svg", b"<svg width='0' height='0'/>"),
        (".svg", b"<svg width='0.2' height='9'/>"),
    ],
)
def test_a_damaged_header_is_a_media_error(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"cap\.jpg is damaged") as caught:
        picture_size(path, suffix, "cap.jpg")
    assert caught.value.hint
