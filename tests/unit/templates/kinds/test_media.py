"""Media in cells."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.media.outside.stored import MediaStore, StoredMedia
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.kinds.media import Places, media_reader

Read = Callable[..., StoredMedia | Problem]


def save(path: Path, width: int, height: int) -> None:
    assert cv2.imwrite(str(path), np.full((height, width, 3), 128, np.uint8))


@pytest.fixture
def read(table_folder: Path, files: DiskFiles) -> Read:
    """Read one cell: `read("a.png", kind=FieldKind.IMAGE, min_width=5)`."""

    def reader(cell: str, limits: Any = None, media_folder: str = "", **rule: Any) -> StoredMedia | Problem:
        store = MediaStore(files, Settings(home=files.root.parent, limits=limits or {}))
        field = FieldRule(**{"name": "image", "kind": FieldKind.IMAGE, **rule})
        return media_reader(field, "Photo", Places.of(field, table_folder, media_folder), store)(cell)

    return reader


def refusal(found: StoredMedia | Problem) -> tuple[str, str]:
    assert isinstance(found, Problem)
    assert found.column == "Photo"
    return found.reason, found.fix


@pytest.mark.parametrize("cell", ["catalog/cap.png", " catalog/cap.png ", "./catalog/../catalog/cap.png"])
def test_paths_start_at_the_table(read: Read, cell: str) -> None:
    found = read(cell)
    assert isinstance(found, StoredMedia)
    assert (found.facts.width, found.facts.height) == (120, 80)


def test_absolute_paths_are_the_users_own(read: Read, table_folder: Path) -> None:
    assert isinstance(read(str(table_folder / "catalog/cap.png")), StoredMedia)


def test_a_missing_file_is_named_as_the_cell_names_it(read: Read) -> None:
    expected = ("catalog/missing.jpg does not exist", "Correct the path, or put the file there.")
    assert refusal(read("catalog/missing.jpg")) == expected


@pytest.mark.parametrize("url", ["https://127.0.0.1:9/secret.png", "http://[::1]/a.png"])
def test_a_private_address_is_refused(read: Read, url: str) -> None:
    reason, fix = refusal(read(url))
    assert "is a private address, and fetching from those is not allowed" in reason
    assert "egress_allow" in fix


@pytest.mark.parametrize("url", ["ftp://shop.example/a.png", "gopher://shop.example/a.png"])
def test_other_addresses_are_refused(read: Read, url: str) -> None:
    reason, fix = refusal(read(url))
    assert reason == f"{url.partition(':')[0]} addresses cannot be fetched"
    assert fix == "Use an http or https address."


@pytest.mark.parametrize(
    ("rule", "words", "fix"),
    [
        ({"max_bytes": 10}, r"has \d+ bytes; at most 10 bytes are allowed", "Use a smaller file."),
        ({"max_pixels": 9599}, "is 120 × 80 pixels; at most 9,599 in all are allowed", "Scale it down."),
        ({"min_width": 121}, "is 120 × 80 pixels; at least 121 × 1 are needed", "Use a larger picture."),
        ({"min_height": 81}, "at least 1 × 81 are needed", "Use a larger picture."),
        ({"min_aspect": 1.6}, r"width ÷ height 1\.50; 1\.6 or more fits", "Crop it"),
        ({"max_aspect": 1.4}, r"1\.50; at most 1\.4 fits", "Crop it"),
        ({"min_aspect": 0.5, "max_aspect": 1}, r"1\.50; 0\.5 to 1 fit", "Crop it"),
        ({"kind": FieldKind.VIDEO}, r"cap\.png is a picture, not a video", "Use a video."),
        ({"kind": FieldKind.AUDIO}, "is a picture, not a sound", "Use a sound."),
    ],
)
def test_every_limit_is_told(read: Read, rule: dict[str, Any], words: str, fix: str) -> None:
    reason, advice = refusal(read("catalog/cap.png", **rule))
    assert re.search(words, reason), reason
    assert reason.startswith("catalog/cap.png ")
    assert fix in advice


def test_limits_are_inside(read: Read) -> None:
    rule = {"max_pixels": 9600, "min_width": 120, "min_height": 80, "min_aspect": 1.5, "max_aspect": 1.5}
    assert isinstance(read("catalog/cap.png", **rule), StoredMedia)


def test_the_settings_limit_what_the_rule_does_not(read: Read) -> None:
    assert "at most 100 in all" in refusal(read("catalog/cap.png", {"image_pixels": 100}))[0]
    assert "at most 50 bytes" in refusal(read("catalog/cap.png", {"image_bytes": 50}))[0]


def test_a_drawing_is_never_too_small(read: Read, table_folder: Path) -> None:
    (table_folder / "a.svg").write_text('<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg"/>')
    assert isinstance(read("a.svg", min_width=500), StoredMedia)


def test_damaged_pictures_are_named_as_the_cell_names_them(read: Read, table_folder: Path) -> None:
    (table_folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert refusal(read("a.png")) == ("a.png is damaged: its width and height cannot be read", "Save the picture anew.")


def test_sounds_and_videos(read: Read, table_folder: Path) -> None:
    with wave.open(str(table_folder / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    with av.open(str(table_folder / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(stream.encode(None))
    sound = read("a.wav", kind=FieldKind.AUDIO)
    assert isinstance(sound, StoredMedia)
    assert sound.measures()["milliseconds"] == 500
    video = read("a.mp4", kind=FieldKind.VIDEO, min_width=64)
    assert isinstance(video, StoredMedia)
    assert video.measures()["width"] == 64
    assert refusal(read("a.mp4", kind=FieldKind.AUDIO))[0] == "a.mp4 is a video, not a sound"
    assert refusal(read("a.wav", kind=FieldKind.VIDEO))[0] == "a.wav is a sound, not a video"
    assert refusal(read("a.mp4"))[0] == "a.mp4 is a video, not a picture"


@pytest.mark.parametrize(("cell", "count"), [
    ("catalog/cap.png, catalog/none.png", 2), ("catalog/cap.png|b.jpg|c.webp", 3), ("catalog/cap.png\nb.jpg", 2),
    ('["catalog/cap.png","b.jpg"]', 2), ("['catalog/cap.png']", 1),
])  # fmt: skip
def test_of_several_pictures_in_a_cell_the_first_is_taken_and_told(read: Read, cell: str, count: int) -> None:
    found = read(cell)
    assert isinstance(found, StoredMedia)
    assert (found.facts.width, found.facts.height) == (120, 80)
    told = [f"Photo: the first of {count} was taken"] if count > 1 else []
    assert [remark for remark in found.remarks if "first" in remark] == told


def test_of_several_addresses_the_first_is_found_in_the_media_folder(read: Read, table_folder: Path) -> None:
    save(table_folder / "catalog" / "second.png", 40, 40)
    cell = "https://shop.example/w_90,h_90/cap.png, https://shop.example/second.png"
    found = read(cell, media_folder=str(table_folder / "catalog"))
    assert isinstance(found, StoredMedia)
    assert (found.facts.width, found.facts.height) == (120, 80)
    one = read("https://shop.example/a.png,b/cap.png", media_folder=str(table_folder / "catalog"))
    assert isinstance(one, StoredMedia)
    assert not any("first" in remark for remark in one.remarks), "a comma inside an address is its own"


def test_a_name_with_a_comma_is_one_name(read: Read, table_folder: Path) -> None:
    save(table_folder / "Lamp, oak.png", 30, 30)
    found = read("Lamp, oak.png")
    assert isinstance(found, StoredMedia)
    assert not found.remarks


@pytest.mark.parametrize(
    ("inside", "code", "fix"),
    [
        ("<rect>", "media.broken", "Save or download it again, or use another picture."),
        ("<foreignObject/></svg>", "media.drawing", "Take that out of the drawing, or use a PNG of it."),
    ],
)
def test_a_drawing_that_is_cut_off_is_mended_otherwise_than_one_that_is_forbidden(
    read: Read, table_folder: Path, inside: str, code: str, fix: str
) -> None:
    (table_folder / "a.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inside}')
    found = read("a.svg")
    assert isinstance(found, Problem)
    assert (found.code, found.fix) == (code, fix)
