import itertools
from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import GifVisual, VideoVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.content import Loop, Playback, loop, playback
from clipmill.engines.render.motion import Period

PERIOD = Period(0, 100, Fraction(10), Size(320, 180))
FACTS = ClipFacts(seconds=2, fps="25", has_video=True)


def _playback(**fields: Any) -> Playback:
    return playback(VideoVisual.model_validate({"type": "VIDEO", "src": "asset:x", **fields}), FACTS, PERIOD)


def test_a_clip_at_its_own_speed_shows_the_picture_of_the_moment() -> None:
    assert [_playback().at(frame) for frame in (0, 1, 2, 10)] == [0, 2, 5, 25]


def test_the_last_picture_stays() -> None:
    assert [_playback().at(frame) for frame in (19, 20, 50)] == [47, 49, 49]
    assert _playback().changes() == ((1, 21),)


@pytest.mark.parametrize(
    ("fields", "asked", "pictures"),
    [
        ({"loop": "repeat"}, (19, 20, 21, 41), [47, 0, 2, 2]),
        ({"loop": "bounce"}, (19, 20, 38, 40), [47, 48, 3, 2]),
        ({"loop": "repeat", "videoBegin": 1.8, "enterBegin": 0.5}, (0, 5, 6, 7, 8), [45, 45, 47, 45, 47]),
        ({"loop": "repeat", "videoEnd": 0.4, "speed": 2}, (1, 2, 3), [5, 0, 5]),
        ({"loop": "bounce", "frameRate": 5}, (19, 20, 23), [45, 45, 40]),
        ({"loop": "none"}, (19, 50), [47, 49]),
    ],
)
def test_a_clip_may_go_round(fields: dict[str, Any], asked: tuple[int, ...], pictures: list[int]) -> None:
    played = _playback(**fields)
    assert [played.at(frame) for frame in asked] == pictures


def test_what_goes_round_never_rests() -> None:
    assert _playback(loop="repeat", enterBegin=0.3).changes() == ((4, 1 << 40),)
    assert _playback(loop="none", enterBegin=0.3).changes() == ((4, 24),)


@pytest.mark.parametrize(
    ("fields", "pictures"),
    [({"speed": 2}, [0, 5, 10, 49]), ({"speed": 0.5}, [0, 1, 2, 37]), ({"videoBegin": 1}, [25, 27, 30, 49]),
     ({"videoBegin": 1, "videoEnd": 1.2}, [25, 27, 29, 29]), ({"enterBegin": 0.1}, [0, 0, 2, 49]),
     ({"frameRate": 5}, [0, 0, 5, 45]), ({"videoEnd": 99}, [0, 2, 5, 49])],
)  # fmt: skip
def test_parts_speeds_and_rates(fields: dict[str, Any], pictures: list[int]) -> None:
    played = _playback(**fields)
    asked = (0, 1, 2, 30)
    assert [played.at(frame) for frame in asked] == pictures


def test_thirty_pictures_a_second_from_29_97_never_jump_back() -> None:
    visual = VideoVisual.model_validate({"type": "VIDEO", "src": "asset:x"})
    played = playback(visual, ClipFacts(seconds=100, fps="30000/1001"), Period(0, 3000, Fraction(30), Size(2, 2)))
    pictures = [played.at(frame) for frame in range(2999)]
    steps = [after - before for before, after in itertools.pairwise(pictures)]
    assert set(steps) == {0, 1}
    assert steps.count(0) == 3


def test_a_gif_goes_round_at_its_own_times() -> None:
    played = Loop(2, Fraction(10), (0.1, 0.3, 0.0))
    assert [played.at(frame) for frame in range(9)] == [0, 0, 0, 1, 1, 1, 2, 0, 1]
    assert played.changes() == ((3, 1 << 40),)


def test_a_gif_of_one_picture_stands_still() -> None:
    visual = GifVisual.model_validate({"type": "GIF", "src": "asset:x"})
    assert loop(visual, ClipFacts(delays=(0.1,)), PERIOD) is None
    assert loop(visual, None, PERIOD) is None
    assert loop(visual, ClipFacts(delays=(0.1, 0.1)), PERIOD) == Loop(0, Fraction(10), (0.1, 0.1))
