"""What a batch leaves: a line for each request, with what it gave or why it gave nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any

from clipmill.api.dialects.openai.clips import clip_told
from clipmill.api.dialects.openai.pictures import MADE, pictures_told, refusal
from clipmill.api.dialects.openai.surface import worded
from clipmill.api.errors import ApiError
from clipmill.domain.asked import Job
from clipmill.domain.row import RowState
from clipmill.pipeline.use_cases.serving.requests.single import request_of

IMAGES, VIDEOS = "/v1/images/generations", "/v1/videos"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """What one request came to."""

    line: Mapping[str, Any]
    is_good: bool


@dataclass(slots=True)
class Written:
    """How many lines were written to either file."""

    completed: int = 0
    failed: int = 0


def outcomes(jobs: Iterable[Job], body_of: Any, lost: tuple[str, str]) -> Iterator[LineOutcome]:
    """What each request came to, whose rows stand together; `lost`: code and message for those that were called off.

    `body_of` makes the answer of those jobs, and raises ApiError where there is none.
    """
    for number, found in groupby(jobs, lambda job: request_of(job)["line"]):
        together = list(found)
        yield _outcome(together, number, body_of, lost)


def _outcome(jobs: list[Job], number: int, body_of: Any, lost: tuple[str, str]) -> LineOutcome:
    tail = jobs[0].batch.public_id.removeprefix("batch_")
    line = {"id": f"batch_req_{tail}_{number}", "custom_id": request_of(jobs[0])["custom_id"]}
    request_id = f"req_{tail}_{number}"
    try:
        if all(job.record.state is RowState.CANCELLED for job in jobs):
            error = {"code": lost[0], "message": lost[1]}
            return LineOutcome(line={**line, "response": None, "error": error}, is_good=False)
        said = {"status_code": 200, "request_id": request_id, "body": body_of(jobs)}
        return LineOutcome(line={**line, "response": said, "error": None}, is_good=True)
    except ApiError as error:
        said = {"status_code": error.told.status, "request_id": request_id, "body": worded(error.told)}
        return LineOutcome(line={**line, "response": said, "error": None}, is_good=False)


def answer_of(endpoint: str, at: float, link: Any, read: Any) -> Any:
    """Makes the answer to a request of this endpoint out of its jobs."""

    def clip(jobs: list[Job]) -> dict[str, Any]:
        if jobs[0].record.state not in MADE:
            raise refusal(jobs[0])
        return clip_told(jobs[0])

    return clip if endpoint == VIDEOS else lambda jobs: pictures_told(jobs, at, link, read)


def write(found: Iterable[LineOutcome], output: IO[str], errors: IO[str]) -> Written:
    """Write good lines to one file and the others to the other."""
    written = Written()
    for outcome in found:
        (output if outcome.is_good else errors).write(json.dumps(outcome.line, ensure_ascii=False) + "\n")
        written.completed += outcome.is_good
        written.failed += not outcome.is_good
    return written
