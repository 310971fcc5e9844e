"""A server for requests of Zvid's clients, in this process; nothing is made unless a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.served import Server, server

#: A video of a quarter of a second, small enough to be made in a test.
SMALL = {"name": "small", "width": 160, "height": 96, "duration": 0.25, "frameRate": 8,
         "variables": {"ground": "#2DD4BF"}, "backgroundColor": "{{ground}}", "visuals": []}  # fmt: skip


@dataclass
class Zvid:
    """What a test speaks to."""

    server: Server

    def ask(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        """One request; the response."""
        told = {"x-api-key": key or self.server.key, **headers}
        return self.server.client.request(method, path, json=body, headers=told)

    def get(self, path: str, expect: int = 200, **query: Any) -> Any:
        """What is answered to a GET."""
        found = self.server.client.get(path, params=query, headers={"x-api-key": self.server.key})
        assert found.status_code == expect, found.text
        return found.json()

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        """What is answered to a POST."""
        found = self.ask("POST", path, body)
        assert found.status_code == status, found.text
        return found.json()

    def render(self, payload: Any, status: int = 202, **more: Any) -> Any:
        """What is answered to a render."""
        return self.post("/api/render/api-key", {"payload": payload, **more}, status)


@pytest.fixture
def zvid(tmp_path: Path) -> Iterator[Zvid]:
    """A server of its own."""
    with server(tmp_path / "state") as found:
        yield Zvid(found)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zvid]:
    """A server that the tests of a module share."""
    with server(tmp_path_factory.mktemp("standing") / "state") as found:
        yield Zvid(found)


@dataclass
class Receiver:
    """Whoever is told: what came, as it came."""

    port: int
    got: list[tuple[dict[str, str], bytes]]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers.items()), self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Receiver(listening.server_address[1], got)
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def told(tmp_path: Path, receiver: Receiver) -> Iterator[Zvid]:
    """A server that may tell the receiver."""
    with server(tmp_path / "state", egress_allow=[f"127.0.0.1:{receiver.port}"]) as found:
        yield Zvid(found)
