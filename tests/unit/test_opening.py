"""Files of others: whatever is no file is refused by its kind, at once, without being opened."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from clipmill.opening import open_regular, read_regular

#: Or what the system itself says, where it lets nobody read.
MADE_UP = r"the system makes it up|not permitted|denied|unavailable|Invalid argument"
linux = pytest.mark.skipif(sys.platform != "linux", reason="what Linux makes up as it is read")


@pytest.fixture
def others() -> dict[str, Path]:
    """One of each kind; the path of a socket may not be long."""
    folder = Path(tempfile.mkdtemp())
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
    (folder / "link").symlink_to(folder / "pipe")
    return {"a folder": folder, "a named pipe": folder / "pipe", "a socket": folder / "socket",
            "a device": Path("/dev/zero"), "to a pipe": folder / "link", "a terminal": Path("/dev/tty")}  # fmt: skip


def test_a_file_is_read_whole_and_in_part(tmp_path: Path) -> None:
    path, empty = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"content")
    empty.touch()
    assert (read_regular(path), read_regular(str(path), 3), read_regular(empty)) == (b"content", b"con", b"")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such kinds here")
def test_every_other_kind_is_refused_by_its_name(others: dict[str, Path]) -> None:
    told = {"to a pipe": "a named pipe", "a terminal": "a device"}
    for kind, path in others.items():
        with pytest.raises(OSError, match="it is not a file but") as caught:
            open_regular(path)
        assert caught.value.strerror == f"it is not a file but {told.get(kind, kind)}"


def test_what_is_replaced_by_a_pipe_after_it_was_looked_at_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.touch()
    looked_at = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: looked_at)
    with pytest.raises(OSError, match="a named pipe"):
        open_regular(path)


def test_link_is_followed_unless_it_may_not_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    assert read_regular(tmp_path / "link") == b"content"
    with pytest.raises(OSError, match="it is not a file but a link"):
        open_regular(tmp_path / "link", follow=False)


@linux
@pytest.mark.parametrize("path", ["/proc/self/environ", "/proc/self/maps", "/proc/self/pagemap", "/proc/kmsg"])
def test_what_is_made_up_as_it_is_read_is_no_file(path: str) -> None:
    with pytest.raises(OSError, match=MADE_UP):
        read_regular(path)
