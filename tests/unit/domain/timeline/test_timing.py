from fractions import Fraction

import pytest

from clipmill.domain.timeline.timing import exact, first_frame, frame_count, last_frame


def test_seconds_are_the_decimal_that_was_written() -> None:
    assert exact(0.1) == Fraction(1, 10)
    assert exact(1e-07) == Fraction(1, 10_000_000)


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [(9, 30, 270), (0.1, 30, 3), (2.9, 25, 72), (0.1, 1, 1), (1.1, 30, 33)]
)
def test_frames_are_counted_exactly(seconds: float, fps: int, frames: int) -> None:
    assert frame_count(seconds, fps) == frames


def test_a_moment_between_two_frames_belongs_to_both_sides() -> None:
    assert first_frame(0.51, 10) == 6
    assert last_frame(0.51, 10) == 5
    assert first_frame(1.1, 30) == last_frame(1.1, 30) == 33
