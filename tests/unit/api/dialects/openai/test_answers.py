"""States, as clients are told them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from clipmill.api.dialects.openai.batch import batch_told, has_expired, is_to_be_finished
from clipmill.api.dialects.openai.clips import clip_told, progress_of, status_of
from clipmill.api.dialects.openai.outputs import answer_of, outcomes, write
from clipmill.api.dialects.openai.surface import OPENAI, worded
from clipmill.api.errors import Told
from clipmill.domain.batch import BatchState
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem
from tests.unit.api.dialects.openai.rows import job, progress

_DONE = {RowState.DONE: 2}
_AT_WORK = {RowState.DONE: 1, RowState.RENDERING: 1}
_FINISHED = {"finished": {"output": "file-2", "error": None, "completed": 2, "failed": 0, "at": 9.0, "settled_at": 8.0}}
_STATUS = {
    "completed": (RowState.DELIVERING, RowState.REVIEW, RowState.DONE),
    "failed": (RowState.BLOCKED, RowState.FAILED, RowState.CANCELLED, RowState.UNKNOWN),
    "queued": (RowState.CHECKING, RowState.WAITING, RowState.READY, RowState.SUBMITTING),
    "in_progress": (RowState.RUNNING, RowState.RENDERING, RowState.FETCHING, RowState.VERIFYING),
}


def test_every_state_has_a_status() -> None:
    assert sorted(state for states in _STATUS.values() for state in states) == sorted(RowState)


@pytest.mark.parametrize(("status", "state"), [(told, one) for told, states in _STATUS.items() for one in states])
def test_a_video_has_the_status_of_its_row(status: str, state: RowState) -> None:
    assert status_of(state) == status


def test_a_video_is_told_as_it_is() -> None:
    assert clip_told(job()) == {
        "id": "video_1", "object": "video", "status": "completed", "progress": 100, "model": "draft", "seconds": "4",
        "size": "720x1280", "prompt": "a cat", "created_at": 10, "completed_at": 20, "expires_at": None, "error": None,
        "remixed_from_video_id": None,
    }  # fmt: skip


def test_a_failed_video_says_why() -> None:
    told = clip_told(job(RowState.BLOCKED, problems=(Problem("payload.media", "it is gone", "Send another."),)))
    assert (told["status"], told["completed_at"]) == ("failed", None)
    assert told["error"] == {"code": "invalid_value", "message": "it is gone. Send another."}


def test_progress_never_goes_back() -> None:
    life: list[tuple[RowState, int, float | None]] = [
        (RowState.CHECKING, 0, None), (RowState.READY, 0, None), (RowState.RENDERING, 1, None),
        (RowState.RENDERING, 1, 0.4), (RowState.RENDERING, 1, 1.0), (RowState.VERIFYING, 1, None),
        (RowState.READY, 1, None), (RowState.RENDERING, 2, 0.1), (RowState.VERIFYING, 2, None),
        (RowState.DELIVERING, 2, None), (RowState.DONE, 2, None),
    ]  # fmt: skip
    told = [progress_of(job(state, attempts=attempts, progress=share)) for state, attempts, share in life]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)


@pytest.mark.parametrize(("state", "counts", "kept", "status"), [
    (BatchState.IMPORTING, {}, {}, "validating"),
    (BatchState.FAILED, {}, {"errors": [{"code": "empty_file"}]}, "failed"),
    (BatchState.RUNNING, _AT_WORK, {}, "in_progress"),
    (BatchState.PAUSED, _AT_WORK, {}, "in_progress"),
    (BatchState.RUNNING, _DONE, {}, "finalizing"),
    (BatchState.RUNNING, _DONE, _FINISHED, "completed"),
    (BatchState.CANCELLED, _AT_WORK, {}, "cancelling"),
    (BatchState.CANCELLED, _DONE, _FINISHED, "cancelled"),
    (BatchState.CANCELLED, _AT_WORK, {"expired_at": 5.0}, "finalizing"),
    (BatchState.CANCELLED, _DONE, {**_FINISHED, "expired_at": 5.0}, "expired"),
])  # fmt: skip
def test_a_batch_has_the_status_of_its_rows(
    state: BatchState, counts: dict[RowState, int], kept: dict[str, Any], status: str
) -> None:
    told = batch_told(progress(state, counts, **kept))
    assert told["status"] == status
    assert bool(told["errors"]) is (status == "failed")
    assert (told["completed_at"], told["cancelled_at"]) == (9 if status == "completed" else None,
                                                            9 if status == "cancelled" else None)  # fmt: skip


def test_a_batch_counts_requests() -> None:
    counts = {RowState.DONE: 4, RowState.FAILED: 2, RowState.READY: 2}
    assert batch_told(progress(counts=counts, total=4))["request_counts"] == {"total": 4, "completed": 2, "failed": 1}
    assert batch_told(progress(counts=counts, **_FINISHED))["request_counts"] == {
        "total": 2,
        "completed": 2,
        "failed": 0,
    }


@pytest.mark.parametrize(("state", "counts", "now", "is_over"), [
    (BatchState.RUNNING, _AT_WORK, 87_399.0, False), (BatchState.RUNNING, _AT_WORK, 87_400.0, True),
    (BatchState.PAUSED, _AT_WORK, 87_400.0, True), (BatchState.IMPORTING, {}, 87_400.0, True),
    (BatchState.RUNNING, _DONE, 87_400.0, False), (BatchState.CANCELLED, _AT_WORK, 87_400.0, False),
    (BatchState.FAILED, {}, 87_400.0, False),
])  # fmt: skip
def test_a_batch_expires_after_a_day(state: BatchState, counts: dict[RowState, int], now: float, is_over: bool) -> None:
    assert has_expired(progress(state, counts), now) is is_over


def test_what_a_batch_leaves_is_written_once_at_its_end() -> None:
    assert is_to_be_finished(progress(counts=_DONE))
    assert is_to_be_finished(progress(BatchState.CANCELLED, _DONE))
    assert not is_to_be_finished(progress(counts=_AT_WORK))
    assert not is_to_be_finished(progress(counts=_DONE, **_FINISHED))
    assert not is_to_be_finished(progress(BatchState.FAILED))


def test_each_request_gets_one_line_in_either_file() -> None:
    jobs = [
        job(line=1), job(line=2), job(RowState.FAILED, line=2), job(RowState.CANCELLED, line=3),
        job(RowState.BLOCKED, line=4, problems=(Problem("request.wrong", "too wide", "Make it less wide.", "size"),)),
    ]  # fmt: skip
    good, bad = io.StringIO(), io.StringIO()
    body_of = answer_of("/v1/images/generations", 7.0, lambda _: "http://x", lambda _: b"png")
    written = write(outcomes(jobs, body_of, ("batch_expired", "late")), good, bad)
    assert (written.completed, written.failed) == (2, 2)
    first, second = map(json.loads, good.getvalue().splitlines())
    assert (first["id"], first["custom_id"], first["error"]) == ("batch_req_1_1", "c1", None)
    assert first["response"]["status_code"] == 200
    assert first["response"]["body"]["data"] == [{"b64_json": "cG5n"}]
    assert len(second["response"]["body"]["data"]) == 1
    late, wide = map(json.loads, bad.getvalue().splitlines())
    assert (late["response"], late["error"]) == (None, {"code": "batch_expired", "message": "late"})
    assert (wide["error"], wide["response"]["status_code"]) == (None, 400)
    assert wide["response"]["body"]["error"]["param"] == "size"


@pytest.mark.parametrize(("status", "code", "kind", "theirs"), [
    (400, "invalid_value", "invalid_request_error", "invalid_value"),
    (401, "unauthorized", "authentication_error", "invalid_api_key"),
    (403, "forbidden", "permission_error", "insufficient_permissions"),
    (404, "not_found", "invalid_request_error", "not_found"),
    (429, "rate_limit_exceeded", "rate_limit_error", "rate_limit_exceeded"),
    (429, "insufficient_credits", "insufficient_quota", "insufficient_quota"),
    (500, "internal", "server_error", "internal"), (504, "timeout", "server_error", "timeout"),
])  # fmt: skip
def test_refusals_are_in_their_words(status: int, code: str, kind: str, theirs: str) -> None:
    told = worded(Told(status=status, code=code, message="no", param="n", hint="Do."))
    assert told == {"error": {"message": "no. Do.", "type": kind, "param": "n", "code": theirs}}


def test_clients_do_not_send_again_what_would_be_made_or_refused_once_more() -> None:
    paid = OPENAI.refusal(Told(status=402, code="insufficient_credits", message="no"))
    late = OPENAI.refusal(Told(status=504, code="timeout", message="no"))
    assert (paid.status_code, paid.headers["x-should-retry"]) == (429, "false")
    assert (late.status_code, late.headers["x-should-retry"]) == (504, "false")
    assert "x-should-retry" not in OPENAI.refusal(Told(status=429, code="rate_limit_exceeded", message="no")).headers
