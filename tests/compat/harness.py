"""A real server with files to fetch beside it, and clients of others that run as processes of their own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av

from tests.conftest import ROOT
from tests.e2e.commands import clipmill, environment

#: Where `make compat` puts clients.
CLIENTS = ROOT / ".compat"
_READY_SECONDS, _CLIENT_SECONDS = 120, 600


@dataclass
class Outside:
    """What the server fetches from and tells: files in a folder, and every POST as it came."""

    url: str
    #: `host:port`, as `egress_allow` has it.
    place: str
    folder: Path
    #: Path, headers and body of each POST.
    posts: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def link(self, name: str) -> str:
        """The address of a file."""
        return f"{self.url}/{name}"

    def posted(self, path: str, seconds: float = 60) -> tuple[Mapping[str, str], bytes]:
        """Headers and body of the first POST to a path, which may be yet to come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for to, headers, body in list(self.posts):
                if to == path:
                    return headers, body
            time.sleep(0.1)
        raise AssertionError(f"nothing was posted to {path}, only to {[to for to, _, _ in self.posts]}")


class _Handler(SimpleHTTPRequestHandler):
    """Files of a folder; POSTs are kept."""

    outside: Outside

    def do_POST(self) -> None:
        """Keep it."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.outside.posts.append((self.path, dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def outside(folder: Path) -> Iterator[Outside]:
    """Serve the files of a folder on loopback."""
    kind = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(folder)))
    place = f"127.0.0.1:{server.server_address[1]}"
    kind.outside = found = Outside(f"http://{place}", place, folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Running:
    """A `clipmill serve` process."""

    #: Without a path; dialects lie below `/compat/NAME`.
    url: str
    #: Of the tenant `local`, with every scope.
    key: str
    #: The folder it runs in; its state folder is `.clipmill` there.
    folder: Path

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.folder / "server.log").read_text()

    def new_key(self, name: str, *options: str) -> str:
        """Another key, made as people make them."""
        return clipmill(self.folder, "keys", "create", name, *options).stdout.strip()

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """One request of ours: status, and the answer, read where it is JSON."""
        headers = {"x-api-key": self.key if key is None else key, "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, _read(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read())


def _read(body: bytes) -> Any:
    with suppress(ValueError):
        return json.loads(body)
    return body


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Running]:
    """A server on a free port of loopback; `settings` are its CLIPMILL_ variables. What it says is kept in a file."""
    folder.mkdir(parents=True, exist_ok=True)
    key = clipmill(folder, "keys", "create", "clients").stdout.strip()
    port = _free_port()
    told = {"CLIPMILL_WORKERS": "1", **settings}
    running = Running(f"http://127.0.0.1:{port}", key, folder)
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "clipmill.cli.main", "serve", "--port", str(port), "--grace", "1"], cwd=folder,
            env=environment() | told, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_for(running, process)
            yield running
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            if process.poll() is None:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(running: Running, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, running.log
        with suppress(OSError):
            if running.ask("GET", "/health")[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"it does not answer:\n{running.log}")


def python(script: Path, *arguments: object, **told: str) -> Any:
    """Run a script with the clients for Python; what it prints, as JSON. `told`: more of its environment."""
    return json.loads(output(script, *arguments, **told))


def node(script: Path, *arguments: object, **told: str) -> Any:
    """The same with those for Node.js; scripts end in `.cjs`."""
    return json.loads(_run(["node", script, *arguments], {"NODE_PATH": str(CLIENTS / "node_modules"), **told}))


def output(script: Path, *arguments: object, folder: Path | None = None, **told: str) -> str:
    """What a script prints that is run with the clients for Python, in a folder."""
    return _run([CLIENTS / "bin" / "python", "-W", "ignore", script, *arguments], told, folder)


def _run(command: list[object], told: Mapping[str, str], folder: Path | None = None) -> str:
    own = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    done = subprocess.run(list(map(str, command)), env=own | dict(told), capture_output=True, text=True, cwd=folder,
                          timeout=_CLIENT_SECONDS, check=False, stdin=subprocess.DEVNULL)  # fmt: skip
    assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class Decoded:
    """A media file, decoded to its end."""

    frames: int
    seconds: float
    width: int
    height: int
    fps: float
    #: Of its sound; 0 without one.
    audio_seconds: float


def decoded(path: Path) -> Decoded:
    """Decode a video, or a picture, whole."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        rate = float(video.average_rate or 0)
        frames = sum(1 for _ in container.decode(video))
        width, height = video.codec_context.width, video.codec_context.height
    with av.open(str(path)) as container:
        heard = sum(f.samples / f.sample_rate for f in container.decode(audio=0)) if container.streams.audio else 0.0
    return Decoded(frames, frames / rate if rate else 0.0, width, height, rate, heard)


def fetched(url: str, path: Path) -> Path:
    """Download an address without any key, as whoever is handed a link does."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        path.write_bytes(answer.read())
    return path
