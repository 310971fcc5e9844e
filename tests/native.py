"""What tests of the native API ask for: a template that is quick to make, batches of it, and calls by name."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from httpx import Response

from tests.served import Server

#: Quick to make: a fifth of a second, 64 pixels wide.
CARD: dict[str, Any] = {
    "name": "card",
    "contract": {"sku": {"kind": "text", "required": True, "unique": True, "min_length": 1, "max_length": 20},
                 "title": {"kind": "text", "max_length": 40, "fallback": "A"}, "image": {"kind": "image"}},
    "payload": {"width": 64, "height": 64, "duration": 0.2, "frameRate": 10, "backgroundColor": "#336699", "visuals": [
        {"type": "SVG", "svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' "
         "height='9' fill='#fff'/></svg>", "width": 20, "height": 20}]},
    "output": {"name": "{{sku}}.mp4"},
}  # fmt: skip
ROWS: Sequence[Mapping[str, Any]] = ({"sku": "A1"}, {"sku": "B2", "title": "B"})
#: A picture of one pixel.
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6360606000"
                      "000004000127d4e1590000000049454e44ae426082")  # fmt: skip


def call(server: Server, method: str, path: str, key: str = "", **asked: Any) -> Response:
    """A request to `/v1…` with a key, ours by default."""
    headers = {**server.headers(key), **asked.pop("headers", {})}
    return server.client.request(method, f"/v1{path}", headers=headers, **asked)


def post(server: Server, path: str, body: Any = None, **asked: Any) -> Any:
    """The answer to a POST, which must be good."""
    answer = call(server, "POST", path, json=body, **asked)
    assert answer.status_code < 300, answer.text
    return answer.json()


def get(server: Server, path: str, **asked: Any) -> Any:
    """The answer to a GET, which must be good."""
    answer = call(server, "GET", path, **asked)
    assert answer.status_code < 300, answer.text
    return answer.json()


def refused(answer: Response, status: int, code: str) -> dict[str, Any]:
    """The refusal, in our shape."""
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["message"] and error["doc"].startswith("docs/reference/api.md#")
    return error


def new_template(server: Server, **more: Any) -> str:
    """A template's id."""
    name: str = post(server, "/templates", {**CARD, **more})["id"]
    return name


def new_batch(server: Server, template: str = "card", rows: Sequence[Mapping[str, Any]] = ROWS, **more: Any) -> str:
    """A batch's id, once its rows are read in; they are not checked yet."""
    made: str = post(server, "/batches", {"template": template, "rows": list(rows), **more})["id"]
    read_in(server, made)
    return made


def read_in(server: Server, batch: str) -> Any:
    """The batch, once its table is read."""
    for _ in range(500):
        told = get(server, f"/batches/{batch}")
        if told["state"] != "importing":
            return told
        time.sleep(0.01)
    raise AssertionError("it is still being read")


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()
