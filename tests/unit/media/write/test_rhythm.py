"""Which pictures x264 may put between two others."""

from __future__ import annotations

from av.video.frame import PictureType

from clipmill.media.write.rhythm import Rhythm
from clipmill.media.write.writer import MotionHint

I, P, ANY = PictureType.I, PictureType.P, PictureType.NONE  # noqa: E741 - their names


def kinds(hints: list[MotionHint], *, keys: set[int] = frozenset(), musts: set[int] = frozenset()) -> list[PictureType]:
    """What each picture of a new stream has to be."""
    rhythm = Rhythm()
    return [rhythm.kind(hint, key=place in keys, must=place in musts) for place, hint in enumerate(hints)]


def test_every_sixth_picture_is_between_no_others_as_a_rule() -> None:
    assert kinds([MotionHint.USUAL] * 14, keys={0}) == [I, *([ANY] * 5), P, *([ANY] * 5), P, ANY]


def test_in_a_calm_video_it_is_every_ninth() -> None:
    assert kinds([MotionHint.CALM] * 19, keys={0}) == [I, *([ANY] * 8), P, *([ANY] * 8), P]


def test_a_quick_picture_is_never_between_others() -> None:
    assert kinds([MotionHint.QUICK] * 4) == [P] * 4


def test_a_change_of_hint_counts_what_was_before() -> None:
    assert kinds([MotionHint.CALM] * 7 + [MotionHint.USUAL] * 3) == [*([ANY] * 7), P, ANY, ANY]


def test_counting_begins_anew_with_keys_and_with_what_must_be() -> None:
    assert kinds([MotionHint.USUAL] * 12, keys={3}, musts={5}) == [ANY, ANY, ANY, I, ANY, P, *([ANY] * 5), P]
