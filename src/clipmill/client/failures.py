"""What a request to a server may end with instead of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiFailure(Exception):  # noqa: N818 - what users catch is called as they say it
    """The server refused: why, where, what to do about it; `status` is that of HTTP, 0 where nobody answered."""

    def __init__(self, message: str, *, status: int = 0, code: str = "", param: str = "", hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.status, self.code, self.param, self.hint = status, code, param, hint
        self.message = message


class Unauthorized(ApiFailure):
    """The key is not known there, was revoked or has expired; or none was sent."""


class Forbidden(ApiFailure):
    """The key may not do this."""


class OutOfCredits(ApiFailure):
    """The key has too few credits left."""


class NotFound(ApiFailure):
    """There is no such thing, or it is another tenant's."""


class RateLimited(ApiFailure):
    """Too much at once, even after waiting."""


class Unreachable(ApiFailure):
    """Nobody answered, or the answer broke off."""


_KINDS: Mapping[int, type[ApiFailure]] = {401: Unauthorized, 402: OutOfCredits, 403: Forbidden, 404: NotFound,
                                          429: RateLimited}  # fmt: skip


def failure_of(status: int, body: Any) -> ApiFailure:
    """The failure that an answer tells."""
    told = body.get("error") if isinstance(body, dict) else None
    told = told if isinstance(told, dict) else {"message": f"the server answered {status}"}
    kind = _KINDS.get(status, ApiFailure)
    return kind(str(told.get("message", "")), status=status, code=str(told.get("code") or ""),
                param=str(told.get("param") or ""), hint=str(told.get("hint") or ""))  # fmt: skip
