from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.cycles import Cycle, cycle_of, picture_count
from clipmill.domain.timeline.elements.visual import VideoVisual

FACTS = ClipFacts(seconds=0.6, picture_seconds=0.5, fps="10", has_video=True)


def _cycle(loop: str, facts: ClipFacts | None = FACTS, **fields: Any) -> Cycle | None:
    return cycle_of(VideoVisual.model_validate({"type": "VIDEO", "src": "asset:x", "loop": loop, **fields}), facts)


def _shown(found: Cycle | None, pictures: int) -> list[int]:
    """The number of the picture at the beginning of so many pictures' time."""
    assert found is not None
    return [(found.moment(Fraction(n) / found.rate) * found.rate).__floor__() for n in range(pictures)]


@pytest.mark.parametrize(
    ("loop", "fields", "pictures"),
    [
        ("repeat", {}, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]),
        ("bounce", {}, [0, 1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3]),
        ("repeat", {"videoBegin": 0.2}, [2, 3, 4, 2, 3, 4, 2, 3, 4]),
        ("bounce", {"videoBegin": 0.1, "videoEnd": 0.4}, [1, 2, 3, 2, 1, 2, 3, 2]),
        ("bounce", {"videoDuration": 0.2}, [0, 1, 0, 1, 0]),
        ("bounce", {"videoDuration": 0.1}, [0, 0, 0]),
        ("repeat", {"videoEnd": 0.25}, [0, 1, 2, 0, 1, 2]),
        ("repeat", {"videoEnd": 99}, [0, 1, 2, 3, 4, 0]),
    ],
)
def test_neither_end_is_shown_twice(loop: str, fields: dict[str, Any], pictures: list[int]) -> None:
    assert _shown(_cycle(loop, **fields), len(pictures)) == pictures


def test_a_part_that_begins_within_a_picture_begins_there_every_time() -> None:
    found = _cycle("repeat", videoBegin=0.25)
    assert found is not None
    assert (found.begin, found.end, found.seconds) == (Fraction(1, 4), Fraction(1, 2), Fraction(1, 4))
    assert [found.moment(Fraction(n, 20)) for n in (0, 4, 5, 9)] == [Fraction(n, 20) for n in (5, 9, 5, 9)]


def test_the_way_back_has_a_time_of_its_own() -> None:
    found = _cycle("bounce")
    assert found is not None
    assert (found.forward, found.seconds, found.pictures) == (Fraction(1, 2), Fraction(8, 10), 5)


@pytest.mark.parametrize("facts", [None, ClipFacts(fps="10")])
def test_what_has_no_known_length_plays_once(facts: ClipFacts | None) -> None:
    assert _cycle("repeat", facts) is None


def test_a_clip_plays_once_unless_it_is_told_otherwise() -> None:
    assert _cycle("none") is None


@pytest.mark.parametrize(
    ("seconds", "pictures", "fps", "count"),
    [(1.034, 1.034366666, "30000/1001", 31), (1.034, 0, "30000/1001", 31), (1.021, 1.0, "25", 25), (2, 0, "", 60),
     (0.001, 0, "10", 1)],
)  # fmt: skip
def test_pictures_are_counted_by_their_own_track(seconds: float, pictures: float, fps: str, count: int) -> None:
    assert picture_count(ClipFacts(seconds=seconds, picture_seconds=pictures, fps=fps)) == count
