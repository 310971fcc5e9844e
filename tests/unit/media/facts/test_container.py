"""Containers told by content, and how much of a file is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.files.formats import FORMATS
from clipmill.media.facts.container import container_of, cut_off
from tests.finished import place_file


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_is_known_by_its_content_and_whole(tmp_path: Path, fmt: str) -> None:
    path = place_file(tmp_path / "made", fmt)
    assert container_of(path) == FORMATS[fmt].container
    assert cut_off(path, FORMATS[fmt].container) == ""


@pytest.mark.parametrize("fmt", [name for name in FORMATS if name not in ("jpg", "jpeg", "png-sequence")])
@pytest.mark.parametrize("cut", [1, 50])
def test_a_single_missing_byte_is_missed(tmp_path: Path, fmt: str, cut: int) -> None:
    path = place_file(tmp_path / "made", fmt)
    path.write_bytes(path.read_bytes()[:-cut])
    assert "missing at its end" in cut_off(path, FORMATS[fmt].container)


@pytest.mark.parametrize("content", [b"", b"no media", b"RIFF\0\0\0\0", b"\x1aE\xdf\xa3", b"GIF", b"PK\x05\x06"])
def test_what_is_no_finished_file_has_no_container(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert container_of(tmp_path / "x") == ""
    assert cut_off(tmp_path / "x", "") == ""


@pytest.mark.parametrize("container", sorted({each.container for each in FORMATS.values()}))
@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\0" * 40, b"\xff" * 40, b"RIFF\xff\xff\xff\xff", b"ID3\x04\0\0\x7f\x7f\x7f\x7f"]
)
def test_no_content_stops_the_question(tmp_path: Path, container: str, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert isinstance(cut_off(tmp_path / "x", container), str)


def test_a_stream_that_does_not_tell_its_length_is_not_held_to_one(tmp_path: Path) -> None:
    path = place_file(tmp_path / "made", "webm")
    content = bytearray(path.read_bytes())
    at = content.find(b"\x18\x53\x80\x67") + 4
    content[at : at + 8] = b"\x01" + b"\xff" * 7
    path.write_bytes(content[:-100])
    assert cut_off(path, "webm") == ""
