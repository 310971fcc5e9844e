"""The sandbox, with real processes: what a worker inside it cannot do, and what it still can."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import ProjectError, SettingsError, WorkerCrash
from clipmill.media.workers import landlock
from clipmill.media.workers.sandbox import Sandbox, enter, gaps, installation, locks_here, sentence
from clipmill.media.workers.solo import SoloWorker
from clipmill.settings import Settings

ATTEMPTS = "tests.unit.media.workers.attempts"
Ask = Callable[..., Any]
linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is made of what Linux has")
locked = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A state folder with a stored file and a database."""
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    (home / "files" / "stored").write_text("stored")
    (home / "clipmill.db").write_text("database")
    return Settings(home=home, font_folders=(tmp_path / "fonts",))


@pytest.fixture
def ask(settings: Settings) -> Iterator[Ask]:
    """Ask a worker that makes media: `ask("read", path=…)`."""
    worker = SoloWorker(Sandbox.making(settings))
    yield lambda function, **arguments: worker.ask(f"{ATTEMPTS}:{function}", arguments)
    worker.close()


@locked
def test_worker_reads_stored_files_and_fonts_and_nothing_else_of_anybody(ask: Ask, settings: Settings) -> None:
    home, fonts = settings.home, settings.font_folders[0]
    (home.parent / "mine.txt").write_text("mine")
    fonts.mkdir()
    (fonts / "own.ttf").write_text("font")
    assert ask("read", path=str(home / "files" / "stored")) == ask("read", path=str(fonts / "own.ttf")) == "done"
    for path in (home / "clipmill.db", home.parent / "mine.txt", Path("/etc/passwd"), Path("/proc/1/environ")):
        assert ask("read", path=str(path)) == "PermissionError", path
    assert ask("listed", path=str(home)) == ask("listed", path="/") == "PermissionError"


@locked
def test_files_stored_after_a_worker_began_are_read_where_there_was_no_folder_before(tmp_path: Path) -> None:
    worker = SoloWorker(Sandbox.making(Settings(home=tmp_path / "new")))
    worker.ask(f"{ATTEMPTS}:process", {})
    stored = tmp_path / "new" / "files" / "later" / "stored"
    stored.parent.mkdir()
    stored.write_text("stored")
    assert worker.ask(f"{ATTEMPTS}:read", {"path": str(stored)}) == "done"
    worker.close()


@locked
def test_worker_writes_only_onto_its_desk_and_what_is_noted_of_fonts(ask: Ask, settings: Settings) -> None:
    ask("process")
    (settings.home / "frames").mkdir()
    (desk,) = filter(Path.is_dir, (settings.home / "scratch").iterdir())
    for folder in (desk, settings.home / "cache" / "fonts"):
        assert ask("write", path=str(folder / "made")) == "done"
    for path in (
        settings.home / "files" / "new",
        settings.home / "frames" / "new",
        settings.home / "scratch" / "new",
        settings.home / "clipmill.db",
        Path("/tmp/made-outside"),
    ):
        assert ask("write", path=str(path)) == "PermissionError"


@locked
def test_worker_that_looks_writes_nothing(settings: Settings) -> None:
    worker = SoloWorker(Sandbox.looking(settings))
    assert worker.ask(f"{ATTEMPTS}:read", {"path": str(settings.home / "files" / "stored")}) == "done"
    for folder in ("files", "scratch"):
        (settings.home / folder).mkdir(exist_ok=True)
        assert worker.ask(f"{ATTEMPTS}:write", {"path": str(settings.home / folder / "made")}) == "PermissionError"
    worker.close()


