"""Finished pictures and zips of them, looked at to their ends."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import cv2
import numpy as np
import pytest

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.media.facts.decoded import DecodedFacts
from clipmill.media.facts.pictures import decode_archive, decode_picture
from tests.finished import place_file, shape_of

#: Three pictures are asked for.
SPEC = MediaSpec(seconds=0.0, frames=3, fps=0.0, width=40, height=30, kind=MediaKind.ARCHIVE)


def _png(width: int = 40, height: int = 30) -> bytes:
    picture = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(".png", picture)[1].tobytes())


def _zip(path: Path, entries: dict[str, bytes], compression: int = ZIP_STORED) -> Path:
    with ZipFile(path, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def _three(**but: bytes) -> dict[str, bytes]:
    return {f"frame_{number:05}.png": _png() for number in (1, 2, 3)} | {
        f"{name}.png": data for name, data in but.items()
    }


@pytest.mark.parametrize(("fmt", "pixels"), [("png", "rgb24"), ("jpg", "rgb24"), ("webp", "rgb24")])
def test_a_picture_is_measured(tmp_path: Path, fmt: str, pixels: str) -> None:
    seen = DecodedFacts(container=fmt)
    decode_picture(place_file(tmp_path / "x", fmt), seen)
    assert (seen.error, seen.size, seen.frames, seen.pixel_format) == ("", (160, 96), 1, pixels)
    assert seen.pictures["first"].shape == (96, 160, 3)
    assert seen.watch.black_frames == 0


def test_what_is_transparent_shows_squares(tmp_path: Path) -> None:
    seen = DecodedFacts(container="png")
    decode_picture(place_file(tmp_path / "x", "png", shape_of("png", transparent=True)), seen)
    below = seen.pictures["first"][-16:]
    assert seen.pixel_format == "rgba"
    assert {tuple(pixel) for pixel in below.reshape(-1, 3)} == {(204, 204, 204), (255, 255, 255)}


def test_a_black_picture_is_black(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.png"), np.zeros((30, 40, 3), np.uint8))
    seen = DecodedFacts(container="png")
    decode_picture(tmp_path / "x.png", seen)
    assert seen.watch.black_frames == 1


@pytest.mark.parametrize("fmt", ["png", "jpg"])
def test_bent_bytes_are_damage(tmp_path: Path, fmt: str) -> None:
    content = bytearray(place_file(tmp_path / "x", fmt).read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    (tmp_path / "x").write_bytes(content)
    seen = DecodedFacts(container=fmt)
    decode_picture(tmp_path / "x", seen)
    assert "damaged" in seen.error


def test_a_picture_of_another_kind_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    seen = DecodedFacts(container="svg")
    decode_picture(tmp_path / "x", seen)
    assert seen.error == "it is no PNG, JPEG or WebP picture"


def test_a_picture_too_large_to_open_is_told(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "x.png"), np.zeros((2, 9000), np.uint8))
    seen = DecodedFacts(container="png")
    decode_picture(tmp_path / "x.png", seen)
    assert "9000×2 pixels" in seen.error


def test_a_zip_of_pictures_is_measured(tmp_path: Path) -> None:
    seen = DecodedFacts()
    decode_archive(place_file(tmp_path / "x", "png-sequence"), SPEC, seen)
    assert (seen.error, seen.frames, seen.promised, seen.size) == ("", 25, 25, (160, 96))
    assert sorted(seen.pictures) == ["first", "last", "middle"]
    assert cv2.absdiff(seen.pictures["first"], seen.pictures["last"]).max() > 5


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({"frame_00001.png": _png(), "frame_00003.png": _png()}, "frame_00002.png is not where it must be"),
        ({"a.png": _png()}, "frame_00001.png is not where it must be"),
        (_three(frame_00002=_png(42, 30)), "frame_00002.png is 42×30 pixels, the first one is 40×30"),
        (_three(frame_00003=_png()[:200]), "damaged"),
        (_three(frame_00001=b"no picture"), "damaged"),
    ],
)
def test_each_fault_of_a_zip_is_told(tmp_path: Path, entries: dict[str, bytes], error: str) -> None:
    seen = DecodedFacts()
    decode_archive(_zip(tmp_path / "x", entries), SPEC, seen)
    assert error in seen.error


def test_a_compressed_zip_is_not_unpacked(tmp_path: Path) -> None:
    seen = DecodedFacts()
    decode_archive(_zip(tmp_path / "x", _three(), ZIP_DEFLATED), SPEC, seen)
    assert "frame_00001.png is not where it must be" in seen.error


def test_a_flipped_bit_between_the_pictures_that_are_decoded_is_found(tmp_path: Path) -> None:
    entries = {f"frame_{number:05}.png": _png() for number in range(1, 10)}
    content = bytearray(_zip(tmp_path / "x", entries).read_bytes())
    content[len(content) // 9 * 2] ^= 4
    (tmp_path / "x").write_bytes(content)
    seen = DecodedFacts()
    decode_archive(tmp_path / "x", SPEC, seen)
    assert seen.error == "it is no zip of pictures, or it was cut off while it was written"


def test_an_empty_zip_has_no_pictures(tmp_path: Path) -> None:
    seen = DecodedFacts()
    decode_archive(_zip(tmp_path / "x", {}), SPEC, seen)
    assert (seen.frames, seen.error) == (0, "there is no picture in it")
