"""Every table of the matrix, the routes of the applications, and requests by a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from clipmill.api.native import NATIVE
from tests.matrix.lines import Line, Table, Things
from tests.served import Server

#: The surfaces.
NAMES = [NATIVE.name, "zvid", "sync", "flixly", "openai"]
TABLES: Mapping[str, Table] = {name: import_module(f"tests.matrix.{name}").TABLE for name in NAMES}
#: Surface, method and path as it is declared.
Route = tuple[str, str, str]
ROUTES: list[Route] = [(name, *key) for name in NAMES for key in TABLES[name].routes]


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """Method, path and route of everything that is answered."""
    for route in app.routes:
        included: Any = getattr(route, "original_router", None)  # a router is kept as it was included
        for found in included.routes if included is not None else [route]:
            if isinstance(found, APIRoute):
                yield from ((method, found.path, found) for method in sorted(found.methods or ()))


def application(served: Server, name: str) -> FastAPI:
    """The application of a surface."""
    dispatcher: Any = served.client.app
    if name == NATIVE.name:
        found: FastAPI = dispatcher.default
        return found
    return next(app for surface, app in dispatcher.surfaces.items() if surface.name == name)


def ask(served: Server, key: str | None, route: Route, things: Things, **asked: Any) -> Any:
    """The answer to one request; as its line says, where it is not said here."""
    name, method, path = route
    filled = TABLES[name].prefix + re.sub(r"{(\w+)}", lambda found: str(things[found[1]]), path)
    asked = dict(asked) if asked else line_of(route).arguments(things)
    headers = {**(served.headers(key) if key is not None else {}), **asked.pop("headers", {})}
    return served.client.request(method, filled, headers=headers, **asked)


def line_of(route: Route) -> Line:
    """Its line."""
    return TABLES[route[0]].routes[route[1:]]