@locked
def test_worker_cannot_harm_a_file_without_opening_it(ask: Ask, settings: Settings) -> None:
    stored = settings.home / "files" / "stored"
    before = stored.stat()
    assert set(ask("spoil", path=str(stored))) == {"PermissionError"}
    assert stored.read_text() == "stored"
    assert (stored.stat().st_mode, stored.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


@linux
def test_worker_has_no_network(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert set(ask("network", port=listener.getsockname()[1])) == {"PermissionError"}
    assert ask("ring") == "PermissionError"


@linux
def test_worker_starts_and_ends_no_processes(ask: Ask) -> None:
    assert set(ask("programs")) == {"PermissionError"}


@linux
def test_worker_gets_no_eight_gigabytes(ask: Ask) -> None:
    assert ask("allocate", bytes=8 * 1024**3 + (os.cpu_count() or 1) * 64 * 1024**2) == "MemoryError"
    assert ask("allocate", bytes=1024**3) == "done"
    assert ask("limits") == [512, 0]


@linux
def test_worker_that_needs_more_memory_says_so_with_its_last_words(ask: Ask) -> None:
    with pytest.raises(WorkerCrash, match=r"ended with status 1"):
        ask("grow", bytes=8 * 1024**3)
    assert ask("process") > 0


@linux
def test_file_larger_than_its_limit_is_an_error_of_its_row_not_of_the_disk(settings: Settings) -> None:
    small = settings.model_copy(update={"limits": settings.limits.model_copy(update={"output_bytes": 1024**2})})
    worker = SoloWorker(Sandbox.making(small))
    path = str(settings.home / "cache" / "fonts" / "made")
    worker.ask(f"{ATTEMPTS}:fill", {"path": path, "bytes": 1024**2})
    with pytest.raises(ProjectError, match=r"limits\.output_bytes"):
        worker.ask(f"{ATTEMPTS}:fill", {"path": path, "bytes": 1024**2 + 1})
    worker.close()


@linux
def test_process_with_threads_refuses_to_pretend(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipmill.media.workers.sandbox.os.listdir", lambda _folder: ["1", "2"])
    sandbox = Sandbox.making(settings)
    assert sandbox
    with pytest.raises(SettingsError, match="2 threads run already") as caught:
        enter(sandbox.as_dict())
    assert "sandbox = off" in caught.value.hint


@pytest.mark.parametrize(
    ("locks", "left"),
    [
        ({"landlock": 7, "seccomp": True}, ()),
        (
            {"landlock": 1, "seccomp": True},
            (),
        ),  # what it lacks is refused by the filter: tests/faults/test_breaking_out
        ({"landlock": 0, "seccomp": True}, ("read and change",)),
        ({"landlock": 7, "seccomp": False}, ("use the network", "send signals")),
        ({"landlock": 2, "seccomp": False}, ("use the network", "empty the files")),
        ({}, ("read and change", "use the network")),
    ],
)
def test_what_locks_leave_open_is_named(settings: Settings, locks: dict[str, Any], left: tuple[str, ...]) -> None:
    told = gaps(locks)
    assert bool(told) == bool(left)
    assert all(word in told for word in left)
    if locks:
        assert sentence({**locks, "memory_bytes": 1}, settings).startswith("partial" if left else "full")
        assert told in sentence({**locks, "memory_bytes": 1}, settings)


def test_a_process_that_must_close_every_lock_refuses_to_work_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clipmill.media.workers.sandbox._close", lambda _sandbox: None)
    enter({"required": False})
    with pytest.raises(SettingsError, match="could still read and change what you can") as caught:
        enter({"required": True})
    assert "sandbox = required" in caught.value.hint


@linux
def test_what_a_worker_closes_is_what_this_machine_says_it_has(settings: Settings) -> None:
    worker = SoloWorker(Sandbox.making(settings.model_copy(update={"sandbox": "required"})))
    if not gaps(locks_here()):
        closed = worker.ask("clipmill.media.workers.sandbox:state_of_locks", {})
        assert {name: closed[name] for name in ("landlock", "seccomp")} == locks_here()
    worker.close()


@pytest.mark.skipif(sys.platform == "linux", reason="where there are no such locks")
def test_other_systems_have_no_locks() -> None:
    assert locks_here() == {}


def test_settings_can_do_without(settings: Settings) -> None:
    off = settings.model_copy(update={"sandbox": "off"})
    assert Sandbox.making(off) is Sandbox.looking(off) is None


def test_installation_is_where_python_and_clipmill_are() -> None:
    import clipmill

    found = installation()
    for module in (socket, pytest, clipmill):
        assert any(Path(str(module.__file__)).is_relative_to(folder) for folder in found)
    assert {"/", "/usr", "/usr/local", sys.prefix, str(Path.home())}.isdisjoint(found)


@pytest.mark.parametrize(
    ("locks", "words"),
    [
        ({"landlock": 5, "seccomp": True}, ("full", "only their own files (Landlock 5)", "no network", "1,024 MB")),
        ({"landlock": 0, "seccomp": True}, ("partial", "can read what you can", "no network")),
        ({"landlock": 1, "seccomp": False}, ("partial", "the network too")),
        ({}, ("none", "only media you trust")),
    ],
)
def test_every_tier_is_told_in_a_sentence(settings: Settings, locks: dict[str, Any], words: tuple[str, ...]) -> None:
    told = sentence({**locks, "memory_bytes": 4 * 1024**3} if locks else {}, settings)
    assert all(word in told for word in words), told
    assert sentence({}, settings.model_copy(update={"sandbox": "off"})).startswith("off")
