from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.engines.lipsync.compile import compile_request
from clipmill.engines.lipsync.offsets import Offsets, comparisons
from clipmill.engines.lipsync.request import read_request
from clipmill.errors import WorkerCrash

VIDEO, VOICE, PHOTO = "asset:v.mp4", "asset:a.wav", "asset:p.jpg"
FACTS = {
    VIDEO: ClipFacts(seconds=4, width=64, height=64, fps="25", has_video=True, has_audio=True),
    VOICE: ClipFacts(seconds=9, has_audio=True),
    PHOTO: ClipFacts(width=64, height=64),
}


class _Worker:
    """Remembers what it was asked; answers as told."""

    def __init__(self, milliseconds: float | None = 0.2, likeness: float | None = 0.95,
                 error: Exception | None = None) -> None:  # fmt: skip
        self.asked: list[Mapping[str, Any]] = []
        self._answer: Any = {"milliseconds": milliseconds, "likeness": likeness}
        self._error = error

    def ask(self, call: str, question: Mapping[str, Any]) -> Any:
        assert call == "clipmill.media.sound.offset:measure_offset"
        self.asked.append(question)
        if self._error:
            raise self._error
        return self._answer


def _body(**fields: Any) -> dict[str, Any]:
    return {"visual": {"type": "video", "src": VIDEO}, "audio": [{"src": VOICE, "refId": "a"}], **fields}


def _told(worker: _Worker, facts: Mapping[str, ClipFacts] = FACTS, **fields: Any) -> tuple[str, ...]:
    compiled = compile_request(read_request(_body(**fields)), facts)
    return Offsets(worker.ask).told(compiled, facts, lambda reference: Path("/files") / reference)


@pytest.mark.parametrize(
    ("milliseconds", "likeness", "says"),
    [
        (120.4, 0.95, "offset_measured: 120 ms: the new sound comes 120 ms after the picture"),
        (-73.2, 0.95, "offset_measured: -73 ms: the new sound comes 73 ms before the picture"),
        (0.3, 0.99, "offset_measured: 0 ms: the new sound is where the source's own was"),
        (120.4, 0.5, "offset_unmeasured: the new sound does not say what the source's own does"),
        (None, None, "offset_unmeasured: a sound is too short or too even to be found again in the other"),
    ],
)
def test_an_offset_is_told_in_milliseconds(milliseconds: float | None, likeness: float | None, says: str) -> None:
    assert _told(_Worker(milliseconds, likeness)) == (says,)


@pytest.mark.parametrize(
    ("fields", "facts", "says"),
    [
        ({"visual": {"type": "image", "src": PHOTO}}, FACTS, "offset_unmeasured: the source has no sound of its own"),
        ({}, {**FACTS, VIDEO: ClipFacts(seconds=4, width=9, height=9, has_video=True)},
         "offset_unmeasured: the source has no sound of its own"),
        ({"sync_mode": "remap"}, FACTS, "offset_unmeasured: the video is stretched"),
    ],
)  # fmt: skip
def test_why_it_is_not_measured_is_told(fields: dict[str, Any], facts: Mapping[str, ClipFacts], says: str) -> None:
    worker = _Worker()
    (told,) = _told(worker, facts, **fields)
    assert told.startswith(says)
    assert worker.asked == []


@pytest.mark.parametrize("error", [WorkerCrash("gone"), TimeoutError("late")])
def test_a_worker_that_fails_measures_nothing_and_refuses_nothing(error: Exception) -> None:
    (told,) = _told(_Worker(error=error))
    assert told.startswith("offset_unmeasured: the two sounds could not be compared")


def test_an_answer_that_is_none_measures_nothing() -> None:
    worker = _Worker()
    worker._answer = {"milliseconds": "x"}
    (told,) = _told(worker)
    assert told.startswith("offset_unmeasured: ")


def test_each_segment_is_compared_where_it_is_heard() -> None:
    worker = _Worker(50)
    segments = [{"startTime": 0.5, "endTime": 1, "audioInput": {"refId": "a", "startTime": 3}},
                {"startTime": 2, "endTime": 3, "audioInput": {"refId": "a"}}]  # fmt: skip
    assert [each.partition(" ms")[0] for each in _told(worker, segments=segments)] == [
        "offset_measured: segments[0]: 50", "offset_measured: segments[1]: 50",
    ]  # fmt: skip
    assert [(each["own"]["begin"], each["given"]["begin"], each["seconds"]) for each in worker.asked] == [
        (0.5, 3, 0.5), (2, 0, 1),
    ]  # fmt: skip
    assert worker.asked[0]["own"]["path"] == f"/files/{VIDEO}"


@pytest.mark.parametrize(("mode", "seconds"), [("cut_off", 4), ("loop", 4), ("silence", 4)])
def test_no_more_is_compared_than_there_is_of_the_videos_own(mode: str, seconds: float) -> None:
    (asked,) = comparisons(compile_request(read_request(_body(sync_mode=mode)), FACTS))
    assert (asked.own_begin, asked.given_begin, asked.seconds) == (0, 0, seconds)


def test_what_was_compared_is_not_compared_again() -> None:
    worker = _Worker()
    compiled = compile_request(read_request(_body()), FACTS)
    offsets = Offsets(worker.ask)
    assert len({offsets.told(compiled, FACTS, Path) for _ in range(3)}) == 1
    assert len(worker.asked) == 1
