"""The lines between a crew and its workers, and what a worker's end means."""

from __future__ import annotations

import json

import pytest

from clipmill.errors import MediaError
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.wire import answer_of, crash_of, first_line, job_line


def test_first_line_is_the_sandbox_or_nothing() -> None:
    sandbox = Sandbox(("/a",), ("/b",), 1, 2)
    told = {"readable": ["/a"], "writable": ["/b"], "memory_bytes": 1, "file_bytes": 2, "fonts": [],
            "scratch_bytes": 64 * 1024**3, "scratch_files": 10_000}  # fmt: skip
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
