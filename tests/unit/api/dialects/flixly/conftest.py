"""A server in this process, which stands in for models, and what tests ask of it."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.rendering import photo, write_picture
from tests.served import Server, server

#: Small pictures, few of them a second.
SMALL = {"resolution": "256x256", "fps": 8}
STILL = {"type": "TEXT_TO_IMAGE", "fps": None}


@dataclass
class Flixly:
    """A client of this API."""

    server: Server
    #: A PNG.
    picture: bytes
    key: str = ""

    def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """One request; its answer as JSON."""
        answer = self.raw(method, path, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def raw(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """One request; its answer as it came."""
        told = self.server.headers(self.key) | dict(headers or {})
        return self.server.client.request(method, f"/api/v1{path}", headers=told, **more)

    def submit(self, table: str, status: int = 202, **fields: Any) -> Any:
        """Submit a CSV, with the picture `mug.png` beside it; its rows are read in afterwards."""
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("batch_inputs.csv", table)
            archive.writestr("mug.png", self.picture)
        said = {"model": "draft", **SMALL, **fields}
        told = self.ask("POST", "/batches", status, files={"file": ("in.zip", zipped.getvalue())},
                        data={name: str(value) for name, value in said.items() if value is not None})  # fmt: skip
        return self.read_in(told) if status == 202 else told

    def read_in(self, told: Any) -> Any:
        """The batch, once its table is read."""
        end = time.monotonic() + 60
        batches = self.server.app.batches
        while batches.find(told["id"]).state == "importing":
            assert time.monotonic() < end
            time.sleep(0.01)
        return self.ask("GET", f"/batches/{told['id']}")

    def made(self, told: Any) -> Any:
        """The batch, once there is nothing left to make."""
        self.server.work()
        return self.ask("GET", f"/batches/{told['id']}")

    def rows(self, told: Any, **asked: Any) -> list[Any]:
        """Its rows."""
        found: list[Any] = self.ask("GET", f"/batches/{told['id']}/rows", params=asked)["rows"]
        return found


@pytest.fixture(scope="module")
def flixly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flixly]:
    """One server for a module: every test asks for things of its own."""
    folder = tmp_path_factory.mktemp("flixly")
    write_picture(folder / "mug.png", photo(300, 300))
    with server(folder / "home", stand_ins=True) as found:
        yield Flixly(found, (folder / "mug.png").read_bytes())
