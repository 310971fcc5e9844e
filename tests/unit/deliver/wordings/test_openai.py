"""Events in the words of OpenAI's webhooks."""

from __future__ import annotations

import pytest

from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import Happened
from clipmill.deliver.wordings.openai import worded
from clipmill.domain.batch import BatchState
from tests.unit.api.dialects.openai.rows import job, progress

_AT = "2026-11-30T10:00:00.000Z"


def _happened(kind: str, state: BatchState = BatchState.RUNNING, *, of_row: bool = False, **kept: float) -> Happened:
    return Happened(type=kind, at=_AT, progress=progress(state, **kept), job=job() if of_row else None,
                    links=Links("s", "http://x", lambda: 0.0, 60), data={})  # fmt: skip


@pytest.mark.parametrize(("happened", "told"), [
    (_happened("batch.finished"), "batch.completed"),
    (_happened("batch.finished", BatchState.CANCELLED), "batch.cancelled"),
    (_happened("batch.finished", BatchState.CANCELLED, expired_at=1.0), "batch.expired"),
    (_happened("batch.failed", BatchState.FAILED), "batch.failed"),
    (_happened("row.done", of_row=True), "video.completed"),
    (_happened("row.failed", of_row=True), "video.failed"),
])  # fmt: skip
def test_an_event_is_told_with_what_to_ask_for(happened: Happened, told: str) -> None:
    found = worded(happened)
    assert (found["type"], found["object"], found["created_at"]) == (told, "event", 1_796_032_800)
    assert found["data"] == {"id": "video_1" if happened.job else "batch_1"}
    assert found == worded(happened)
