"""Filters of lists, in the three ways in which clients write them: repeated, with commas, as a list in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from clipmill.api.errors import ApiError


def several(name: str, said: Sequence[str] | None) -> list[str] | None:
    """The values of a parameter; None where it is not there. Raises ApiError (400) for what is no list."""
    if said is None:
        return None
    found: list[str] = []
    for text in said:
        found += _in_json(name, text) if text.lstrip().startswith(("[", '"')) else text.split(",")
    return [value.strip() for value in found if value.strip()]


def _in_json(name: str, text: str) -> list[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "invalid_request", f"{name} begins like a list in JSON, and is none", param=name) from error
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in values):
        raise ApiError(400, "invalid_request", f"{name} holds something else than texts", param=name)
    return values


def among(name: str, said: Sequence[str] | None, known: Sequence[str]) -> list[str] | None:
    """The same of words that there are. Raises ApiError (400) for another."""
    found = several(name, said)
    for word in found or ():
        if word not in known:
            raise ApiError(400, "invalid_request", f"{name}: there is no {word[:40]}", param=name,
                           hint=f"There are {', '.join(known)}.")  # fmt: skip
    return found


def moment(name: str, said: str | None) -> float | None:
    """A moment in ISO 8601, clock seconds; in UTC where it says no zone. Raises ApiError (400)."""
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said.strip().strip('"'))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise ApiError(400, "invalid_request", f"{name} is no moment in ISO 8601", param=name,
                       hint="Write it as 2026-01-31T12:00:00Z.") from error  # fmt: skip
