"""How generations and batches stand in Flixly's words, and what of them is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clipmill.deliver.links import Links
from clipmill.deliver.wordings import WORDINGS, Happened
from clipmill.deliver.wordings.flixly import (
    batch_note,
    batch_status,
    batch_told,
    counts,
    credits,
    event_of,
    generation,
    say,
    status_of,
    unread,
)
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState, Options, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import Problem
from clipmill.hints import RETRY, Action, Deed

LINKS = Links("secret", "http://mill.example", lambda: 1_000.0, 3_600)
BATCH = Batch(id="bat_1", name="morning", template_name="t", template_version="v", engine="draft", source="",
              out_folder="", policy=Policy(budget=500_000), state=BatchState.RUNNING, surface="flixly")  # fmt: skip
GO_ON = "POST /api/v1/batches/bat_1/resume goes on"
ASKED = {"type": "TEXT_TO_VIDEO", "model": "draft", "created_at": "2026-11-30T08:00:00Z", "webhook_url": ""}


def row(state: RowState, **more: Any) -> RowRecord:
    return RowRecord(row_id=1, number=1, line=1, state=state, fields={}, public_id="gen_1", **more)


def progress(state: BatchState = BatchState.RUNNING, reason: str = "", kept: int = 0, **rows: int) -> Progress:
    found = {RowState(name): count for name, count in rows.items()}
    batch = replace(BATCH, state=state, reason=reason, options=Options(kept={"rows": kept}))
    return Progress(batch, found, Balance(), rows=sum(found.values()), admissible=found.get(RowState.READY, 0))


@pytest.mark.parametrize(
    ("state", "status"),
    [("checking", "pending"), ("waiting", "pending"), ("ready", "pending"), ("submitting", "processing"),
     ("running", "processing"), ("rendering", "processing"), ("fetching", "processing"), ("verifying", "processing"),
     ("delivering", "processing"), ("unknown", "processing"), ("done", "completed"), ("review", "completed"),
     ("blocked", "failed"), ("failed", "failed"), ("cancelled", "failed")],
)  # fmt: skip
def test_every_state_of_a_row_has_a_status(state: str, status: str) -> None:
    assert status_of(row(RowState(state))) == status


def test_every_state_is_in_the_line_above() -> None:
    assert len(RowState) == 15


def test_a_made_generation_has_a_link_and_one_under_way_has_none() -> None:
    made = generation(Job(BATCH, row(RowState.DONE, media="a" * 64, file_name="gen_1.mp4")), LINKS, ASKED)
    assert made["output_url"].startswith("http://mill.example/files/")
    assert made["output_url"].endswith("/gen_1.mp4")
    assert (made["id"], made["model"], made["error"], made["webhook_url"]) == ("gen_1", "draft", None, None)
    again = generation(Job(BATCH, row(RowState.RENDERING, media="a" * 64)), LINKS, ASKED)
    assert (again["output_url"], again["completed_at"]) == (None, None)


def test_why_one_failed_is_a_sentence_with_what_to_do() -> None:
    problem = Problem("x", "it is too long", f"Shorten it, then `{RETRY}`.", column="prompt")
    told = generation(Job(BATCH, row(RowState.FAILED, problems=(problem,))), LINKS, ASKED)
    assert told["error"] == "prompt: it is too long. Shorten it, then `POST /api/v1/batches/{id}/retry`."


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (progress(BatchState.IMPORTING), "queued"), (progress(checking=2), "queued"), (progress(ready=2), "queued"),
        (progress(ready=1, rendering=1), "processing"), (progress(ready=1, done=1), "processing"),
        (progress(done=2), "complete"), (progress(done=1, failed=1), "complete"), (progress(review=1), "complete"),
        (progress(failed=2), "failed"), (progress(blocked=2), "failed"),
        (progress(BatchState.PAUSED, "budget", ready=1, done=1), "paused"),
        (progress(BatchState.PAUSED, "user", ready=1, rendering=1), "processing"),
        (progress(BatchState.PAUSED, "user", checking=1), "paused"), (progress(BatchState.PAUSED, done=1), "complete"),
        (progress(BatchState.FAILED, "it is no table"), "failed"),
        (progress(BatchState.CANCELLED, cancelled=1), "failed"),
        (progress(BatchState.CANCELLED, cancelled=1, rendering=1), "processing"),
    ],
)  # fmt: skip
def test_a_batch_is_queued_processing_complete_failed_or_paused(found: Progress, status: str) -> None:
    assert batch_status(found) == status


@pytest.mark.parametrize(
    ("found", "note"),
    [
        (progress(done=2), ""), (progress(BatchState.FAILED, "it is no table"), "it is no table"),
        (progress(failed=1), "no row was made"),
        (progress(BatchState.CANCELLED, cancelled=1), "it was stopped for good"),
        (progress(done=1, review=2), "2 to be looked at: approve or reject them; the zip holds what is approved"),
        (progress(BatchState.PAUSED, "user", ready=1), f"it was stopped; {GO_ON}"),
        (progress(BatchState.PAUSED, "sample", ready=1), f"its sample is made; {GO_ON}"),
    ],
)  # fmt: skip
def test_what_stands_still_says_why_and_how_it_goes_on(found: Progress, note: str) -> None:
    assert batch_note(found) == note


def test_the_hard_stop_is_told_with_what_is_enough() -> None:
    found = replace(progress(BatchState.PAUSED, "budget", ready=1, done=55), balance=Balance(spent=495_000),
                    credits_left=9_000)  # fmt: skip
    assert batch_note(found) == ("the hard stop of 500 credits is reached; all of it takes up to 504: POST "
                                 '/api/v1/batches/bat_1/resume with {"hard_stop": 504} goes on')  # fmt: skip


def test_rows_are_counted_once_each_and_those_not_read_in_are_queued() -> None:
    told = counts(
        progress(checking=1, ready=2, verifying=3, done=4, review=5, failed=6, blocked=7, unknown=8, cancelled=9)
    )
    assert told.pop("total") == sum(told.values()) == 45
    assert (told["queued"], told["processing"]) == (3, 3)
    assert unread(progress(BatchState.IMPORTING, kept=50, checking=20)) == 30
    assert counts(progress(BatchState.IMPORTING, kept=50))["queued"] == 50
    assert unread(progress(kept=50, checking=20)) == 0


def test_the_average_is_over_what_there_is() -> None:
    found = replace(progress(done=49, review=1), balance=Balance(spent=475_000, reserved=2_400))
    assert credits(found) == {"used": 475, "reserved": 2.4, "hard_stop": 500, "average_per_clip": 9.5}
    assert credits(progress(ready=1))["average_per_clip"] is None


@pytest.mark.parametrize(
    ("kind", "found", "event"),
    [("batch.finished", progress(done=1), "batch.completed"), ("batch.finished", progress(failed=1), "batch.failed"),
     ("batch.paused", progress(BatchState.PAUSED, "user", ready=1), "batch.paused"),
     ("batch.cancelled", progress(BatchState.CANCELLED), "batch.failed")],
)  # fmt: skip
def test_events_of_a_batch_are_told_with_the_batch(kind: str, found: Progress, event: str) -> None:
    told = WORDINGS["flixly"](happened(kind, found))
    assert (told["event"], told["job_id"], told["counts"]["total"]) == (event, "bat_1", found.rows)
    assert (told["download_url"] is None) is (event != "batch.completed")


@pytest.mark.parametrize(
    ("state", "event"),
    [("done", "generation.completed"), ("review", "generation.completed"), ("failed", "generation.failed"),
     ("cancelled", "generation.failed")],
)  # fmt: skip
def test_events_of_a_generation_are_told_with_the_generation(state: str, event: str) -> None:
    told = WORDINGS["flixly"](happened(f"row.{state}", progress(), Job(BATCH, row(RowState(state)))))
    assert (told["event"], told["id"]) == (event, "gen_1")


def happened(kind: str, found: Progress, job: Job | None = None) -> Happened:
    return Happened(type=kind, at="2026-11-30T08:00:00.000Z", progress=found, job=job, links=LINKS, data={})


@pytest.mark.parametrize(("action", "told"), [
    (Action(Deed.APPROVE, "bat_1"), "POST /api/v1/batches/bat_1/approve"), (RETRY, "POST /api/v1/batches/{id}/retry"),
    (Action(Deed.DOCTOR), "`doctor`, where the server runs,"),
    (Action(Deed.ADD_FONT), "`fonts add`, where the server runs,"),
])  # fmt: skip
def test_actions_are_calls_of_this_api(action: Action, told: str) -> None:
    assert say(action) == told


def test_the_event_of_a_body_is_read_back() -> None:
    assert event_of('{"event":"batch.paused"}') == "batch.paused"
    assert batch_told(progress(done=1), LINKS)["download_url"] == "http://mill.example/api/v1/batches/bat_1/download"
