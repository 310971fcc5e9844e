"""From what was seen to facts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clipmill.media.facts.decoded import DecodedFacts


def test_a_video_is_as_long_as_its_pictures() -> None:
    seen = DecodedFacts(frames=30, start=0.5, end=1.5, samples=96_000, sample_rate=48_000)
    facts = seen.facts(77)
    assert (facts.seconds, facts.fps, facts.audio_seconds, facts.size_bytes) == (1.0, 30.0, 2.0, 77)


def test_a_sound_is_as_long_as_it_is_heard() -> None:
    facts = DecodedFacts(samples=72_000, sample_rate=48_000).facts(1)
    assert (facts.seconds, facts.fps, facts.frames) == (1.5, 0.0, 0)


@pytest.mark.parametrize(
    ("promised", "packets", "discarded", "missing"), [(10, 8, 0, 2), (0, 12, 0, 4), (10, 10, 2, 0), (5, 5, 0, 0)]
)
def test_missing_frames_are_promised_or_packed(promised: int, packets: int, discarded: int, missing: int) -> None:
    assert DecodedFacts(frames=8, promised=promised, packets=packets, discarded=discarded).missing == missing


@pytest.mark.parametrize("flaw", [{"error": "odd"}, {"damaged": 1}, {"refused": 1}, {"promised": 4}, {"packets": 4}])
def test_a_file_with_anything_wrong_is_not_flawless(flaw: dict[str, Any]) -> None:
    assert DecodedFacts(frames=3, packets=3, promised=3).is_flawless
    assert not DecodedFacts(**{"frames": 3, "packets": 3, "promised": 3, **flaw}).is_flawless


def test_to_begin_again_is_to_have_seen_nothing() -> None:
    seen = DecodedFacts(container="mp4", frames=3, spared=2, audible=True, error="odd", size=(2, 2))
    seen.watch.see(np.zeros((16, 16), np.uint8), 0.0)
    seen.pictures["first"] = np.zeros((2, 2, 3), np.uint8)
    seen.begin_again()
    assert (seen.watch.frames, seen.facts(5)) == (0, DecodedFacts(container="mp4").facts(5))
    assert (seen.error, seen.spared, seen.audible, seen.pictures) == ("", 0, False, {})


def test_black_and_still_come_from_the_watch() -> None:
    seen = DecodedFacts(frames=10, end=1.0)
    for tenth in range(10):
        seen.watch.see(np.zeros((16, 16), np.uint8), tenth / 10)
    facts = seen.facts(1)
    assert (facts.black_frames, facts.longest_still_seconds) == (10, 1.0)
