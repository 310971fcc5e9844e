"""Every route of every surface × owner, another tenant, a key without the scope, and nobody.

The routes are those of the application: one without a line in its surface's table fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant

from clipmill.api.dialects.registry import dialects
from clipmill.api.native import NATIVE
from clipmill.domain.access import EVERY_SCOPE, Scope
from tests.matrix.asking import NAMES, ROUTES, TABLES, application, ask, line_of, routes_of
from tests.matrix.lines import OPEN, Things
from tests.served import Server

NEEDING = [pytest.param(*each, id=" ".join(each)) for each in ROUTES if line_of(each).needs != OPEN]
SENT = [each for each in NEEDING if each.values[1] in ("POST", "PUT", "PATCH")]
_GOOD = 300


@pytest.fixture(scope="module")
def stranger(served: Server) -> str:
    return served.new_key("stranger", tenant="other")


@pytest.fixture(scope="module")
def without(served: Server) -> Callable[[Scope], str]:
    """A key that lacks a scope."""
    return cache(lambda scope: served.new_key(f"no {scope}", scopes=[
        each for each in EVERY_SCOPE if each not in (scope, Scope.ADMIN)]))  # fmt: skip


def refused(name: str, answer: Any, status: int) -> None:
    """It is refused so, in the words of its surface."""
    assert answer.status_code == status, answer.text
    if answer.request.method != "HEAD":
        assert TABLES[name].word(answer.json()) == TABLES[name].words[status], answer.text
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.parametrize("name", NAMES)
def test_every_route_has_a_line_and_every_line_a_route(served: Server, name: str) -> None:
    there = {(method, path) for method, path, _ in routes_of(application(served, name))}
    there = {each for each in there if not each[1].startswith("/dashboard")}  # pages have a matrix of their own
    assert there == set(TABLES[name].routes)


def test_every_surface_has_a_table() -> None:
    assert {dialect.surface.name for dialect in dialects()} == set(NAMES) - {NATIVE.name}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_route_asks_for_is_what_its_line_says(served: Server, name: str) -> None:
    for method, path, route in routes_of(application(served, name)):
        if (method, path) in TABLES[name].routes:
            needs = TABLES[name].routes[method, path].needs
            assert list(scopes_of(route.dependant)) == ([] if needs == OPEN else [needs]), f"{method} {path}"


def scopes_of(dependant: Dependant) -> Sequence[Scope]:
    found = [] if (scope := getattr(dependant.call, "scope", None)) is None else [scope]
    for other in dependant.dependencies:
        found += [each for each in scopes_of(other) if each not in found]
    return found


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_nobody_is_refused(served: Server, things: Callable[[str], Things], name: str, method: str, path: str) -> None:
    refused(name, ask(served, None, (name, method, path), things(name)), 401)


@pytest.mark.parametrize(("name", "method", "path"), SENT)
def test_nobody_is_refused_before_a_form_is_read(
    served: Server, things: Callable[[str], Things], name: str, method: str, path: str
) -> None:
    form = {"headers": {"Content-Type": "multipart/form-data"}, "content": b"no border is named"}
    refused(name, ask(served, None, (name, method, path), things(name), **form), 401)


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_a_key_without_the_scope_is_refused(
    served: Server, things: Callable[[str], Things], without: Callable[[Any], str], name: str, method: str, path: str
) -> None:
    route = name, method, path
    refused(name, ask(served, without(line_of(route).needs), route, things(name)), 403)


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_another_tenant_sees_nothing_of_it(
    served: Server, things: Callable[[str], Things], stranger: str, name: str, method: str, path: str
) -> None:
    route, of = (name, method, path), things(name)
    line = line_of(route)
    answer = ask(served, stranger, route, of)
    wanted = line.foreign or (404 if "{" in path else None)
    if wanted == 404:
        refused(name, answer, 404)
    else:
        assert answer.status_code == wanted if wanted else answer.status_code < _GOOD, answer.text
    answers = [answer] if answer.status_code < _GOOD else []
    if "params" in line.asked:  # which name what is the owner's: the same without them
        answers.append(ask(served, stranger, route, of, params={}))
        assert answers[-1].status_code < _GOOD, answers[-1].text
    for each in answers:
        assert not [own for own in TABLES[name].own if of[own] in each.text]


@pytest.mark.parametrize(("name", "method", "path"), NEEDING)
def test_the_owner_is_answered(
    served: Server, things: Callable[[str], Things], name: str, method: str, path: str
) -> None:
    route = name, method, path
    is_changed = method != "GET" and "{" in path
    answer = ask(served, served.key, route, TABLES[name].things(served) if is_changed else things(name))
    wanted = line_of(route).answered
    assert answer.status_code == wanted if wanted else answer.status_code < _GOOD, answer.text


@pytest.mark.parametrize("name", NAMES)
def test_what_was_there_before_is_there_still(served: Server, things: Callable[[str], Things], name: str) -> None:
    for own in TABLES[name].own:
        path = next(path for _, path in TABLES[name].routes if path.endswith(f"{{{own}}}"))
        answer = ask(served, served.key, (name, "GET", path), things(name))
        assert answer.status_code == 200, answer.text
