"""A submission is read the same as a form and as JSON, under near names, and refused field by field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from clipmill.api.bodies import BoundedRequest
from clipmill.api.dialects.flixly.submission import Submitted, submitted
from clipmill.api.errors import ApiError


async def read(body: bytes, kind: str) -> Submitted:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", kind.encode())]}
    request: Request = BoundedRequest(scope, receive)
    caller: Any = None  # who may submit is asked of nobody here
    return await anext(aiter(submitted(request, caller)))


async def of_json(body: Any) -> Submitted:
    return await read(json.dumps(body).encode(), "application/json")


def form(**fields: str) -> bytes:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    return "".join([*parts, "--x--\r\n"]).encode()


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [({"budget": 500}, "budget", 500_000), ({"hard_stop": 2.4}, "budget", 2_400), ({"duration": 5}, "seconds", 5),
     ({"params": {"fps": 24}}, "fps", 24), ({"parameters": {"fps": 24}, "fps": 12}, "fps", 12),
     ({"hard_stop": 1, "budget": 2}, "budget", 1_000), ({}, "drift_percent", 12), ({"unknown": 1}, "budget", None)],
)  # fmt: skip
async def test_fields_have_near_names(said: dict[str, Any], field: str, value: Any) -> None:
    found = await of_json({"model": "draft", **said})
    assert getattr(found.wanted, field) == value


async def test_a_form_says_the_same() -> None:
    body = form(model="Seedance 2.0", hard_stop="500", params='{"fps": 24}', name=" ")
    found = await read(body, "multipart/form-data; boundary=x")
    assert (found.wanted.model, found.wanted.budget, found.wanted.fps) == ("Seedance 2.0", 500_000, 24)
    assert found.wanted.name is None
    assert dict(found.named) == {"model": "Seedance 2.0", "hard_stop": "500", "fps": 24}


async def test_cells_of_rows_have_near_names() -> None:
    found = await of_json({"rows": [{"prompt": "a", "image_url": "https://x.example/a.png", "duration": 4}]})
    assert found.wanted.rows is not None
    assert (found.wanted.rows[0].image, found.wanted.rows[0].seconds) == ("https://x.example/a.png", 4)


@pytest.mark.parametrize("said", [{"fps": "fast"}, {"hard_stop": -1}, {"hard_stop": 0.0001}, {"rows": []},
                                  {"rows": [1]}, {"drift_percent": 101}])  # fmt: skip
async def test_wrong_fields_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(RequestValidationError) as refused:
        await of_json(said)
    assert refused.value.errors()[0]["loc"][:2] == ("body", next(iter(said)))


@pytest.mark.parametrize(("body", "kind", "status"), [(b"[]", "application/json", 422), (b"a,b", "text/csv", 415),
                                                      (b'{"params": 1}', "application/json", 422)])  # fmt: skip
async def test_other_bodies_are_refused(body: bytes, kind: str, status: int) -> None:
    with pytest.raises(ApiError) as refused:
        await read(body, kind)
    assert refused.value.told.status == status
