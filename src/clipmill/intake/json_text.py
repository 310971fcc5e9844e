"""JSON as the text of cells: strings as they are, numbers exactly as written, the rest as canonical JSON."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, NoReturn

from clipmill.domain.verdict import Problem


class JsonProblem(Exception):  # noqa: N818 - it becomes a Problem of its row and goes no further
    """Why a line is not one usable JSON object."""

    def __init__(self, code: str, what: str, fix: str) -> None:
        super().__init__(what)
        self._code = code
        self._fix = fix

    def at(self, line: int, value: str) -> Problem:
        """The problem of the row on this line."""
        return Problem(self._code, f"Line {line:,} is no usable JSON object: {self}", self._fix, value=value)


class _Number(str):
    """The text of a number: `1.10` stays `1.10`, and no number is too large."""

    __slots__ = ()


def parse_object(text: str) -> dict[str, Any]:
    """The names and values of a line. Raises JsonProblem where it is not exactly one object with each name once."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.pos + 1}"
        raise JsonProblem("json.syntax", what, "Write one complete JSON object on the line.") from error
    except RecursionError as error:
        raise JsonProblem("json.depth", "it is nested too deeply", "Flatten it.") from error
    if not isinstance(value, dict):
        raise JsonProblem("json.not_an_object", "it is another kind of value", 'Write an object: {"name": "value"}.')
    return value


def text_of(value: Any) -> str:
    """The text of one value as a cell; null is empty. Raises JsonProblem."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    try:
        return _canonical(value)
    except RecursionError as error:
        raise JsonProblem("json.depth", "it is nested too deeply", "Flatten it.") from error


def _canonical(value: Any) -> str:
    """JSON with sorted names and no spaces, numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(name)}:{_canonical(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(element) for element in value) + "]"
    return _quoted(value)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise JsonProblem("json.duplicate_name", f"“{twice}” is there twice", "Keep one of them.")
    return names


def _refuse_constant(name: str) -> NoReturn:
    raise JsonProblem("json.constant", f"{name} is no JSON number", "Write a number, a text or null.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
)
