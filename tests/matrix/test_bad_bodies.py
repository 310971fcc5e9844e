"""Whatever has a body, asked with bodies that are none: refused in the words of the surface, and never by a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clipmill.api.bodies import JSON_BYTES
from clipmill.api.native import NATIVE
from tests.matrix.asking import ROUTES, TABLES, application, ask, line_of, routes_of
from tests.matrix.lines import OPEN, Things
from tests.served import Server

_OF_DIALECTS = [each for each in ROUTES if each[0] != NATIVE.name]
SENT = [pytest.param(*each, id=" ".join(each)) for each in _OF_DIALECTS if each[1] in ("POST", "PUT")]
NAMING = [pytest.param(*each, id=" ".join(each)) for each in _OF_DIALECTS
          if "{" in each[2] and line_of(each).needs != OPEN]  # fmt: skip
LISTS = [pytest.param(*each, id=" ".join(each)) for each in _OF_DIALECTS
         if each[1] == "GET" and line_of(each).needs != OPEN]  # fmt: skip
_JSON, _FORM = {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=edge"}
#: What is sent, and whether it is read by whoever reads JSON.
BODIES: dict[str, tuple[dict[str, str], bytes]] = {
    "no number": (_JSON, b'{"payload": {"width": NaN}, "prompt": -Infinity, "rows": [1e999]}'),
    "deep": (_JSON, b'{"payload": ' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "half a character": (_JSON, b'{"prompt": "\\ud800", "model": "\\udfff", "name": "\\ud800", "\\ud800": 1}'),
    "too much": (_JSON, b'{"prompt": "' + b"a" * (JSON_BYTES + 1) + b'"}'),
    "nul": (_JSON, b'{"name": "\\u0000", "prompt": "\\u0000", "model": "\\u0000", "\\u0000": 1}'),
    "no form": (_FORM, b'--edge\r\nContent-Disposition: form-data; name="params"\r\n\r\n{"\\ud800": [NaN]}\r\n'),
}
#: In paths, as they are written there.
NAMES = ("%00", "%ED%A0%80", "%22'%3B--", "a" * 3_000)
#: What every refusal has.
SHAPES: dict[str, Callable[[Any], set[str]]] = {
    "zvid": lambda body: {"error", "message", "details"} - set(body),
    "sync": lambda body: {"statusCode", "message", "error"} - set(body),
    "flixly": lambda body: {"code", "status", "message"} - set(body["error"]),
    "openai": lambda body: {"message", "type", "param", "code"} ^ set(body["error"]),
}


def refused(name: str, answer: Any) -> None:
    """It is refused for what it is, in the shape of its surface."""
    wrong = 422 if name == "flixly" else 400
    assert answer.status_code in (wrong, 404, 409, 413, 415), answer.text[:500]
    assert not SHAPES[name](answer.json()), answer.text[:500]


@pytest.mark.parametrize(("name", "method", "path"), SENT)
def test_bad_bodies_are_refused(
    served: Server, things: Callable[[str], Things], name: str, method: str, path: str
) -> None:
    route = name, method, path
    reads = {found[:2]: found[2].body_field for found in routes_of(application(served, name))}[method, path]
    has_body = reads is not None or line_of(route).asked
    for what, (headers, content) in BODIES.items():
        answer = ask(served, served.key, route, things(name), headers=headers, content=content)
        is_wrong = has_body and what != "nul"  # which is a text like others where nothing is stored
        if is_wrong or answer.status_code >= 400:
            refused(name, answer)
        assert answer.status_code < 500, f"{what}: {answer.text}"


@pytest.mark.parametrize(("name", "method", "path"), SENT)
def test_a_key_in_the_query_is_refused(
    served: Server, things: Callable[[str], Things], name: str, method: str, path: str
) -> None:
    answer = ask(served, None, (name, method, path), things(name), params={"api_key": served.key})
    refused(name, answer)
    assert served.key not in answer.text


@pytest.mark.parametrize(("name", "method", "path"), NAMING)
def test_names_that_nothing_has_are_not_there(served: Server, name: str, method: str, path: str) -> None:
    for given in NAMES:
        before, _, after = path.partition("{")
        address = f"{TABLES[name].prefix}{before}{given}{after.partition('}')[2]}".replace("{slug}", given)
        asked: dict[str, Any] = {} if method == "GET" else {"json": {}}
        answer = served.client.request(method, address, headers=served.headers(), **asked)
        assert answer.status_code < 500, f"{given[:20]}: {answer.text}"


@pytest.mark.parametrize(("name", "method", "path"), LISTS)
def test_a_query_with_nul_is_no_failure(
    served: Server, things: Callable[[str], Things], name: str, method: str, path: str
) -> None:
    names = ("after", "ids", "cursor", "searchQuery", "purpose")
    answer = ask(served, served.key, (name, method, path), things(name), params=dict.fromkeys(names, "\0"))
    assert answer.status_code < 500, answer.text
