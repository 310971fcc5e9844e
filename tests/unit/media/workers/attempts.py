"""What a worker in a sandbox is asked to try: each function does one thing, and tells how it went."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clipmill.media.facts.probe import probe_stored
from clipmill.media.workers.clock import timed


def told(attempt: Callable[[], Any]) -> str:
    """The name of the error the attempt ended with, or `done`."""
    try:
        attempt()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"


def read(arguments: Mapping[str, Any]) -> str:
    """Read a file."""
    return told(lambda: Path(arguments["path"]).read_bytes())


def write(arguments: Mapping[str, Any]) -> str:
    """Write a file."""
    return told(lambda: Path(arguments["path"]).write_bytes(b"written"))


def listed(arguments: Mapping[str, Any]) -> str:
    """List a folder."""
    return told(lambda: list(Path(arguments["path"]).iterdir()))


def spoil(arguments: Mapping[str, Any]) -> list[str]:
    """Everything that harms a file without opening it."""
    path = Path(arguments["path"])
    other = path.with_name("other")
    return [
        told(path.unlink),
        told(lambda: path.rename(other)),
        told(lambda: os.truncate(path, 0)),
        told(lambda: path.chmod(0o777)),
        told(lambda: os.utime(path)),
        told(lambda: other.hardlink_to(path)),
        told(lambda: other.symlink_to("x")),
    ]


def network(arguments: Mapping[str, Any]) -> list[str]:
    """TCP, UDP and Unix sockets; from another thread as well."""
    found = [told(lambda: socket.create_connection(("127.0.0.1", arguments["port"]), 1)),
             told(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
             told(lambda: socket.socket(socket.AF_UNIX))]  # fmt: skip
    thread = threading.Thread(target=lambda: found.append(told(socket.socket)))
    thread.start()
    thread.join()
    return found


def programs(_arguments: Mapping[str, Any]) -> list[str]:
    """A program, a fork, a signal to the parent."""
    return [told(lambda: subprocess.run([sys.executable, "-c", ""], check=True)), told(os.fork),
            told(lambda: os.kill(os.getppid(), signal.SIGKILL))]  # fmt: skip


def ring(_arguments: Mapping[str, Any]) -> str:
    """io_uring, which could open sockets past a filter over system calls."""
    libc = ctypes.CDLL(None, use_errno=True)

    def attempt() -> None:
        if libc.syscall(425, 4, ctypes.create_string_buffer(120)) < 0:
            raise OSError(ctypes.get_errno(), "io_uring_setup")

    return told(attempt)


def allocate(arguments: Mapping[str, Any]) -> str:
    """Take memory, in Python."""
    return told(lambda: bytearray(arguments["bytes"]))


def grow(arguments: Mapping[str, Any]) -> None:
    """Take memory until there is no more, and fall over it."""
    bytearray(arguments["bytes"])


def fill(arguments: Mapping[str, Any]) -> None:
    """Write a file of this size, without its bytes."""
    with Path(arguments["path"]).open("wb") as file:
        file.seek(arguments["bytes"] - 1)
        file.write(b"x")


def crowd(arguments: Mapping[str, Any]) -> None:
    """Start threads that stay, as many as there may be."""
    threading.stack_size(64 * 1024)
    for _ in range(arguments["threads"]):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    time.sleep(60)


def litter(arguments: Mapping[str, Any]) -> None:
    """Make files on the desk, or folders in folders, and wait."""
    path = Path(arguments.get("folder") or os.environ["TMPDIR"])
    for number in range(arguments["files"]):
        (path / str(number)).touch()
    for _ in range(arguments.get("deep", 0)):
        os.chdir(path)
        path = Path("d")
        path.mkdir(mode=0o700)
    time.sleep(arguments["seconds"])


def pour(arguments: Mapping[str, Any]) -> None:
    """Write and take away again, as long as it is let."""
    path = Path(os.environ["TMPDIR"]) / "poured"
    while True:
        path.write_bytes(bytes(arguments["bytes"]))
        path.unlink()


def makes(arguments: Mapping[str, Any]) -> str:
    """Make what is asked for; leave something beside it."""
    into = Path(arguments["into"])
    os.close(os.open(into, os.O_CREAT | os.O_WRONLY, arguments.get("mode", 0o644)))
    into.write_bytes(b"made")
    into.with_suffix(".left").write_bytes(b"left")
    if arguments.get("frames_into"):
        Path(arguments["frames_into"]).mkdir()
        (Path(arguments["frames_into"]) / "first.jpg").write_bytes(b"frame")
    return str(into)


def says(arguments: Mapping[str, Any]) -> None:
    """Answer for itself: with these bytes, so many times, past everything that would answer properly."""
    line = arguments["line"].encode("utf-8", "surrogateescape") * arguments.get("times", 1)
    os.write(2, b"x" * arguments.get("noise", 0))
    while line:
        line = line[os.write(3, line) :]
    time.sleep(60)


def descriptors(_arguments: Mapping[str, Any]) -> list[str]:
    """What is open in this process."""
    places = [Path(f"/proc/self/fd/{number}") for number in range(64) if _is_open(number)]
    return sorted(str(place.readlink()).partition(":")[0] for place in places)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def limits(_arguments: Mapping[str, Any]) -> list[int]:
    """Open files and size of core files."""
    return [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)]


def process(_arguments: Mapping[str, Any]) -> int:
    """Which process answers."""
    return os.getpid()


def linger(arguments: Mapping[str, Any]) -> None:
    """Take long."""
    time.sleep(arguments["seconds"])


def die(_arguments: Mapping[str, Any]) -> None:
    """Die as a decoder does."""
    ctypes.string_at(0)


def breaks_over_media(arguments: Mapping[str, Any]) -> None:
    """Break as the file `how` beside the medium says."""
    how = Path(arguments["path"]).with_name("how").read_text()
    getattr(sys.modules[__name__], how)({"seconds": 60, "bytes": 1 << 62})


def die_once(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Die the first time, then measure."""
    mark = Path(arguments["path"]).with_name("died")
    if not mark.exists():
        mark.touch()
        die(arguments)
    return probe_stored(arguments)


def draw_for_ever(arguments: Mapping[str, Any]) -> None:
    """Begin something in C that does not return, and lets nothing else run in between."""
    with timed(arguments["what"], arguments["seconds"]):
        re.match("(a+)+$", "a" * 60 + "b")


def draw_beside(arguments: Mapping[str, Any]) -> str:
    """Draw nothing dear while another thread works for longer than a drawing may."""
    with timed("a small one", arguments["seconds"]):
        beside = threading.Thread(target=_work, args=(arguments["beside"],))
        beside.start()
        beside.join()
    return "done"


def _work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
