"""A file is where it really is, and stays the one that was opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clipmill.errors import MediaError, OutsideError
from clipmill.media.outside.beneath import Beneath, held


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("inside")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "in"


def test_a_folder_that_only_begins_alike_is_another(inside: Path) -> None:
    beneath = Beneath.of(inside)
    assert beneath.holds(str(inside / "a.txt"))
    assert not beneath.holds(f"{inside}2/a.txt")
    assert not beneath.holds(str(inside))


def test_a_folder_that_is_a_link_is_where_it_leads(inside: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(inside)
    assert Beneath.of(tmp_path / "link").place(str(tmp_path / "link" / "a.txt"), "a") == str(inside / "a.txt")


def test_the_whole_disk_may_be_allowed(inside: Path) -> None:
    assert Beneath.of("/").holds(str(inside))


def test_a_link_put_in_the_place_of_the_file_is_not_followed(
    inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Beneath.place

    def place_and_lose(beneath: Beneath, path: str, name: str) -> str:
        place = found(beneath, path, name)
        if not path.startswith("/proc"):
            Path(place).unlink()
            Path(place).symlink_to(tmp_path / "secret.txt")
        return place

    monkeypatch.setattr(Beneath, "place", place_and_lose)
    with pytest.raises(MediaError), held(str(inside / "a.txt"), "a", Beneath.of(inside)):
        pass


def test_a_folder_replaced_by_a_link_after_the_look_is_noticed(
    inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inside / "deep").mkdir()
    (inside / "deep" / "secret.txt").write_text("mine")
    opened = os.open

    def swap_and_open(path: str, *flags: int) -> int:
        (inside / "deep").rename(tmp_path / "away")
        (inside / "deep").symlink_to(tmp_path)
        return opened(path, *flags)

    monkeypatch.setattr(os, "open", swap_and_open)
    with pytest.raises(OutsideError), held(str(inside / "deep" / "secret.txt"), "a", Beneath.of(inside)):
        pass


def test_what_is_held_stays_the_same(inside: Path) -> None:
    with held(str(inside / "a.txt"), "a", Beneath.of(inside)) as file:
        (inside / "b.txt").write_text("another")
        (inside / "b.txt").replace(inside / "a.txt")
        assert file.read_text() == "inside"


def test_a_pipe_is_not_waited_for(inside: Path) -> None:
    os.mkfifo(inside / "pipe")
    with pytest.raises(MediaError, match="not a file"), held(str(inside / "pipe"), "pipe", Beneath.of(inside)):
        pass
