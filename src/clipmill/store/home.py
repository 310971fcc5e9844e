"""The state folder, before anything in it is believed: ours, made here, and no door to elsewhere.

What is in it says where files are written and what their content is. One that came along with somebody's table would
say so in their name: hence a mark in it that a copy does not fit.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from clipmill.errors import SettingsError
from clipmill.making import becoming, is_in_the_making

_MARK = "made-here"
#: What a person may have put there before clipmill did anything: fonts guide nothing.
_HARMLESS = frozenset({"fonts", _MARK})
#: Folders in it with folders that are followed.
_DEEP = ("files", "cache")
_HINT = "If it is yours, say so once: add --home {}. Otherwise take it away, or work in another folder."


def check_home(home: Path, *, named: bool) -> None:
    """Refuse a state folder that is a stranger's; one that the user names is theirs. Raises SettingsError."""
    try:
        status = home.lstat()
    except OSError:
        return  # there is none yet
    if not named:
        _refuse_strange(home, status)
    for folder in (home, *(home / name for name in _DEEP)):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_symlink():
                raise SettingsError(
                    f"{path} is a link: what clipmill keeps in its state folder would go elsewhere",
                    hint="Put a folder in its place, or name another state folder with --home.",
                )
    with suppress(OSError):  # looked at only, it need not be written to
        mark(home)


def _refuse_strange(home: Path, status: os.stat_result) -> None:
    if not stat.S_ISDIR(status.st_mode):
        what = "a link" if stat.S_ISLNK(status.st_mode) else "no folder"
        raise SettingsError(f"the state folder {home} is {what}", hint=_HINT.format(home))
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        raise SettingsError(f"the state folder {home} belongs to another user", hint=_HINT.format(home))
    strange = (path for path in home.iterdir() if path.name not in _HARMLESS and not is_in_the_making(path.name))
    if not _is_marked(home) and any(strange):
        raise SettingsError(f"the state folder {home} was not made here: it came from elsewhere, and what is in it "
                            "decides where files are written", hint=_HINT.format(home))  # fmt: skip


def mark(home: Path) -> None:
    """Make the folder, if it is not there, and remember that it was made here. Raises OSError."""
    home.mkdir(parents=True, exist_ok=True)
    if not _is_marked(home):
        with becoming(home / _MARK) as part:
            part.write_text(_fitting(home))


def _is_marked(home: Path) -> bool:
    path = home / _MARK
    try:
        return not path.is_symlink() and path.is_file() and path.read_text() == _fitting(home)
    except (OSError, ValueError):
        return False


def _fitting(home: Path) -> str:
    """What no other folder has, wherever it was copied from."""
    return f"{home.stat().st_ino}\n"
