"""The state folder of an earlier version is closed to others; what is not ours keeps its rights."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from clipmill.media.workers.spent import Spent
from clipmill.rights import as_usual, keep_private, loose, tighten, user_name, usual_folder
from clipmill.settings import Settings
from clipmill.store.home import mark

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A state folder as it was made before."""
    home = tmp_path / "home"
    (home / "files" / "ab").mkdir(parents=True)
    for name in ("clipmill.db", "clipmill.db-wal", "files/ab/abc"):
        (home / name).write_text("x")
        (home / name).chmod(0o644)
    home.chmod(0o755)
    return home


def test_an_old_state_folder_is_closed(old: Path) -> None:
    tighten(old)
    assert not loose(old)
    assert {rights(path) for path in old.rglob("*") if path.is_file()} == {0o600}
    assert {rights(path) for path in (old, *old.rglob("*")) if path.is_dir()} == {0o700}


def test_what_commands_put_there_later_is_ours_too(old: Path) -> None:
    mark(old)
    Spent(Settings(home=old)).keep("a drawing", "it took too long")
    old.chmod(0o755)
    tighten(old)
    assert not loose(old), sorted(path.name for path in old.iterdir())


def test_what_is_not_ours_keeps_its_rights(old: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("x")
    (tmp_path / "theirs").chmod(0o644)
    (old / "files" / "link").symlink_to(tmp_path / "theirs")
    (old / "rows.csv").write_text("x")
    (old / "rows.csv").chmod(0o644)
    tighten(old)
    assert (rights(old), rights(old / "rows.csv"), rights(tmp_path / "theirs")) == (0o755, 0o644, 0o644)
    assert (rights(old / "files"), rights(old / "clipmill.db")) == (0o700, 0o600)
    tighten(tmp_path / "nowhere")


def test_files_for_the_user_are_as_the_users_files_are(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        keep_private()
        keep_private()
        (tmp_path / "ours").write_text("x")
        usual_folder(tmp_path / "a" / "b")
        (tmp_path / "a" / "theirs").write_text("x")
        as_usual(tmp_path / "a" / "theirs")
        assert rights(tmp_path / "ours") == 0o600
        assert (rights(tmp_path / "a"), rights(tmp_path / "a" / "b")) == (0o750, 0o750)
        assert rights(tmp_path / "a" / "theirs") == 0o640
    finally:
        os.umask(before)
        keep_private()
        os.umask(before)


def test_user_is_called_what_the_system_calls_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert user_name() == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    assert user_name() == "local"
