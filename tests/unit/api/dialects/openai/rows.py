"""Rows and offers as the dialect reads them, with nothing but what a test says."""

from __future__ import annotations

import json
from typing import Any

from clipmill.api.dialects.openai.models import Offers
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState, Options, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer
from clipmill.domain.record import Making, RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy

CLIP = ModelOffer(id="draft", name="Draft", engine="draft", kind=MediaKind.VIDEO, width=1280, height=720, seconds=5.0,
                  fps=24, min_seconds=1.0, max_seconds=60.0, price_per_second=1_000)  # fmt: skip
STILL = ModelOffer(id="draft", name="Draft", engine="draft", kind=MediaKind.IMAGE, width=1024, height=1024, price=500)
SHORT = ModelOffer(id="short", name="Short", engine="other", kind=MediaKind.VIDEO, width=640, height=360, seconds=2.0,
                   fps=24, min_seconds=2.0, max_seconds=3.0, max_side=640)  # fmt: skip
OFFERS = Offers((CLIP, STILL, SHORT))
STANDING_IN = Offers((CLIP, STILL), stands_in=True)


def batch(state: BatchState = BatchState.RUNNING, **kept: Any) -> Batch:
    """A batch of images, with more that the surface keeps."""
    known = {"input_file_id": "file-1", "endpoint": "/v1/images/generations", "window": "24h", "total": 2}
    return Batch(id="bat_1", name="in.jsonl", template_name="t", template_version="v", engine="draft", source="",
                 out_folder="", policy=Policy(), state=state, created_at=1_000.0, public_id="batch_1",
                 surface="openai", options=Options(kept={**known, **kept}))  # fmt: skip


def progress(
    state: BatchState = BatchState.RUNNING, counts: dict[RowState, int] | None = None, **kept: Any
) -> Progress:
    """The numbers of a batch."""
    counts = counts or {}
    return Progress(batch(state, **kept), counts, Balance(), sum(counts.values()))


def job(state: RowState = RowState.DONE, *, line: int = 1, **told: Any) -> Job:
    """A row; `told` is of its record."""
    request = {"model": "draft", "seconds": "4", "size": "720x1280", "at": 10.5, "line": line, "custom_id": f"c{line}",
               "format": "png", "quality": "auto", "url": False, **told.pop("request", {})}  # fmt: skip
    payload = {"kind": "video", "model": "draft", "prompt": "a cat", "seconds": 4, "width": 720, "height": 1280}
    fields = {"request": json.dumps(request), "payload": json.dumps(payload)}
    made = RowRecord(row_id=1, number=1, line=1, state=state, fields=fields, public_id="video_1",
                     making=Making(finished_at=20.0), **{"media": "ab" * 32, **told})  # fmt: skip
    return Job(batch(), made)
