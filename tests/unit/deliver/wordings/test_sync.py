"""Rows and batches in the words of sync.so's clients."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from clipmill.deliver.links import Links
from clipmill.deliver.signing import SIGNERS
from clipmill.deliver.wordings.sync import RESULT, STATUSES, batch_status, batch_told, generation, result_lines
from clipmill.deliver.wordings.sync_codes import CATALOGUE, code_of
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState, Options, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.failure import FailureKind
from clipmill.domain.line.delivery import Delivery, DeliveryKind
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import Policy
from clipmill.domain.verdict import MediaFacts, Problem, Verdict

LINKS = Links("secret", "https://mill.example", lambda: 1_000.0, 3_600.0)
S = RowState


def batch(state: BatchState = BatchState.RUNNING) -> Batch:
    """A batch that came by the dialect."""
    return Batch(id="bat_1", name="b", template_name="sync.batch", template_version="v", engine="lipsync", source="",
                 out_folder="", policy=Policy(), state=state, created_at=1_000.0, public_id="batch_1", surface="sync",
                 options=Options(kept={"webhookUrl": "https://example.com/w"}))  # fmt: skip


def progress(state: BatchState = BatchState.RUNNING, **counts: int) -> Progress:
    """The numbers of a batch, by the names of states."""
    found = {RowState(name): count for name, count in counts.items()}
    return Progress(batch(state), found, Balance(), sum(found.values()))


def job(state: RowState, **more: Any) -> Job:
    """A row of it."""
    kept = {"at": 1_000.0, "model": "lipsync-2", "input": [], "request_id": "r1", "outputFileName": "x"}
    return Job(batch(), RowRecord(row_id=1, number=1, line=1, state=state, public_id="gen-1", file_name="x.mp4",
                                  fields={"request": json.dumps(kept)}, **more))  # fmt: skip


def test_every_state_has_a_status() -> None:
    assert set(STATUSES) == set(RowState)


@pytest.mark.parametrize("state, counts, status", [
    (BatchState.IMPORTING, {"checking": 2}, "PENDING"),
    (BatchState.RUNNING, {"checking": 2}, "PENDING"),
    (BatchState.RUNNING, {"ready": 2}, "PENDING"),
    (BatchState.RUNNING, {"ready": 1, "rendering": 1}, "PROCESSING"),
    (BatchState.RUNNING, {"ready": 1, "done": 1}, "PROCESSING"),
    (BatchState.RUNNING, {"done": 2}, "COMPLETED"),
    (BatchState.RUNNING, {"done": 1, "failed": 1}, "COMPLETED"),
    (BatchState.RUNNING, {"done": 1, "blocked": 1}, "COMPLETED"),
    (BatchState.RUNNING, {"done": 1, "review": 1}, "PROCESSING"),
    (BatchState.RUNNING, {"failed": 1, "blocked": 1}, "FAILED"),
    (BatchState.CANCELLED, {"cancelled": 2}, "FAILED"),
    (BatchState.CANCELLED, {"cancelled": 1, "rendering": 1}, "PROCESSING"),
    (BatchState.PAUSED, {"ready": 1, "done": 1}, "PROCESSING"),
])  # fmt: skip
def test_statuses_of_batches(state: BatchState, counts: dict[str, int], status: str) -> None:
    assert batch_status(progress(state, **counts)) == status


def test_a_batch_keeps_its_mixed_casing() -> None:
    told = batch_told(progress(ready=1, done=1, failed=2, blocked=1), LINKS)
    assert list(told) == ["id", "created_at", "status", "metrics", "webhookUrl", "outputUrl"]
    assert told["metrics"] == {"total_generations": 5, "success_count": 1, "failed_count": 3, "pending_count": 1}
    assert (told["id"], told["created_at"], told["outputUrl"]) == ("batch_1", "1970-01-01T00:16:40.000Z", "")


@pytest.mark.parametrize("counts", [{"done": 1}, {"failed": 1}])
def test_results_have_an_address_when_it_is_over_however_it_ended(counts: dict[str, int]) -> None:
    url = batch_told(progress(**counts), LINKS)["outputUrl"]
    assert url.startswith("https://mill.example/v2/batches/batch_1/result?signature=")
    found = LINKS.read(url.partition("signature=")[2], RESULT)
    assert found is not None
    assert (found.tenant, found.sha256, found.is_over) == ("local", "batch_1", False)


def test_a_made_generation() -> None:
    verdict = Verdict(facts=MediaFacts(seconds=1.5))
    told = generation(job(S.DONE, media="ab" * 32, verdict=verdict), LINKS)
    assert (told["status"], told["outputDuration"], told["outputFileName"]) == ("COMPLETED", 1.5, "x")
    assert told["outputUrl"].startswith("https://mill.example/files/")
    assert told["outputUrl"].endswith("/x.mp4")
    assert told["error"] is told["error_code"] is told["errorCode"] is None


@pytest.mark.parametrize("state", [S.REVIEW, S.VERIFYING, S.FAILED])
def test_no_address_of_what_is_not_completed(state: RowState) -> None:
    assert generation(job(state, media="ab" * 32), LINKS)["outputUrl"] is None


@pytest.mark.parametrize("code, column, reason, told", [
    ("payload.media", "audio[0].src", "x", "generation_input_audio_inaccessible"),
    ("payload.media", "visual.src", "x", "generation_input_video_inaccessible"),
    ("payload.refused", "", "audio[0].src: over the limit (limits.lipsync_audio_seconds)",
     "generation_audio_length_exceeded"),
    ("payload.refused", "", "audio[0].src: the file has no sound", "generation_input_audio_invalid"),
    ("payload.refused", "", "visual.src: no moving pictures", "generation_media_metadata_missing"),
    ("payload.refused", "", "segments[0].endTime: …", "generation_input_segments_invalid"),
    ("payload.wrong", "", "fps: too many", "generation_input_validation_failed"),
    ("failed.timeout", "", "x", "generation_timeout"),
    ("failed.quality", "", "x", "generation_pipeline_failed"),
    ("failed.unavailable", "", "x", "generation_infra_service_unavailable"),
    ("failed.internal", "", "x", "generation_unhandled_error"),
])  # fmt: skip
def test_codes(code: str, column: str, reason: str, told: str) -> None:
    assert code_of(Problem(code, reason, "", column)) == told


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_a_code_of_the_catalogue(kind: FailureKind) -> None:
    assert code_of(Problem(f"failed.{kind}", "x", "")) in CATALOGUE


def test_why_a_generation_was_rejected() -> None:
    problem = Problem("payload.media", "it is gone.", "Put it back.", "audio[0].src")
    told = generation(job(S.BLOCKED, problems=(problem,)), LINKS)
    assert (told["status"], told["error"]) == ("REJECTED", "audio[0].src: it is gone.")
    assert told["error_code"] == told["errorCode"] == "generation_input_audio_inaccessible"


def test_results_are_a_line_for_each_request() -> None:
    line = json.loads(next(result_lines(batch(), [job(S.DONE).record], LINKS)))
    assert (line["request_id"], line["response"]["id"], line["response"]["status"]) == ("r1", "gen-1", "COMPLETED")


def test_the_signature_is_over_second_and_body_with_every_secret() -> None:
    delivery = Delivery(id="d", kind=DeliveryKind.WEBHOOK, target="https://example.com", body='{"a":1}',
                        signing="sync", secret="one two")  # fmt: skip
    told = SIGNERS["sync"](delivery, 60)["Sync-Signature"]
    right = [hmac.new(one, b'60.{"a":1}', hashlib.sha256).hexdigest() for one in (b"one", b"two")]
    assert told == f"t=60,v1={right[0]},v1={right[1]}"


def test_without_a_secret_nothing_is_signed() -> None:
    delivery = Delivery(id="d", kind=DeliveryKind.WEBHOOK, target="https://example.com", body="{}", signing="sync")
    assert "Sync-Signature" not in SIGNERS["sync"](delivery, 60)
