"""A real `clipmill serve` over a state folder of its own, and what that process uses."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STARTING_SECONDS, _ENDING_SECONDS = 60.0, 60.0


@dataclass(frozen=True)
class Serving:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds of the server itself; those of the processes that render are their own."""
        fields = self._read("stat").rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """What it holds of memory."""
        return self._kilobytes("VmRSS") / 1024

    @property
    def peak_mb(self) -> float:
        """The most it ever held."""
        return self._kilobytes("VmHWM") / 1024

    @property
    def descriptors(self) -> int:
        """Files, sockets and pipes that it has open."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def _kilobytes(self, name: str) -> int:
        return int(next(line for line in self._read("status").splitlines() if line.startswith(name)).split()[1])

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.process.pid}/{name}").read_text()


@contextmanager
def serving(home: Path, *, works: bool) -> Iterator[Serving]:
    """A server over this state folder, which makes rows on two cores or makes none."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "clipmill.cli.main", "--home", str(home), "serve", "--port", str(port)]
    command += ["--grace", "0"] if works else ["--no-worker"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log,
                                   env={**os.environ, "CLIPMILL_WORKERS": "2"})  # fmt: skip
    made = Serving(process, port)
    try:
        _until_it_answers(made, home / "server.log")
        yield made
    finally:
        process.terminate()
        try:
            process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_it_answers(made: Serving, log: Path) -> None:
    until = time.monotonic() + _STARTING_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{made.url}/health", timeout=5):
                return
        except (OSError, urllib.error.URLError):
            if made.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not begin:\n{log.read_text()}") from None
            time.sleep(0.1)
