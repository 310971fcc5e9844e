"""A state folder that came along with somebody's table is not believed; the user's own is, wherever they say it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from clipmill.errors import SettingsError
from clipmill.store.home import check_home, mark


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One that was made here and has been used."""
    mark(tmp_path / ".clipmill")
    (tmp_path / ".clipmill" / "clipmill.db").write_bytes(b"SQLite")
    (tmp_path / ".clipmill" / "files" / "ab").mkdir(parents=True)
    return tmp_path / ".clipmill"


def test_the_one_made_here_is_taken(home: Path) -> None:
    check_home(home, named=False)


def test_one_that_is_not_there_yet_or_empty_is_taken(tmp_path: Path) -> None:
    check_home(tmp_path / "none", named=False)
    (tmp_path / "empty" / "fonts").mkdir(parents=True)
    check_home(tmp_path / "empty", named=False)
    (tmp_path / "empty" / "clipmill.db").touch()
    check_home(tmp_path / "empty", named=False)


def test_a_copy_is_refused_until_the_user_names_it(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "from elsewhere" / ".clipmill"
    shutil.copytree(home, copy)
    with pytest.raises(SettingsError, match="was not made here") as refused:
        check_home(copy, named=False)
    assert f"--home {copy}" in refused.value.hint
    check_home(copy, named=True)
    check_home(copy, named=False)


def test_a_prepared_one_without_a_mark_is_refused(home: Path) -> None:
    (home / "made-here").unlink()
    with pytest.raises(SettingsError, match="was not made here"):
        check_home(home, named=False)


def test_one_that_moved_with_its_project_is_taken(home: Path, tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    home.rename(tmp_path / "moved" / ".clipmill")
    check_home(tmp_path / "moved" / ".clipmill", named=False)


@pytest.mark.parametrize("inside", ["scratch", "files/cd", "cache/fonts", "clipmill.db-wal"])
@pytest.mark.parametrize("named", [True, False])
def test_links_in_it_are_refused_by_name(home: Path, tmp_path: Path, inside: str, named: bool) -> None:
    (home / inside).parent.mkdir(exist_ok=True)
    (home / inside).symlink_to(tmp_path)
    with pytest.raises(SettingsError, match=f"{inside} is a link"):
        check_home(home, named=named)


def test_a_link_in_its_place_is_refused_unless_the_user_put_it_there(home: Path, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(home)
    with pytest.raises(SettingsError, match="is a link"):
        check_home(tmp_path / "other", named=False)
    check_home(tmp_path / "other", named=True)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owner here")
def test_another_users_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: home.stat().st_uid + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        check_home(home, named=False)
    check_home(home, named=True)
