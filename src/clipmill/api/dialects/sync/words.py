"""How the sync.so dialect says things: its shape of errors, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clipmill.api.errors import ApiError, Told
from clipmill.api.wording import in_words
from clipmill.deliver.wordings.sync_codes import CATALOGUE

_NAMES = {400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed", 409: "Conflict", 410: "Gone", 413: "Payload Too Large",
          415: "Unsupported Media Type", 429: "Too Many Requests", 503: "Service Unavailable"}  # fmt: skip
#: What their clients compare the message of this refusal to.
_TOO_MANY = "Rate limit exceeded. Please try again later."
_OF_OURS = {"invalid_idempotency_key": "INVALID_IDEMPOTENCY_KEY"}
_SCHEMA = {
    "type": "object", "required": ["statusCode", "message"],
    "properties": {
        "statusCode": {"type": "integer"}, "error": {"type": "string"}, "errorCode": {"type": "string"},
        "message": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    },
}  # fmt: skip
#: The refusals that every route of the dialect may answer with, for its OpenAPI.
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": _NAMES[status], "content": {"application/json": {"schema": _SCHEMA}}}
    for status in (400, 401, 402, 403, 404, 409, 413, 422, 429, 503)
    if status in _NAMES
}


def word(told: Told) -> Mapping[str, Any]:
    """A refusal as `{statusCode, message, error, errorCode}`; the message is a list where many things are wrong."""
    status = 400 if told.status == 422 else told.status
    code = _OF_OURS.get(told.code, told.code if told.code in CATALOGUE else "")
    if told.code == "rate_limit_exceeded":
        return {"statusCode": status, "message": _TOO_MANY, "error": _NAMES[429]}
    message: Any = told.extra.get("messages") or [f"{place}: {text}" for place, text in told.details]
    if len(message) < 2 and "messages" not in told.extra:
        message = " ".join(filter(None, (in_words(f"{told.message.rstrip('.')}."), in_words(told.hint))))
    named = {"errorCode": code} if code else {}
    error = _NAMES.get(status, "Internal Server Error" if status >= 500 else "Refused")
    return {"statusCode": status, "message": message, "error": error, **named}


def wrong(faults: Sequence[tuple[str, str, str]]) -> ApiError:
    """The error for a request with these faults: code, field and sentence of each."""
    code, field, sentence = faults[0]
    told = f"{field}: {sentence}" if field else sentence
    return ApiError(400, code, told, param=field, details=[(place, text) for _, place, text in faults])


def wrong_lines(messages: Sequence[str]) -> ApiError:
    """The error for a batch with wrong lines, each of which is named."""
    return ApiError(400, "batch_input_invalid", messages[0], extra={"messages": list(messages)})
