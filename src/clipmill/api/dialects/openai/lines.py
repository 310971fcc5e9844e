"""The table of a batch: one request on each line, read strictly; what is wrong is told by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from clipmill.api.bodies import parsed
from clipmill.api.errors import ApiError
from clipmill.shown import shortened

#: Requests of one batch, faults that are told of it, and the longest line, bytes.
MOST, TOLD, _LONGEST = 50_000, 100, 16 * 1024**2
_LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request as it stands in the table."""

    number: int
    custom_id: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a batch cannot be made of a table."""

    code: str
    message: str
    #: Of the table, from 1 on; None where it is none.
    line: int | None = None
    param: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As clients read it."""
        return {"code": self.code, "line": self.line, "message": self.message, "param": self.param}


def lines_of(file: IO[bytes], endpoint: str) -> Iterator[RequestLine | Fault]:
    """The requests of a table for this endpoint, and what is wrong with it."""
    seen: dict[str, int] = {}
    count = number = 0
    while raw := file.readline(_LONGEST + 1):
        number += 1
        if len(raw) > _LONGEST:
            yield Fault(code="line_too_long", line=number, message=f"The line has more than {_LONGEST:,} bytes.")
            return
        if not raw.strip():
            continue
        count += 1
        if count > MOST:
            yield Fault(code="too_many_requests", line=number, message=f"A batch has at most {MOST:,} requests. "
                        "Split the file.")  # fmt: skip
            return
        read = _read(raw, number, endpoint)
        if isinstance(read, RequestLine):
            first = seen.setdefault(read.custom_id, number)
            read = read if first == number else _twice(read, first)
        yield read
    if not count:
        yield Fault(code="empty_file", message="The file holds no request.")


def _twice(line: RequestLine, first: int) -> Fault:
    return Fault(code="duplicate_custom_id", line=line.number, param="custom_id",
                 message=f"The custom_id {shortened(line.custom_id, 80)!r} stands in line {first} already, and again "
                 f"in line {line.number}. Give every request one of its own.")  # fmt: skip


def _read(raw: bytes, number: int, endpoint: str) -> RequestLine | Fault:
    try:
        value = parsed(raw)
    except ApiError as error:
        why = error.told.message.partition(": ")[2] or error.told.message
        return Fault(code="invalid_json_line", line=number, message=f"The line is no JSON that is taken: {why}.")
    if not isinstance(value, dict):
        return Fault(code="invalid_json_line", line=number, message="The line is no JSON object.")
    return _checked(value, number, endpoint)


def _checked(value: Mapping[str, Any], number: int, endpoint: str) -> RequestLine | Fault:
    """The request that a line holds, or what is wrong with what stands around it."""
    for name, kind in (("custom_id", str), ("method", str), ("url", str), ("body", dict)):
        if not isinstance(value.get(name), kind) or value[name] == "":
            return Fault(code="missing_required_parameter", line=number, param=name,
                         message=f"Every line has {name}, {'an object' if kind is dict else 'a text'}.")  # fmt: skip
    wrong = {
        "custom_id": f"A custom_id has at most {_LONGEST_ID} characters."
        if len(value["custom_id"]) > _LONGEST_ID else "",
        "method": "The method is POST." if value["method"] != "POST" else "",
        "url": f"The url is {shortened(value['url'], 80)!r}, and the batch is for {endpoint}."
        if value["url"] != endpoint else "",
    }  # fmt: skip
    for name, message in wrong.items():
        if message:
            return Fault(code=f"invalid_{name}", line=number, param=name, message=message)
    return RequestLine(number, value["custom_id"], value["body"])
