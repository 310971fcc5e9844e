"""The lines between a crew and its workers, and what a worker's end means."""

from __future__ import annotations

import json

import pytest

from clipmill.errors import MediaError, WorkerCrash
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.wire import answer_of, crash_of, first_line, job_line, reply_of, understood


def test_first_line_is_the_sandbox_or_nothing() -> None:
    sandbox = Sandbox(("/a",), ("/b",), 1, 2)
    told = {"readable": ["/a"], "writable": ["/b"], "memory_bytes": 1, "file_bytes": 2, "fonts": [],
            "scratch_bytes": 64 * 1024**3, "scratch_files": 10_000, "required": False}  # fmt: skip
    assert json.loads(first_line(sandbox)) == told
    assert json.loads(first_line(None)) is None


def test_job_is_one_line_whatever_is_in_it() -> None:
    line = job_line("a:b", {"text": "two\nlines"})
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"call": "a:b", "arguments": {"text": "two\nlines"}}


def test_answer_is_given_and_error_raised() -> None:
    assert answer_of({"answer": [1]}) == [1]
    with pytest.raises(MediaError, match="broken") as caught:
        answer_of({"error": {"type": "MediaError", "message": "broken", "hint": "mend it", "failure": None}})
    assert caught.value.hint == "mend it"


#: What a worker that was broken into might answer a job with.
NO_ANSWERS = [
    "garbage", "[]", "{}", "null", '{"answer": NaN}', '{"answer": -Infinity}', "\udcff\udcfe", "\0",
    "[" * 100_000, '{"answer": 1' + "0" * 5000 + "}", '{"error": 1}', '{"error": {"type": "BUG"}}',
    '{"error": {"type": "BUG", "message": "", "hint": ""}}', '{"error": {"type": "annotations", "message": ""}}',
    '{"error": {"type": "EngineError", "message": "m", "hint": ""}}', '{"answer": 1, "memory": [1]}',
    '{"error": {"type": "MediaError", "message": "m", "hint": "", "failure": {"kind": "free beer"}}}',
    '{"answer": 1, "memory": {"now": "much"}}',
]  # fmt: skip


@pytest.mark.parametrize("line", NO_ANSWERS)
def test_whatever_is_no_answer_is_a_crash(line: str) -> None:
    with pytest.raises(WorkerCrash, match="a worker process answered what is no answer"):
        reply_of(line.encode("utf-8", "surrogateescape"))


def test_what_is_taken_apart_and_is_not_as_it_should_be_is_a_crash() -> None:
    for wrong in (lambda: {}["frames"], lambda: float("much"), lambda: tuple(1), lambda: None.x, lambda: 1 / 0):
        with pytest.raises(WorkerCrash, match="no answer"), understood():
            wrong()


@pytest.mark.parametrize(
    ("status", "words", "told"),
    [
        (-11, "", "a worker process was killed by signal 11 (SIGSEGV); a damaged media file can do that"),
        (-6, "boo", "a worker process was killed by signal 6 (SIGABRT); a damaged media file can do that: boo"),
        (-9, "", "a worker process was killed by signal 9 (SIGKILL)"),
        (-200, "", "a worker process was killed by signal 200 (unknown)"),
        (1, "it needed more", "a worker process ended with status 1: it needed more"),
    ],
)
def test_every_end_is_told_in_a_sentence(status: int, words: str, told: str) -> None:
    assert str(crash_of(status, words)) == told
