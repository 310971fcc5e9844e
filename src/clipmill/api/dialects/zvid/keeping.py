"""What templates and projects have in common: they are kept by an id, in editions, and listed while not deleted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clipmill.api.access import Caller
from clipmill.api.dialects.zvid import asking
from clipmill.api.dialects.zvid.requests import Changed, Kept
from clipmill.api.dialects.zvid.resolving import PROJECT_CHARACTERS
from clipmill.api.dialects.zvid.words import Detail, invalid, iso
from clipmill.domain.access import Named
from clipmill.domain.payload import canonical_json
from clipmill.domain.timeline.loading import payload_problems
from clipmill.errors import NotFoundError, TemplateError
from clipmill.templates.body import compile_body
from clipmill.templates.filtering.allowance import Allowance
from clipmill.templates.placeholders import Names
from clipmill.templates.strings import named as named_in

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
_ID = 20
#: Names that a repetition brings, which nobody gives a value.
_OF_LOOPS = frozenset({"item", "index"})
_KINDS: Mapping[type, str] = {bool: "boolean", int: "number", float: "number", str: "string", list: "array",
                              dict: "object"}  # fmt: skip


def new_id(prefix: str) -> str:
    """`tpl_` and twenty letters and digits."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_ID))}"


def keep(caller: Caller, prefix: str, surface: str, wish: Kept) -> Named:
    """Keep a new one. Raises ApiError (400) for a project that is wrong whatever its variables are."""
    check(caller, wish.payload)
    document = {"description": wish.description or "", "payload": wish.payload}
    meant = Named(id=new_id(prefix), surface=surface, name=wish.name, number=1, document=document)
    return caller.parts.named.keep(meant)


def change(caller: Caller, found: Named, wish: Changed) -> Named:
    """Keep its next edition. Raises as `keep`, and NotFoundError for one that was deleted."""
    if found.archived_at is not None:
        raise NotFoundError(f"{found.id} was deleted")
    if wish.payload is not None:
        check(caller, wish.payload)
    said = {name: value for name, value in (("description", wish.description), ("payload", wish.payload))
            if value is not None}  # fmt: skip
    return caller.parts.named.keep(replace(found, name=wish.name or found.name, document={**found.document, **said}))


def copied(caller: Caller, found: Named, prefix: str) -> Named:
    """Keep another like it."""
    return caller.parts.named.keep(replace(found, id=new_id(prefix), name=f"{found.name[:248]} (copy)", number=1))


def check(caller: Caller, payload: Mapping[str, Any]) -> None:
    """Raises ApiError (400) for a project that no values of its variables mend."""
    if len(canonical_json(payload)) > PROJECT_CHARACTERS:
        raise invalid([("payload", f"it has more than {PROJECT_CHARACTERS:,} characters of JSON")])
    try:
        names = Names(frozenset(_asked(payload)), allowance=Allowance(caller.parts.settings.limits))
        compile_body(payload, names, "payload")
    except TemplateError as error:
        field, _, message = str(error).partition(": ")
        raise invalid([(field, message) if message else ("payload", field)], hint=error.hint) from error
    except RecursionError as error:
        raise invalid([("payload", "it is nested too deeply to be read")]) from error
    wrong: list[Detail] = [(f"payload.{path}" if path else "payload", told) for path, told in payload_problems(payload)]
    if wrong:
        raise invalid(wrong[:20])


def variables_of(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The variables of a project, with their defaults; those that are only named have none."""
    summary = [{"name": name, "type": _KINDS.get(type(value), "string"), "default": value}
               for name, value in _own(payload).items()]  # fmt: skip
    return summary + [{"name": name, "type": "string", "default": None} for name in sorted(_asked(payload))]


def _own(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables that a project, or a scene, has itself."""
    own = part.get("variables")
    return own if isinstance(own, Mapping) else {}


def _asked(payload: Mapping[str, Any]) -> set[str]:
    """The names in a project that somebody must give a value."""
    scenes = payload.get("scenes")
    inner = {name for scene in (scenes if isinstance(scenes, list) else ()) if isinstance(scene, Mapping)
             for name in _own(scene)}  # fmt: skip
    return set(named_in(payload, "")) - set(_own(payload)) - inner - _OF_LOOPS - set(_loops(payload))


def _loops(value: Any) -> list[str]:
    """The names under which repetitions have their items."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            found += [each["iterateAs"]] if isinstance(each.get("iterateAs"), str) else []
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return found


def as_kept(caller: Caller, found: Named) -> dict[str, Any]:
    """What is told of one, whichever it is."""
    payload = found.document["payload"]
    return {"id": found.id, "userId": caller.tenant, "name": found.name, "description": found.document["description"],
            "project": payload, "type": payload.get("type") or "video", "variablesSummary": variables_of(payload),
            "version": found.number, "status": "active" if found.archived_at is None else "archived",
            "createdAt": iso(found.created_at), "updatedAt": iso(found.at)}  # fmt: skip


PROJECTS = f"{asking.SURFACE}.project"
