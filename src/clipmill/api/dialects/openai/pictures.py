"""Requests for pictures, as an engine is asked for them, and what was made, as clients are told it; pure."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clipmill.api.dialects.openai.fields import choice_of, is_asked, prompt_of, size_of, whole_of
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.surface import wrong
from clipmill.api.errors import ApiError
from clipmill.domain.asked import Job
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.serving.requests.single import request_of

MOST = 10
#: States of what was made and checked: nobody reviews here, so what a check doubts is handed out as well.
MADE = (RowState.DELIVERING, RowState.REVIEW, RowState.DONE)
_FORMATS = ("png", "jpeg", "webp")
_QUALITIES = ("auto", "low", "medium", "high", "xhigh", "max", "standard", "hd")


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesWish:
    """What one request asks for."""

    offer: ModelOffer
    count: int
    #: For the engine, the same for each of them.
    payload: Mapping[str, Any]
    #: What is kept with each, for the answer.
    kept: Mapping[str, Any]

    @property
    def price(self) -> int:
        """Thousandths of a credit for all of them."""
        return self.count * self.offer.credits()


def pictures_of(body: Mapping[str, Any], offers: Offers, reference: str = "") -> PicturesWish:
    """What a request asks for. Raises ApiError naming the field."""
    prompt = prompt_of(body)
    offer = offers.chosen(body.get("model"), MediaKind.IMAGE)
    if is_asked(body, "stream"):
        raise wrong("stream", "pictures are not streamed here", "Leave stream out.", "unsupported_value")
    choice_of(body, "background", ("auto", "opaque"))
    form = choice_of(body, "output_format", _FORMATS, "png")
    width, height = size_of(body, offer, (offer.width, offer.height))
    payload: dict[str, Any] = {"kind": "image", "model": offer.id, "prompt": prompt, "width": width, "height": height,
                               "output_format": form}  # fmt: skip
    compression = whole_of(body, "output_compression", 100, (0, 100))
    if body.get("output_compression") is not None and form != "png":
        payload["quality"] = max(1, compression)
    if reference:
        payload["reference"] = reference
    kept = {"model": str(body.get("model") or offer.id), "format": form, "size": f"{width}x{height}",
            "quality": choice_of(body, "quality", _QUALITIES, "auto"),
            "url": choice_of(body, "response_format", ("b64_json", "url"), "b64_json") == "url"}  # fmt: skip
    return PicturesWish(offer=offer, count=whole_of(body, "n", 1, (1, MOST)), payload=payload, kept=kept)


def pictures_told(jobs: Sequence[Job], at: float, link: Callable[[Job], str], read: Callable[[Job], bytes],
                  ) -> dict[str, Any]:  # fmt: skip
    """The answer: those pictures that were made. Raises ApiError where none was."""
    made = [job for job in jobs if job.record.state in MADE]
    if not made:
        raise refusal(jobs[0])
    kept = request_of(made[0])
    data = [{"url": link(job)} if kept["url"] else {"b64_json": base64.b64encode(read(job)).decode()} for job in made]
    quality = {} if kept["quality"] == "auto" else {"quality": kept["quality"]}
    return {"created": int(at), "data": data, "background": "opaque", "output_format": kept["format"], **quality,
            "size": kept["size"]}  # fmt: skip


def refusal(job: Job) -> ApiError:
    """Why a request came to nothing."""
    record = job.record
    told = record.problems[0] if record.problems else None
    message, hint = (told.told, told.fix) if told else ("", "")
    if record.state is RowState.BLOCKED:
        return ApiError(400, "invalid_value", message or "the request cannot be made", hint=hint,
                        param=told.column if told else "")  # fmt: skip
    if record.state is RowState.CANCELLED:
        return ApiError(500, "cancelled", "the request was cancelled before it was made")
    return ApiError(500, "generation_failed", message or "it could not be made", hint=hint)
