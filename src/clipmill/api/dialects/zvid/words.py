"""How the Zvid dialect says things: its shape of errors, moments, and what can be done next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from clipmill.api.errors import ApiError, Told
from clipmill.hints import Action, Deed, worded
from clipmill.settings import Limits

#: A wrong field of a request and what is wrong with it.
Detail = tuple[str, str]
_NAMES = {400: "Validation failed", 401: "Unauthorized", 402: "Insufficient credits", 403: "Forbidden",
          404: "Not found", 405: "Method not allowed", 409: "Conflict", 413: "Payload too large",
          415: "Unsupported media type", 429: "Too many requests", 503: "Service unavailable"}  # fmt: skip
#: The refusals that every route of the dialect may answer with, for its OpenAPI.
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": _NAMES[status]} for status in (400, 401, 403, 404, 409, 413, 429, 503)
}
_CALLS = {Deed.SCHEMA: "GET /api/render/schema/api-key", Deed.ADD_FONT: "`clipmill fonts add` on the server",
          Deed.DOCTOR: "`clipmill doctor` on the server"}  # fmt: skip


def said(text: str) -> str:
    """A text with its actions as calls of this dialect."""
    return worded(text, _call)


def _call(action: Action) -> str:
    return _CALLS.get(action.deed, "ask whoever runs the server")


def detail(field: str, message: str) -> dict[str, str]:
    """One wrong field."""
    return {"field": field, "message": said(message)}


def word(told: Told) -> Mapping[str, Any]:
    """A refusal as `{error, message, details}`, with what goes beside it."""
    status = 400 if told.status == 422 else told.status
    details = [detail(*each) for each in told.details] or ([detail(told.param, told.message)] if told.param else [])
    more = dict(told.extra)
    if status == 429 and "limit" in more:
        more = {"current": more["limit"] - more.get("remaining", 0), "limit": more["limit"]}
    if told.retry_after is not None and math.isfinite(told.retry_after):
        more["retryAfter"] = max(1, math.ceil(told.retry_after))
    error = _NAMES.get(status, "Internal server error" if status >= 500 else "Refused")
    return {"error": error, "message": said(told.message), "details": details,
            **({"hint": said(told.hint)} if told.hint else {}), **more}  # fmt: skip


def invalid(details: Sequence[Detail], limits: Limits | None = None, hint: str = "") -> ApiError:
    """The error for wrong fields; with the limits, where one of them is over one."""
    field, message = details[0]
    over = limits is not None and any("over the limit" in message for _, message in details)
    more = {"extra": {"planLimits": plan_limits(limits)}} if limits is not None and over else {}
    told = f"{field}: {message}" if field else message
    return ApiError(400, "validation_failed", told, param=field, details=details, hint=hint, **more)


def plan_limits(limits: Limits) -> dict[str, Any]:
    """The limits in force, by the names that Zvid's plans have for them."""
    return {"maxDuration": limits.video_seconds, "maxOutputSide": limits.video_side, "maxInputSide": limits.input_side,
            "maxVisuals": limits.visuals, "maxImages": limits.images, "maxVideos": limits.videos,
            "maxGifs": limits.gifs, "maxAudios": limits.audios, "maxScenes": limits.scenes,
            "maxCaptions": limits.captions, "maxBulkItems": 500}  # fmt: skip


def iso(moment: float | None) -> str | None:
    """A moment as JavaScript writes it: `2026-05-19T08:00:00.000Z`."""
    if not moment:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: float | None) -> int | None:
    """A moment as JavaScript counts it."""
    return round(moment * 1000) if moment else None


def camel(name: str) -> str:
    """`created_at` → `createdAt`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def in_both(values: Mapping[str, Any], names: Iterable[str] = ()) -> dict[str, Any]:
    """Values under names in snake case, each under its name in camel case too, for clients read either."""
    wanted = set(names) or set(values)
    return {**values, **{camel(name): value for name, value in values.items() if name in wanted}}


def pages(page: int, limit: int, total: int) -> dict[str, Any]:
    """What a list says of itself."""
    last = max(1, math.ceil(total / limit))
    return {"page": page, "limit": limit, "total": total, "totalPages": last, "hasNext": page < last}
