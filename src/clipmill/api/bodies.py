"""Bodies of requests: read in pieces up to a limit, and taken for JSON only where they are JSON.

Nothing is believed that a header says of a size: what arrives is counted.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from clipmill.api.errors import ApiError
from clipmill.shown import megabytes

#: A body of JSON, and one of fields and files together, bytes.
JSON_BYTES = 5 * 1024**2
FORM_BYTES = 2 * 1024**3
_DEPTH = 64
_FIELDS, _FILES, _FIELD_BYTES = 200, 50, 2 * 1024**2
#: Halves of characters, and the one that no database keeps.
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def too_large(limit: int, what: str = "the body") -> ApiError:
    """The error for more than is taken."""
    return ApiError(413, "too_large", f"{what} has more than {megabytes(limit)}", hint="Send less at once.")


class BoundedRequest(Request):
    """A request whose body is counted as it arrives, and whose JSON is strict."""

    #: The most that is taken, bytes.
    most = JSON_BYTES

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises ApiError (413) for more than `most`, before the rest of it is read."""
        size = 0
        async for piece in super().stream():
            size += len(piece)
            if size > self.most:
                raise too_large(self.most)
            yield piece

    async def json(self) -> Any:
        """The body as a JSON value. Raises ApiError (400)."""
        if not hasattr(self, "_read_json"):
            self._read_json = parsed(await self.body())
        return self._read_json

    def form(self, **_limits: Any) -> Any:
        """The fields and files, whatever their order; files are on disk where they are large."""
        self.most = max(self.most, FORM_BYTES)
        return super().form(max_files=_FILES, max_fields=_FIELDS, max_part_size=_FIELD_BYTES)


def parsed(body: bytes) -> Any:
    """A JSON value without NaN, halves of characters, keys given twice, or endless depth. Raises ApiError (400)."""
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_number, parse_float=_number, parse_int=_whole,
                           object_pairs_hook=_unique)  # fmt: skip
    except UnicodeDecodeError as error:
        raise _no_json("it is not UTF-8") from error
    except RecursionError as error:
        raise _no_json(f"it is nested deeper than {_DEPTH}") from error
    except json.JSONDecodeError as error:
        raise _no_json(f"{error.msg}, line {error.lineno}, column {error.colno}") from error
    except ValueError as error:
        raise _no_json(str(error)) from error
    _check(value)
    return value


def _no_json(why: str) -> ApiError:
    return ApiError(400, "invalid_json", f"the body is no JSON that is taken: {why}", hint="Correct the body.")


def _check(value: Any) -> None:
    """Raises ApiError for what is nested too deep, and for halves of characters."""
    waiting = [(value, 1)]
    while waiting:
        found, depth = waiting.pop()
        if isinstance(found, str) and _UNKEPT.search(found):
            raise _no_json("a text in it holds half a character, or NUL")
        if not isinstance(found, dict | list):
            continue
        if depth > _DEPTH:
            raise _no_json(f"it is nested deeper than {_DEPTH}")
        parts = [*found, *found.values()] if isinstance(found, dict) else found
        waiting += [(part, depth + 1) for part in parts]


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:40]} is too large")
    return value


def _whole(text: str) -> int:
    if len(text) > 300:
        raise ValueError("a number in it is too large")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in [key for key, _ in pairs[:place]])
        raise ValueError(f"{twice[:40]!r} is given twice")
    return found


def check_text(text: str, where: str) -> str:
    """A text that came in an address or a form. Raises ApiError (400) for one that no database keeps."""
    if _UNKEPT.search(text):
        raise ApiError(400, "invalid_request", f"{where} holds half a character, or NUL", hint="Send plain text.")
    return text


async def spool(request: Request, path: Path, limit: int, what: str = "the body") -> int:
    """Write the body to a file as it arrives; its size. Raises ApiError (413) as soon as it is more than the limit."""
    if isinstance(request, BoundedRequest):
        request.most = limit
    size = 0
    with path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                raise too_large(limit, what)
            file.write(piece)
    return size


def kind_of(request: Request) -> str:
    """The content type without its parameters: `application/json`; empty where none is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def field_of(form: FormData, *names: str) -> str:
    """The text of the first of these fields that is there; empty for none. Raises ApiError (400) for a file."""
    for name in names:
        value = form.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            raise ApiError(400, "invalid_request", f"{name} is a file, and must be text", param=name)
        return value
    return ""
