from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.schedule import schedule
from clipmill.domain.timeline.sounds import Sound, sounds_of

CLIPS = {
    "asset:clip": ClipFacts(seconds=8, has_video=True, has_audio=True),
    "asset:mute": ClipFacts(seconds=8, has_video=True),
}


def _sounds(**fields: Any) -> tuple[Sound, ...]:
    project = load_project({"frameRate": 10, "duration": 10, **fields})
    return sounds_of(project, schedule(project, CLIPS), CLIPS)


def _clip(**fields: Any) -> dict[str, Any]:
    return {"type": "VIDEO", "src": "asset:clip", **fields}


def _sound(where: str, begin: float, end: float, **fields: Any) -> Sound:
    return Sound(src="asset:x", where=where, begin=Fraction(str(begin)), end=Fraction(str(end)), **fields)


@pytest.mark.parametrize(("loop", "period"), [("repeat", Fraction(3)), ("bounce", Fraction(3) + Fraction(88, 30))])
def test_the_sound_of_a_clip_that_goes_round_begins_anew_with_it(loop: str, period: Fraction) -> None:
    (sound,) = _sounds(visuals=[_clip(loop=loop, videoBegin=1, videoEnd=4, enterBegin=2, exitEnd=9)])
    assert (sound.begin, sound.end, sound.asked) == (2, 9, 9)
    assert (sound.source_begin, sound.source_end, sound.period) == (1, 4, period)


def test_a_project_without_audios_and_clips_has_no_sounds() -> None:
    assert _sounds() == ()


def test_an_audio_that_says_nothing_is_heard_from_begin_to_end() -> None:
    assert _sounds(audios=[{"src": "asset:x"}]) == (_sound("audios[0].src", 0, 10),)


def test_everything_an_audio_says_is_kept() -> None:
    audio = {"src": "asset:x", "enter": 0.1, "exit": 0.7, "volume": 0.5, "speed": 2, "audioBegin": 1,
             "audioDuration": 3, "fadeIn": 0.2, "fadeOut": 0.3, "duck": True}  # fmt: skip
    assert _sounds(audios=[{"src": "asset:w"}, audio])[1] == _sound(
        "audios[1].src", 0.1, 0.7, source_begin=1, source_end=4, speed=2, volume=0.5, fade_in=0.2, fade_out=0.3,
        ducked_by=12, asked=Fraction(7, 10),
    )  # fmt: skip


def test_a_sound_is_asked_for_until_its_exit_or_the_end_of_its_part() -> None:
    audios = [{"src": "asset:x"}, {"src": "asset:x", "enter": 1, "audioDuration": 4, "speed": 2},
              {"src": "asset:x", "exit": 500}]  # fmt: skip
    assert [sound.asked for sound in _sounds(audios=audios)] == [None, 3, 10]


@pytest.mark.parametrize("leave", [10, 11, 500])
def test_nothing_is_heard_after_the_end(leave: float) -> None:
    assert _sounds(audios=[{"src": "asset:x", "exit": leave}])[0].end == 10


def test_a_clip_is_heard_while_it_is_seen_at_its_speed() -> None:
    clip = _clip(enterBegin=1, exitEnd=3, videoBegin=2, videoEnd=7, speed=2, volume=0.4)
    (sound,) = _sounds(visuals=[clip])
    assert sound == replace(
        _sound("visuals[0].src", 1, 3, source_begin=2, source_end=7, speed=2, volume=0.4),
        src="asset:clip",
        asked=Fraction(3),
    )


@pytest.mark.parametrize(
    "fields", [{"src": "asset:mute"}, {"src": "asset:unknown"}, {"volume": 0}, {"hasAudio": False}]
)
def test_a_clip_without_sound_is_not_heard(fields: dict[str, Any]) -> None:
    assert _sounds(visuals=[_clip(**fields)]) == ()


def test_the_sounds_of_a_scene_lie_in_its_time() -> None:
    scenes = [{"duration": 2}, {"duration": 3, "audios": [{"src": "asset:x", "enter": 0.5}]}]
    assert _sounds(scenes=scenes) == (_sound("scenes[1].audios[0].src", 2.5, 5),)


def test_the_sounds_of_two_scenes_fade_into_each_other_under_their_transition() -> None:
    scene = {"duration": 3, "audios": [{"src": "asset:x"}]}
    one, two = _sounds(scenes=[{**scene, "transition": "fade", "transitionDuration": 1}, scene])
    assert (one.begin, one.end, one.fade_in, one.fade_out) == (0, 3, 0, 1)
    assert (two.begin, two.end, two.fade_in, two.fade_out) == (2, 5, 1, 0)


def test_the_sounds_of_two_linked_clips_fade_into_each_other() -> None:
    first = _clip(id="a", enterBegin=0, exitEnd=4, transition="fade", transitionId="b", transitionDuration=0.5)
    one, two = _sounds(visuals=[first, _clip(id="b", enterBegin=4, exitEnd=8)])
    assert (one.end, one.fade_out) == (Fraction(9, 2), 0.5)
    assert (two.begin, two.fade_in) == (4, 0.5)


def test_a_clip_that_another_one_cannot_lead_to_does_not_fade_in() -> None:
    late = _clip(id="b", enterBegin=2, transition="fade", transitionId="a", transitionDuration=0.5)
    one, two = _sounds(visuals=[_clip(id="a", enterBegin=0), late])
    assert (one.fade_in, two.fade_out) == (0, 0)


def test_a_sound_that_is_over_before_the_transition_does_not_fade() -> None:
    scene = {"duration": 2, "audios": [{"src": "asset:x", "exit": 1}], "transition": "fade"}
    assert _sounds(scenes=[scene, {"duration": 1}])[0].fade_out == 0
