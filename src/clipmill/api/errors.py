"""What a request is refused with: one value, which every surface words in its own shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from clipmill import log
from clipmill.api.wording import in_words
from clipmill.errors import (
    BUG,
    ClipmillError,
    ConflictError,
    EngineError,
    InputError,
    MediaError,
    NotFoundError,
    ProjectError,
    SettingsError,
    SourceError,
    StoreAway,
    StoreError,
    TemplateError,
    UnstorableError,
    WorkerCrash,
)
from clipmill.shown import discreet, shortened

#: Seconds after which whoever was refused for what passes may come again.
_AGAIN_SECONDS = 2.0
#: Fields that are told of a body in which many are wrong.
_TOLD = 20
_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A refusal: what, where, who can mend it and how."""

    #: Of HTTP.
    status: int
    #: A word that programs compare: `not_found`.
    code: str
    message: str
    #: The field, column or path that is wrong; empty where it is none.
    param: str = ""
    hint: str = ""
    #: Seconds after which the same may be asked again; None: whenever.
    retry_after: float | None = None
    #: Each wrong field with its message, where several are.
    details: Sequence[tuple[str, str]] = ()
    #: What a dialect tells beside it, JSON values.
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """The headers that go with it."""
        if self.retry_after is None or math.isinf(self.retry_after):
            return {}
        return {"Retry-After": str(max(1, math.ceil(self.retry_after)))}


class ApiError(HTTPException):
    """A request is refused; `told` says why."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        self.told = Told(status=status, code=code, message=message, **more)
        super().__init__(status, message, headers=self.told.headers)


#: Errors of ours → status and code; the first that fits.
_KINDS: Sequence[tuple[type[ClipmillError], int, str]] = (
    (NotFoundError, 404, "not_found"),
    (SourceError, 400, "table_unreadable"),
    (TemplateError, 400, "template_wrong"),
    (MediaError, 400, "media_unusable"),
    (ProjectError, 400, "project_wrong"),
    (SettingsError, 400, "invalid_request"),
    (ConflictError, 409, "conflict"),
    (InputError, 400, "invalid_request"),
    (EngineError, 400, "engine_refused"),
    (StoreAway, 503, "busy"),
    (UnstorableError, 400, "invalid_request"),
    (StoreError, 500, "store_failed"),
    (WorkerCrash, 503, "worker_lost"),
)
_OF_STATUS = {404: ("not_found", "there is nothing at this address"), 405: ("method_not_allowed", "not by this method"),
              413: ("too_large", "the body is too large"), 415: ("wrong_content_type", "not with this content type"),
              400: ("invalid_request", "the body cannot be read")}  # fmt: skip


def told_of(error: Exception) -> Told:
    """What is told of an error, whatever it is; what nobody expected is logged, and told without its words."""
    if isinstance(error, ApiError):
        return error.told
    if isinstance(error, ClipmillError):
        return _of_ours(error)
    if isinstance(error, RequestValidationError):
        return _of_validation(error)
    if isinstance(error, HTTPException):
        code, message = _OF_STATUS.get(error.status_code, ("refused", str(error.detail)))
        return Told(status=error.status_code, code=code, message=message)
    log.error("a request failed", reason=str(error), traceback=log.traceback_of(error))
    return Told(status=500, code="internal", message="the server failed at this request", hint=BUG)


def _of_ours(error: ClipmillError) -> Told:
    status, code = next(((s, c) for kind, s, c in _KINDS if isinstance(error, kind)), (500, "internal"))
    if status >= 500:
        log.warning("a request failed", reason=str(error))
    again = _AGAIN_SECONDS if status == 503 else None
    path = getattr(error, "path", "")
    message = str(error).removeprefix(f"{path}: ") if path else str(error)
    return Told(status=status, code=code, message=in_words(message), param=path, hint=in_words(error.hint),
                retry_after=again)  # fmt: skip


def _of_validation(error: RequestValidationError) -> Told:
    """The fields that are wrong, as the request calls them."""
    details = []
    for found in error.errors()[:_TOLD]:
        place = ".".join(str(part) for part in found["loc"][1:]) or str(found["loc"][0])
        details.append((shortened(legible(place)), shortened(legible(str(found["msg"])), _CHARACTERS)))
    first = details[0] if details else ("", "the request is wrong")
    return Told(status=422, code="invalid_request", message=f"{first[0]}: {first[1]}", param=first[0],
                hint="Correct the field.", details=details)  # fmt: skip


def legible(text: str) -> str:
    """A text of others without halves of characters and without secrets."""
    return discreet(text.encode("utf-8", "replace").decode())
