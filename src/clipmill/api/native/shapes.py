"""Shapes that every resource shares: refusals, pages, amounts, and what of requests OpenAPI cannot tell by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Query, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from clipmill.api.surface import StrictRoute

T = TypeVar("T")
#: Credits, with up to three decimals.
Amount = Annotated[float, Field(description="Credits, with up to three decimals.")]
#: How many a page holds at most.
MOST = 200


class ToldShape(BaseModel):
    """What is told."""

    model_config = ConfigDict(extra="ignore")


class AskedShape(BaseModel):
    """What is asked for; a field that nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class Detail(ToldShape):
    """One wrong field."""

    param: str
    message: str


class RefusalError(ToldShape):
    """Why a request is refused."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="A word that programs compare.")
    message: str = Field(description="One sentence for people.")
    param: str | None = Field(description="The field that is wrong.")
    hint: str | None = Field(description="What to do about it.")
    doc: str = Field(description="Where it is explained.")
    details: list[Detail] = Field(default=[], description="Each wrong field, where several are.")


class Refusal(ToldShape):
    """What every request is refused with."""

    error: RefusalError


class PageOf(ToldShape, Generic[T]):
    """Some of a list, and where the next of it begin."""

    data: list[T]
    has_more: bool = Field(description="Whether there is more of it.")
    next: str | None = Field(description="Give it as `after` for what comes next.")


class RowsMoved(ToldShape):
    """How many rows a call moved."""

    batch: str
    rows: int


Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
After = Annotated[str, Query(max_length=200, description="The `next` of the page before; empty: from the start.")]


def paged(found: Sequence[T], limit: int, id_of: Callable[[T], object]) -> tuple[list[T], bool, str | None]:
    """Of one more than were asked for: the page, whether there is more, and where that begins."""
    page = list(found[:limit])
    more = len(found) > limit
    return page, more, str(id_of(page[-1])) if more and page else None


def number_after(after: str) -> int:
    """`after`, where it is a number. Raises ValueError as ApiError."""
    from clipmill.api.errors import ApiError  # noqa: PLC0415 - which imports much that shapes need not

    if not after:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 18):
        raise ApiError(400, "invalid_request", "after is no place in this list", param="after",
                       hint="Give the `next` of the page before.")  # fmt: skip
    return int(after)


REFUSALS = {
    400: "The request is wrong.", 401: "No key, or one that is not good.", 402: "The key has too few credits left.",
    403: "The key may not do this.", 404: "There is no such thing here.", 405: "Not by this method.",
    409: "It cannot be done as things stand.", 413: "The body is too large.", 415: "Not with this content type.",
    422: "Another request was sent under this Idempotency-Key.", 429: "Too much at once: come again later.",
    503: "The server is busy, or stopping.",
}  # fmt: skip
_REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal, "description": why} for status, why in REFUSALS.items()
}
_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 255},
    "description": "The same key again is the same request: it is answered as the first was, for 30 days.",
}  # fmt: skip
_SCHEMES = (Security(HTTPBearer(auto_error=False)), Security(APIKeyHeader(name="x-api-key", auto_error=False)))


class NativeRoute(StrictRoute):
    """A route of ours, which tells of the header that every POST heeds."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        if "POST" in (told.get("methods") or ()):
            extra = dict(told.get("openapi_extra") or {})
            told["openapi_extra"] = {**extra, "parameters": [*extra.get("parameters", ()), _KEY]}
        super().__init__(path, endpoint, **told)


def resource(name: str) -> APIRouter:
    """The router of a resource, below `/v1`."""
    return APIRouter(prefix="/v1", route_class=NativeRoute, tags=[name], responses=_REFUSED,
                     dependencies=list(_SCHEMES))  # fmt: skip


def body_of(**kinds: dict[str, Any] | type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI is told of a body that is read by hand: content type → its schema; `__` stands for `/`."""
    content = {kind.replace("__", "/").replace("_", "-"): {"schema": _schema(schema)} for kind, schema in kinds.items()}
    return {"requestBody": {"required": True, "content": content}}


def _schema(schema: dict[str, Any] | type[BaseModel]) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else schema.model_json_schema()


#: A body of bytes, for `body_of`.
BINARY = {"type": "string", "format": "binary"}
