"""What makes the OpenAI dialect what it is: where it lies, and how it tells errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from clipmill.api.errors import ApiError, Told
from clipmill.api.surface import Surface

NAME = "openai"
_QUOTA = "insufficient_quota"
#: Status → the type that errors have; of others in the 400s it is the first, of others in the 500s the last.
_REQUEST, _SERVER = "invalid_request_error", "server_error"
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
#: Our code → theirs.
_CODES = {"unauthorized": "invalid_api_key", "forbidden": "insufficient_permissions",
          "insufficient_credits": _QUOTA}  # fmt: skip
#: Clients send again what was refused so, which must not be: it would be made, or refused, once more.
_FINAL = {"x-should-retry": "false"}


def worded(told: Told) -> dict[str, Any]:
    """A refusal as their clients read it."""
    code = _CODES.get(told.code, told.code)
    kind = _QUOTA if code == _QUOTA else _TYPES.get(told.status, _SERVER if told.status >= 500 else _REQUEST)
    message = f"{told.message.rstrip('.')}. {told.hint}" if told.hint else told.message
    return {"error": {"message": message, "type": kind, "param": told.param or None, "code": code}}


def _headers(told: Told) -> Mapping[str, str]:
    return _FINAL if told.status == 504 or told.code == "insufficient_credits" else {}


class OpenAiSurface(Surface):
    """Their API says 429 where nothing is left to pay with."""

    def refusal(self, told: Told) -> Response:
        """A refusal in the surface's own words."""
        return Surface.refusal(self, replace(told, status=429) if told.status == 402 else told)


OPENAI = OpenAiSurface(
    name=NAME, title="clipmill for clients of OpenAI", word=worded, headers=_headers, hosts=("api.openai.com",),
    description="Files, batches, images and videos as OpenAI's clients ask for them, made by any engine.",
)  # fmt: skip


def wrong(param: str, message: str, hint: str = "", code: str = "invalid_value") -> ApiError:
    """The error for a value that cannot be taken."""
    return ApiError(400, code, message, param=param, hint=hint)


def missing(param: str) -> ApiError:
    """The error for a value that is not there."""
    return ApiError(400, "missing_required_parameter", f"{param} is required", param=param, hint=f"Send {param}.")


def not_here(what: str, given: str) -> ApiError:
    """The error for what is not there, or is another's."""
    return ApiError(404, "not_found", f"there is no {what} {given[:80]}", param="id", hint="Check the id.")
