"""Lines of a batch: each read for itself, with every fault told by the line that it is in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clipmill.api.bodies import parsed
from clipmill.api.dialects.sync.asking import Asking
from clipmill.api.dialects.sync.words import wrong_lines
from clipmill.api.errors import ApiError
from clipmill.pipeline.use_cases.serving.requests.single import Wish
from clipmill.shown import shortened

ENDPOINT = "/v2/generate"
_TOLD = 100
_ID_CHARACTERS = 255
#: A line, and what stands in it; a text where it cannot be read.
Line = tuple[int, Any]


def lines_of(content: bytes) -> Iterator[Line]:
    """The lines of a file in JSON lines, each with its number; empty ones are passed over."""
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.strip():
            yield number, _value(line)


def _value(line: bytes) -> Any:
    try:
        return parsed(line)
    except ApiError as error:
        return error.told.message.partition(": ")[2] or error.told.message


def wishes(asking: Asking, lines: Iterable[Line], most: int) -> list[Wish]:
    """The requests of a batch. Raises ApiError (400) that names every line with a fault."""
    found: list[Wish] = []
    wrong: list[str] = []
    known: dict[str, int] = {}
    for count, (number, value) in enumerate(lines, 1):
        if count > most:
            raise wrong_lines([f"Line {number}: it is the {count:,}th request; a batch has {most:,} at the most"])
        made = _wish(asking, value, number, known)
        if isinstance(made, Wish):
            found.append(made)
        else:
            wrong += [f"Line {number}: {fault}" for fault in made]
    if not known and not wrong:
        raise wrong_lines(["The batch has no requests."])
    if wrong:
        more = len(wrong) - _TOLD
        raise wrong_lines([*wrong[:_TOLD], *([f"and {more:,} more"] if more > 0 else [])])
    return found


def _wish(asking: Asking, value: Any, number: int, known: dict[str, int]) -> Wish | list[str]:
    """A line as a wish, or its faults."""
    if isinstance(value, str):
        return [f"it is no JSON: {value}"]
    if not isinstance(value, Mapping):
        return ["it is no JSON object"]
    faults = []
    request_id, endpoint = value.get("request_id"), value.get("endpoint")
    if not isinstance(request_id, str) or not 0 < len(request_id) <= _ID_CHARACTERS:
        faults.append(f"request_id: it must be a text of 1 to {_ID_CHARACTERS} characters")
    elif known.setdefault(request_id, number) != number:
        faults.append(f"request_id: {shortened(request_id)!r} is that of line {known[request_id]} already")
    if endpoint != ENDPOINT:
        faults.append(f"endpoint: it must be {ENDPOINT}")
    made = asking.wish(value.get("payload"), request_id=request_id)
    if isinstance(made, Wish) and not faults:
        return made
    if not isinstance(made, Wish):
        faults += [f"payload{f'.{field}' if field else ''}: {text}" for _, field, text in made]
    return faults
