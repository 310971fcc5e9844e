"""Requests for videos, as an engine is asked for them, and what becomes of them, as clients are told it; pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clipmill.api.dialects.openai.fields import prompt_of, size_of
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.pictures import MADE, refusal
from clipmill.api.dialects.openai.surface import wrong
from clipmill.domain.asked import Job
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.serving.requests.single import request_of
from clipmill.templates.given import PAYLOAD

#: What is made where nothing is asked for and the model can: seconds, width and height.
_SECONDS, _SIZE = 4.0, (720, 1280)
_QUEUED = frozenset({RowState.CHECKING, RowState.WAITING, RowState.READY, RowState.SUBMITTING})
_FAILED = frozenset({RowState.BLOCKED, RowState.FAILED, RowState.CANCELLED, RowState.UNKNOWN})
#: Percent: what drawing takes it to, what it shows from a second try on, so that it never goes back, and at the end.
_DRAWN, _VERIFYING, _AGAIN, _MADE = 88, 92, 95, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipWish:
    """What one request asks for."""

    offer: ModelOffer
    payload: Mapping[str, Any]
    #: What is kept with it, for answers.
    kept: Mapping[str, Any]

    @property
    def price(self) -> int:
        """Thousandths of a credit."""
        return self.offer.credits(float(self.payload["seconds"]))


def clip_of(body: Mapping[str, Any], offers: Offers, reference: str = "") -> ClipWish:
    """What a request asks for. Raises ApiError naming the field."""
    prompt = prompt_of(body)
    offer = offers.chosen(body.get("model"), MediaKind.VIDEO)
    fits = all(offer.min_side <= side <= offer.max_side for side in _SIZE)
    width, height = size_of(body, offer, _SIZE if fits else (offer.width, offer.height))
    seconds = _seconds(body.get("seconds"), offer)
    payload: dict[str, Any] = {"kind": "video", "model": offer.id, "prompt": prompt, "width": width, "height": height,
                               "seconds": seconds}  # fmt: skip
    if reference:
        payload["reference"] = reference
    kept = {"model": str(body.get("model") or offer.id), "seconds": f"{seconds:g}", "size": f"{width}x{height}"}
    return ClipWish(offer=offer, payload=payload, kept=kept)


def remix_of(job: Job, body: Mapping[str, Any], offers: Offers) -> ClipWish:
    """The same again with another prompt. Raises ApiError."""
    kept = request_of(job)
    payload = {**json.loads(job.record.fields[PAYLOAD]), "prompt": prompt_of(body)}
    offer = offers.chosen(payload["model"], MediaKind.VIDEO)
    return ClipWish(offer=offer, payload=payload, kept={**kept, "remixed": job.record.public_id})


def _seconds(value: Any, offer: ModelOffer) -> float:
    if value in (None, ""):
        return _SECONDS if offer.min_seconds <= _SECONDS <= offer.max_seconds else offer.seconds
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not offer.min_seconds <= seconds <= offer.max_seconds:
        raise wrong("seconds", f"{offer.name} makes {offer.min_seconds:g} to {offer.max_seconds:g} seconds, not "
                    f"{str(value)[:40]}")  # fmt: skip
    return seconds


def status_of(state: RowState) -> str:
    """The state of a row as a video's status."""
    if state in MADE:
        return "completed"
    return "failed" if state in _FAILED else "queued" if state in _QUEUED else "in_progress"


def progress_of(job: Job) -> int:
    """Percent that never go back."""
    record = job.record
    if record.state in MADE:
        return _MADE
    if not record.attempts:
        return 0
    if record.attempts > 1 or record.state in _FAILED or record.state in _QUEUED - {RowState.SUBMITTING}:
        return _AGAIN
    if record.state in (RowState.VERIFYING, RowState.FETCHING):
        return _VERIFYING
    return 1 + int((_DRAWN - 1) * min(1.0, max(0.0, record.progress or 0.0)))


def clip_told(job: Job) -> dict[str, Any]:
    """A video as clients read it."""
    record, kept = job.record, request_of(job)
    status, finished = status_of(record.state), record.making.finished_at
    error = None
    if status == "failed":
        why = refusal(job).told
        error = {"code": why.code, "message": f"{why.message.rstrip('.')}. {why.hint}".strip()}
    prompt = json.loads(record.fields.get(PAYLOAD) or "{}").get("prompt")
    return {
        "id": record.public_id, "object": "video", "status": status, "progress": progress_of(job),
        "model": kept["model"], "seconds": kept["seconds"], "size": kept["size"], "prompt": prompt,
        "created_at": int(kept["at"]),
        "completed_at": int(finished) if finished and status == "completed" else None, "expires_at": None,
        "error": error, "remixed_from_video_id": kept.get("remixed"),
    }  # fmt: skip
