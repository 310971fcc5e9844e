"""Mending a project: values that cannot be are made the nearest that can, or left out; each change is told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from clipmill.domain.timeline.loading import payload_problems
from clipmill.domain.timeline.project import Project

#: So many changes are made to one project.
_MOST = 200
_BOUNDS = {"greater_than_equal": "ge", "less_than_equal": "le"}
_NO_NAME = re.compile(r"[^a-zA-Z0-9_\- ]+")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was changed."""

    path: str
    #: `set` or `removed`.
    action: str
    before: Any
    #: None where it was removed.
    after: Any
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON."""
        return {"path": self.path, "action": self.action, "from": self.before, "to": self.after, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Mended:
    """A project after mending."""

    body: dict[str, Any]
    changes: Sequence[Change]
    #: What is still wrong, as (path, sentence): only its author can say what was meant.
    left: Sequence[tuple[str, str]]


def mended(body: Mapping[str, Any]) -> Mended:
    """The project with what is wrong in it made right where a rule can: bounds, words that are nearly one, names.

    What no rule mends is left out where a project can do without it. Nothing is put in that was not there.
    """
    made: dict[str, Any] = deepcopy(dict(body))
    changes: list[Change] = []
    while len(changes) < _MOST and (change := _one(made)) is not None:
        changes.append(change)
    changes += _unknown(made, _MOST - len(changes))
    return Mended(made, changes, tuple(payload_problems(made))[:20])


def _one(body: dict[str, Any]) -> Change | None:
    """Mend the first thing that can be; None where nothing is wrong, or nothing can be mended."""
    try:
        Project.model_validate(body)
    except ValidationError as error:
        problems = {(e["loc"], e["type"]): told for e, told in zip(error.errors(include_url=False),
                                                                   payload_problems(body), strict=False)}  # fmt: skip
        for each in error.errors(include_url=False):
            found = _mend(body, each, problems.get((each["loc"], each["type"]), ("", each["msg"]))[1])
            if found is not None:
                return found
    except (RecursionError, ValueError, OverflowError):
        return None
    return None


def _mend(body: dict[str, Any], error: ErrorDetails, reason: str) -> Change | None:
    held = _place(body, error["loc"])
    if held is None or error["type"] == "missing":
        return None
    holder, key, path = held
    before = holder[key]
    after = _nearest(error, before)
    if after is _NOTHING or after == before:
        if isinstance(before, dict | list) and before and not isinstance(holder, list):
            return None  # a whole part of a project is not thrown away
        del holder[key]
        return Change(path, "removed", before, None, reason)
    holder[key] = after
    return Change(path, "set", before, after, reason)


def _place(body: Any, location: Sequence[int | str]) -> tuple[Any, Any, str] | None:
    """The object and the key that an error is at, and its path; None for one of the whole project."""
    holder: Any = None
    key: Any = None
    value, path = body, ""
    for part in location:
        there = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int) and (
            part < len(value))  # fmt: skip
        if not there:
            continue  # the name of a kind
        holder, key, value = value, part, value[part]
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return None if holder is None else (holder, key, path)


def _nearest(error: ErrorDetails, value: Any) -> Any:
    """The value nearest to this one that is possible; `_NOTHING` for none."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _BOUNDS:
        bound = context[_BOUNDS[kind]]
        return int(bound) if bound == int(bound) else float(bound)
    if kind == "string_pattern_mismatch" and isinstance(value, str):
        return _NO_NAME.sub("-", value).strip("- ") or _NOTHING
    if kind == "string_too_long" and isinstance(value, str):
        return value[: context["max_length"]]
    if kind in ("literal_error", "enum") and isinstance(value, str):
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return next(iter(difflib.get_close_matches(value.lower()[:100], words, n=1)), _NOTHING)
    if kind == "value_error" and isinstance(value, str):
        meant = re.search(r"did you mean ([\w-]+)\?", str(context.get("error", "")))
        return meant[1] if meant else _NOTHING
    return _NOTHING


def _unknown(body: dict[str, Any], most: int) -> list[Change]:
    """Take the fields out that are none of a project, where it can be read."""
    try:
        project = Project.model_validate(body)
    except (ValueError, RecursionError, OverflowError):
        return []
    found = [(path, name) for path, part in project.parts() for name in part.unknown][: max(0, most)]
    changes = []
    for path, name in found:
        holder: Any = body
        for word, index in re.findall(r"(\w+)|\[(\d+)\]", path):
            holder = holder[int(index)] if index else holder[word]
        before = holder.pop(name)
        changes.append(Change(f"{path}.{name}" if path else name, "removed", before, None, "It is no field here."))
    return changes
