"""A project with its own variables, as people hand it in: unwrapped and resolved to plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clipmill.errors import ProjectError, TemplateError
from clipmill.templates.body import compile_body
from clipmill.templates.nearest import hint_for
from clipmill.templates.placeholders import Names
from clipmill.templates.reading.shape import check_name
from clipmill.templates.strings import named

_NOTHING: Mapping[str, Any] = {}


def bare_project(document: Any, given: Mapping[str, Any] = _NOTHING) -> dict[str, Any]:
    """The project in a document, bare or under `payload`, its variables, conditions and repetitions resolved.

    `given` takes the place of variables of the same names at the top, and of what has no default.
    Raises ProjectError naming the place, as in `scenes[1].visuals[0].text`.
    """
    body = document.get("payload", document) if isinstance(document, Mapping) else document
    if not isinstance(body, Mapping):
        raise ProjectError("it is no project: a project is a JSON object with visuals or scenes")
    try:
        resolved: dict[str, Any] = compile_body(_with(dict(body), given), Names(frozenset()), "")({})
    except TemplateError as error:
        raise ProjectError(str(error).removeprefix(": "), hint=error.hint) from error
    return resolved


def _with(body: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The body with these variables. Raises TemplateError for one that nothing in it asks for."""
    variables = body.get("variables", {})
    if not given or not isinstance(variables, Mapping):
        return body
    for name in given:
        check_name(name, "variables")
        if name not in variables and name not in (known := set(variables) | named(body, "")):
            raise TemplateError(f"the project has no variable {name}",
                                hint=hint_for(name, known) if known else "It has no variables.")  # fmt: skip
    return {**body, "variables": {**variables, **given}}


def given_value(text: str) -> Any:
    """A value as a person writes it on a command line: JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
