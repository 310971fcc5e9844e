"""A web server on loopback that answers as told, files on disk, and fetchers over both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from clipmill.media.outside.fetch import Fetcher
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles


@dataclass
class Site:
    """What the server says, path by path, and what it was asked."""

    port: int = 0
    #: path → (status, headers, body)
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            status, headers, body = site.pages.get(self.path, (404, {}, b"no"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in headers and "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up early is what some tests want."""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with _Server(("127.0.0.1", 0), _handler(site)) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files", tmp_path / "scratch")


@pytest.fixture
def fetcher(files: DiskFiles) -> Iterator[Callable[..., Fetcher]]:
    """Make fetchers: `fetcher(limits={…}, egress_allow=(…,), resolve=…)`; all are closed afterwards."""
    made: list[Fetcher] = []

    def make(*, resolve: Any = None, monotonic: Any = None, **settings: Any) -> Fetcher:
        seams = {name: seam for name, seam in (("resolve", resolve), ("monotonic", monotonic)) if seam}
        made.append(Fetcher(files, Settings(**settings), **seams))
        return made[-1]

    yield make
    for one in made:
        one.close()
