"""Every route of every surface × owner, another tenant, a key without the scope, and nobody.

The routes are those of the application: one without a line in its surface's table fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from clipmill.api.dialects.registry import dialects
from clipmill.api.native import NATIVE, native_routers
from clipmill.domain.access import EVERY_SCOPE, Scope
from tests.matrix.lines import OPEN, Line, Lines, Things
from tests.native import CARD, PIXEL, call, new_batch, new_template, post
from tests.served import Server, server

NAMES = [NATIVE.name]  # dialects add theirs with their tables
TABLES: dict[str, Lines] = {name: import_module(f"tests.matrix.{name}").ROUTES for name in NAMES}
LINES = [pytest.param(name, *key, id=f"{name} {' '.join(key)}") for name in NAMES for key in TABLES[name]]
NEEDING = [each for each in LINES if TABLES[each.values[0]][each.values[1:]].needs != OPEN]
#: A page of nothing tells of nobody.
_GOOD = 300


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("matrix") / "home") as found:
        yield found


def fresh(served: Server) -> Things:
    """Things of the owner that nobody has touched."""
    template = new_template(served)
    asset = served.client.post("/v1/assets", headers={**served.headers(), "Content-Type": "image/png"}, content=PIXEL)
    key = post(served, "/keys", {"name": "spare"})["id"]
    hook = post(served, "/webhooks", {"url": "https://93.184.216.34/hook", "types": ["row.done"]})["id"]
    return Things(template, new_batch(served, template, dry_run=True), asset.json()["id"], hook, key, CARD, PIXEL)


@pytest.fixture(scope="module")
def things(served: Server) -> Things:
    return fresh(served)


@pytest.fixture(scope="module")
def stranger(served: Server) -> str:
    return served.new_key("stranger", tenant="other")


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """Method, path and route of everything that is answered."""
    for route in app.routes:
        included: Any = getattr(route, "original_router", None)  # a router is kept as it was included
        for found in included.routes if included is not None else [route]:
            if isinstance(found, APIRoute):
                yield from ((method, found.path, found) for method in sorted(found.methods or ()))


def application(served: Server, name: str) -> FastAPI:
    dispatcher: Any = served.client.app
    if name == NATIVE.name:
        found: FastAPI = dispatcher.default
        return found
    return next(app for surface, app in dispatcher.surfaces.items() if surface.name == name)


def ask(served: Server, key: str | None, method: str, path: str, made: tuple[Line, Things]) -> Any:
    line, things = made
    filled = re.sub(r"{(\w+)}", lambda found: str(getattr(things, found[1])), path)
    asked = line.arguments(things)
    headers = {**(served.headers(key) if key is not None else {}), **asked.pop("headers", {})}
    return served.client.request(method, filled, headers=headers, **asked)


@pytest.mark.parametrize("name", NAMES)
def test_every_route_has_a_line_and_every_line_a_route(served: Server, name: str) -> None:
    there = {(method, path) for method, path, _ in routes_of(application(served, name))}
    there = {each for each in there if not each[1].startswith("/dashboard")}  # pages have a matrix of their own
    assert there == set(TABLES[name])


def test_every_surface_has_a_table() -> None:
    assert native_routers()
    without = [
        dialect.surface.name for dialect in dialects() if find_spec(f"tests.matrix.{dialect.surface.name}") is None
    ]
    assert not without


@pytest.mark.parametrize("name", NAMES)
def test_what_a_route_asks_for_is_what_its_line_says(served: Server, name: str) -> None:
    for method, path, route in routes_of(application(served, name)):
        if (method, path) in TABLES[name]:
            needs = TABLES[name][method, path].needs
            assert list(scopes_of(route.dependant)) == ([] if needs == OPEN else [needs]), f"{method} {path}"


def scopes_of(dependant: Dependant) -> Sequence[Scope]:
    found = [] if (scope := getattr(dependant.call, "scope", None)) is None else [scope]
    for other in dependant.dependencies:
        found += [each for each in scopes_of(other) if each not in found]
    return found


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_nobody_is_refused(served: Server, things: Things, name: str, method: str, path: str) -> None:
    answer = ask(served, None, method, path, (TABLES[name][method, path], things))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_a_key_without_the_scope_is_refused(served: Server, things: Things, name: str, method: str, path: str) -> None:
    line = TABLES[name][method, path]
    key = served.new_key("narrow", scopes=[each for each in EVERY_SCOPE if each not in (line.needs, Scope.ADMIN)])
    answer = ask(served, key, method, path, (line, things))
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_another_tenant_sees_nothing_of_it(
    served: Server, things: Things, stranger: str, name: str, method: str, path: str
) -> None:
    line = TABLES[name][method, path]
    answer = ask(served, stranger, method, path, (line, things))
    wanted = line.foreign or (404 if "{" in path else None)
    assert answer.status_code == wanted if wanted else answer.status_code < _GOOD, answer.text
    if not wanted:
        told = [getattr(things, each) for each in ("batch", "template", "asset", "webhook", "key")]
        assert not [each for each in told if each in answer.text]


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_the_owner_is_answered(served: Server, name: str, method: str, path: str) -> None:
    answer = ask(served, served.key, method, path, (TABLES[name][method, path], fresh(served)))
    assert answer.status_code < _GOOD or answer.status_code in (400, 409), answer.text


def test_what_was_there_before_is_there_still(served: Server, things: Things) -> None:
    for path in (f"/templates/{things.template}", f"/batches/{things.batch}", f"/assets/{things.asset}",
                 f"/webhooks/{things.webhook}"):  # fmt: skip
        assert call(served, "GET", path).status_code == 200
