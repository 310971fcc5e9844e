"""Requests made up from our OpenAPI break nothing: no 5xx, no answer in another shape, no status that is not told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import JSONResponse

from clipmill.api.served import Served
from tests.hostile.api import probe, told
from tests.native import PIXEL, new_batch, new_template, post
from tests.served import Server, server

toy = APIRouter()


class Counted(BaseModel):
    """What a toy promises."""

    number: int


@toy.get("/toy/crash")
def crash(number: int) -> Counted:
    """Fails where a number is odd."""
    return Counted(number=number if number % 2 == 0 else int(f"{number} is odd"))


@toy.get("/toy/shape", response_model=Counted)
def shape(number: int) -> JSONResponse:
    """Tells a text where a number is promised."""
    return JSONResponse({"number": f"{number}"})


@toy.get("/toy/status")
def status(number: int) -> Counted:
    """Refuses in a way that nobody was told of."""
    if number:
        raise StatusError
    return Counted(number=number)


class StatusError(Exception):
    """What the toy refuses with."""


def plant(app: FastAPI, _served: Served) -> None:
    app.include_router(toy)

    async def refuse(_request: Any, _error: Exception) -> JSONResponse:
        return JSONResponse({}, 418)

    app.add_exception_handler(StatusError, refuse)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("api") / "home", plant) as found:
        yield found


@pytest.fixture(scope="module")
def openapi(served: Server) -> Mapping[str, Any]:
    found: Mapping[str, Any] = served.client.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def real(served: Server) -> Mapping[str, Any]:
    """What there is: a batch with a blocked and a ready row, and one of everything else."""
    new_template(served)
    batch = new_batch(served, dry_run=True, rows=[{"sku": "A"}, {"sku": ""}])
    served.work()
    asset = served.client.post("/v1/assets", headers={**served.headers(), "Content-Type": "image/png"}, content=PIXEL)
    hook = post(served, "/webhooks", {"url": "https://93.184.216.34/hook"})
    return {"template": "card", "batch": batch, "row": 1, "asset": asset.json()["id"], "webhook": hook["id"],
            "key": post(served, "/keys", {"name": "spare"})["id"]}  # fmt: skip


@pytest.mark.parametrize(("path", "word"), [("crash", "Server error"), ("shape", "Response violates schema"),
                                            ("status", "Undocumented status code")])  # fmt: skip
def test_planted_bugs_are_found(
    served: Server, openapi: Mapping[str, Any], real: Mapping[str, Any], path: str, word: str
) -> None:
    found = probe(served, openapi, 10, real, lambda label: label == f"GET /toy/{path}")
    assert any(word in each.why for each in found), told(found)


def test_what_is_made_up_is_answered_as_it_was_promised(
    served: Server, openapi: Mapping[str, Any], real: Mapping[str, Any]
) -> None:
    found = probe(served, openapi, 6, real, lambda label: "/toy/" not in label)
    assert not found, told(found)


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(1))
def test_so_is_more_of_it(served: Server, openapi: Mapping[str, Any], real: Mapping[str, Any], seed: int) -> None:
    found = probe(served, openapi, 25, real, lambda label: "/toy/" not in label, seed=100 + seed)
    assert not found, told(found)
