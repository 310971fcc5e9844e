"""Stillness and blackness, frame by frame."""

from __future__ import annotations

import numpy as np

from clipmill.media.facts.pixels.stillness import Luma, MotionDetector

GREY = np.full((720, 1280), 120, np.uint8)


def watched(*pictures: Luma) -> MotionDetector:
    watch = MotionDetector()
    for index, picture in enumerate(pictures):
        watch.see(picture, index / 10)
    return watch


def test_equal_frames_are_one_still_span() -> None:
    assert watched(GREY, GREY, GREY).stills(0.3) == [(0.0, 0.3)]


def test_nothing_seen_is_no_span() -> None:
    assert MotionDetector().stills(0.0) == []


def test_the_noise_of_a_coder_is_no_change() -> None:
    noise = np.random.default_rng(1).integers(-20, 20, GREY.shape)
    assert watched(GREY, (GREY + noise).astype(np.uint8)).stills(0.2) == [(0.0, 0.2)]


def test_a_thin_line_between_the_samples_is_a_change() -> None:
    line = GREY.copy()
    line[361:363, 200:400] = 255
    assert watched(GREY, line).stills(0.2) == [(0.0, 0.1), (0.1, 0.2)]


def test_slow_change_adds_up() -> None:
    fade = [(GREY + 5 * step).astype(np.uint8) for step in range(11)]
    assert len(watched(*fade).stills(1.1)) == 3


def test_a_dark_design_is_not_black() -> None:
    black = np.full((720, 1280), 16, np.uint8)
    dark = black.copy()
    dark[300:420, 200:700] = 29
    assert watched(black, dark, GREY).black_frames == 1


def test_frames_that_are_told_to_be_equal_count_as_if_each_had_been_seen() -> None:
    black = np.full((720, 1280), 16, np.uint8)
    each, at_once = watched(*[black] * 4, *[GREY] * 3, black), MotionDetector()
    for picture, begin, count in ((black, 0, 4), (GREY, 4, 3), (black, 7, 1)):
        at_once.see(picture, begin / 10, count)
    assert (at_once.frames, at_once.black_frames) == (each.frames, each.black_frames) == (8, 5)
    assert at_once.stills(0.8) == each.stills(0.8)
