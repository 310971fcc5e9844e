"""A project with its own variables, as people hand it in: unwrapped and resolved to plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clipmill.domain.timeline.base import field_names
from clipmill.domain.timeline.project import Project
from clipmill.errors import ProjectError, TemplateError
from clipmill.hints import SCHEMA
from clipmill.settings import Limits
from clipmill.shown import shortened
from clipmill.templates.body import compile_body
from clipmill.templates.filtering.allowance import Allowance, NameScope
from clipmill.templates.nearest import hint_for
from clipmill.templates.placeholders import Names
from clipmill.templates.reading.document import checked_value
from clipmill.templates.reading.shape import check_name
from clipmill.templates.strings import named

#: What stands in a request and is looked at.
_REQUEST = frozenset({"payload", "variables", "overrides"})
#: So many fields are told one by one.
_TOLD = 20
_NOTHING: Mapping[str, Any] = {}
_NO_LIMITS = Limits()


def bare_project(document: Any, given: Mapping[str, Any] = _NOTHING, limits: Limits = _NO_LIMITS) -> dict[str, Any]:
    """The project in a document, bare or in a request, its variables, conditions and repetitions resolved.

    A request has the project as its `payload`, and may have `variables` and `overrides` for it beside that.

    `given` takes the place of variables of the same names at the top, and of what has no default.
    Raises ProjectError naming the place, as in `scenes[1].visuals[0].text`.
    """
    body = _unwrapped(document)
    if not isinstance(body, Mapping):
        raise ProjectError("it is no project: a project is a JSON object with visuals or scenes")
    _check_content(body)
    try:
        names = Names(frozenset(), allowance=Allowance(limits))
        made = compile_body(_with(dict(body), given), names, "")
        resolved: dict[str, Any] = made(NameScope.of({}, limits))
    except TemplateError as error:
        raise ProjectError(str(error).removeprefix(": "), hint=error.hint) from error
    except RecursionError as error:
        raise ProjectError("the project is nested too deeply to be read") from error
    return resolved


def _unwrapped(document: Any) -> Any:
    """The project of a request with what the request sets in it; a document that is no request as it is."""
    if not isinstance(document, Mapping) or "payload" not in document:
        return document
    body, overrides, variables = document["payload"], document.get("overrides"), document.get("variables")
    if not isinstance(body, Mapping):
        return body
    if isinstance(variables, Mapping):
        own = body.get("variables")
        body = {**body, "variables": {**(own if isinstance(own, Mapping) else {}), **variables}}
    if isinstance(overrides, Mapping):
        sized = overrides.keys() & {"width", "height"} and "resolution" not in overrides
        body = {**body, **({"resolution": "custom"} if sized else {}), **overrides}
    return body


def beside_payload(document: Any) -> tuple[str, ...]:
    """A sentence for every field of a request that stands beside its project and means nothing here."""
    if not isinstance(document, Mapping) or "payload" not in document:
        return ()
    fields = [shortened(str(name)) for name, value in document.items() if name not in _REQUEST and value is not None]
    told = [f"{name}: it stands beside payload and means nothing here; it was left out" for name in fields[:_TOLD]]
    more = len(fields) - len(told)
    return (*told, f"{more:,} more fields beside payload were left out") if more else tuple(told)


def _check_content(body: Mapping[str, Any]) -> None:
    """Raises ProjectError for an object that has no field of a project at all."""
    if not body.keys().isdisjoint(field_names(Project)):
        return
    if "template" in body:
        raise ProjectError("a template on Zvid's servers cannot be rendered here", path="template",
                           hint="Give the project itself under payload.")  # fmt: skip
    raise ProjectError("it has nothing to show: no field of it is one of a project",
                       hint=f"A project has visuals or scenes; `{SCHEMA}` prints all its fields.")  # fmt: skip


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
    """A value as a person writes it on a command line: JSON where it is JSON, else the text itself.

    Raises TemplateError for one that no document may hold.
    """
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        value = text
    return checked_value(value, "--set")


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
