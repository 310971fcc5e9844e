"""What every Deliverer must do (ports.Deliverer)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.deliver.folder import FolderDeliverer
from clipmill.making import name_in_the_making
from clipmill.ports import Deliverer


@pytest.fixture(params=[FolderDeliverer])
def deliverer(request: pytest.FixtureRequest) -> Deliverer:
    built: Deliverer = request.param()
    return built


@pytest.fixture
def media(tmp_path: Path) -> Path:
    path = tmp_path / "media"
    path.write_bytes(bytes(range(256)) * 5000)
    return path


def test_the_file_is_in_its_place_whole(deliverer: Deliverer, media: Path, tmp_path: Path) -> None:
    placed = deliverer.place(media, str(tmp_path / "new" / "out"), "größe.mp4")
    assert placed == tmp_path / "new" / "out" / "größe.mp4"
    assert placed.read_bytes() == media.read_bytes()


def test_the_stored_file_stays_where_it_was(deliverer: Deliverer, media: Path, tmp_path: Path) -> None:
    placed = deliverer.place(media, str(tmp_path / "out"), "a.mp4")
    placed.write_bytes(b"edited by its owner")
    assert media.stat().st_size == 256 * 5000


def test_doing_it_twice_is_doing_it_once(deliverer: Deliverer, media: Path, tmp_path: Path) -> None:
    assert deliverer.place(media, str(tmp_path / "out"), "a.mp4") == deliverer.place(
        media, str(tmp_path / "out"), "a.mp4"
    )
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.mp4"]


def test_another_content_under_the_same_name_is_replaced(deliverer: Deliverer, media: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.mp4").write_bytes(b"last week's")
    assert deliverer.place(media, str(tmp_path / "out"), "a.mp4").read_bytes() == media.read_bytes()


def test_what_a_crash_left_behind_is_no_obstacle(deliverer: Deliverer, media: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name_in_the_making("a.mp4")).write_bytes(b"half")
    deliverer.place(media, str(tmp_path / "out"), "a.mp4")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.mp4"]
