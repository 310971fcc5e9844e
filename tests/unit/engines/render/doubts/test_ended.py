"""What is over before its place is: sounds of files and of clips, and the pictures of clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.doubts.ended import early_silences, still_clips
from clipmill.engines.render.flatten import plan_project
from tests.movies import Movie, write_movie
from tests.rendering import project, reference, write_tone


def _silences(tmp_path: Path, *lengths: float, video: float = 6, audios: tuple[dict[str, Any], ...]) -> list[str]:
    """Where sound is over too soon, with audios of these lengths."""
    files = [write_tone(tmp_path / f"{number}-{seconds}.wav", seconds) for number, seconds in enumerate(lengths)]
    body = project(
        duration=video, audios=[{"src": reference(file), **audio} for file, audio in zip(files, audios, strict=True)]
    )
    assets = {reference(file): str(file) for file in files}
    return [doubt.message.split(":")[0] for doubt in early_silences(load_project(body), {}, assets)]


@pytest.mark.parametrize(
    ("seconds", "audio", "found"),
    [
        (2.0, {"exit": 6}, True),
        (4.9, {"exit": 6}, True),
        (5.1, {"exit": 6}, False),
        (2.0, {"exit": 2.5}, False),
        (2.0, {"audioDuration": 5}, True),
        (2.0, {"audioDuration": 2}, False),
        (2.0, {"exit": 4, "speed": 2}, True),
        (2.0, {"exit": 99}, True),
        (2.0, {"exit": 6, "volume": 0}, False),
        (4.0, {}, True),
        (5.5, {}, False),
        (0.5, {}, False),
        (1.0, {"fadeOut": 1}, True),
    ],
)
def test_a_sound_that_is_over_a_second_before_its_place(
    tmp_path: Path, seconds: float, audio: dict[str, Any], found: bool
) -> None:
    assert _silences(tmp_path, seconds, audios=(audio,)) == (["audios[0].src"] if found else [])


@pytest.mark.parametrize(("loop", "found"), [("none", 1), ("repeat", 0), ("bounce", 0)])
def test_a_clip_that_goes_round_is_over_never(tmp_path: Path, loop: str, found: int) -> None:
    file = write_movie(tmp_path / "a.mp4", Movie(seconds=2))
    facts = ClipFacts(seconds=2, width=160, height=96, fps="10", has_video=True, has_audio=True)
    body = project({"type": "VIDEO", "src": reference(file), "loop": loop}, duration=6)
    clips, assets = {reference(file): facts}, {reference(file): str(file)}
    assert list(early_silences(load_project(body), clips, assets)) == []
    assert len(list(still_clips(plan_project(load_project(body), clips), assets))) == found


def test_a_voice_over_music_may_end_when_it_has_spoken(tmp_path: Path) -> None:
    assert _silences(tmp_path, 4.0, 6.0, audios=({}, {})) == []
    assert _silences(tmp_path, 3.5, 4.0, audios=({}, {})) == ["audios[1].src"]


def test_the_moment_it_falls_silent_is_told(tmp_path: Path) -> None:
    file = write_tone(tmp_path / "a.wav", 2.0)
    body = project(duration=6, audios=[{"src": reference(file), "enter": 1, "exit": 6}])
    (doubt,) = early_silences(load_project(body), {}, {reference(file): str(file)})
    assert (doubt.check, doubt.frame) == ("early_silence", 30)
    assert doubt.message == "audios[0].src: the sound is over at 3.00 s and its place at 6.00 s: 3.0 s of silence"


@pytest.mark.parametrize(("sound", "found"), [(1.0, True), (3.0, False)])
def test_the_sound_of_a_clip_lasts_as_long_as_its_pictures(tmp_path: Path, sound: float, found: bool) -> None:
    file = write_movie(tmp_path / "a.mp4", Movie(seconds=3.0, sound_seconds=sound))
    facts = ClipFacts(seconds=3.0, width=160, height=96, fps="10/1", has_video=True, has_audio=True)
    visual = {"type": "VIDEO", "src": reference(file), "x": 0, "y": 0, "width": 320, "height": 180}
    clips, assets = {reference(file): facts}, {reference(file): str(file)}
    for video in (3, 8):
        doubts = list(early_silences(load_project(project(visual, duration=video)), clips, assets))
        assert [doubt.message.split(":")[0] for doubt in doubts] == (["visuals[0].src"] if found else [])


@pytest.mark.parametrize(
    ("clip", "video", "found"),
    [({}, 6, True), ({}, 3.9, False), ({"exitEnd": 3.5}, 6, False), ({"enterBegin": 4}, 6, False),
     ({"speed": 2}, 3, True),
     ({"videoEnd": 1}, 3, True), ({"speed": 0.5}, 6, False)],
)  # fmt: skip
def test_a_clip_that_stands_still_because_it_is_over(clip: dict[str, Any], video: float, found: bool) -> None:
    facts = ClipFacts(seconds=3.0, width=160, height=96, fps="10/1", has_video=True)
    visual = {"type": "VIDEO", "src": "asset:x", "x": 0, "y": 0, "width": 320, "height": 180, **clip}
    plan = plan_project(load_project(project(visual, duration=video)), {"asset:x": facts})
    doubts = list(still_clips(plan, {}))
    assert [(doubt.check, doubt.message.split(":")[0]) for doubt in doubts] == (
        [("still_clip", "visuals[0].src")] if found else []
    )


@pytest.mark.parametrize(("seconds", "found"), [(2.0, True), (3.5, False)])
def test_a_clip_whose_sound_goes_on_stands_still_too(tmp_path: Path, seconds: float, found: bool) -> None:
    file = write_movie(tmp_path / "a.mp4", Movie(seconds=seconds, sound_seconds=4.0))
    facts = ClipFacts(seconds=4.0, width=160, height=96, fps="10/1", has_video=True, has_audio=True)
    visual = {"type": "VIDEO", "src": reference(file), "x": 0, "y": 0, "width": 320, "height": 180}
    plan = plan_project(load_project(project(visual, duration=4)), {reference(file): facts})
    assert len(list(still_clips(plan, {reference(file): str(file)}))) == found


def test_a_clip_of_a_scene_is_held_against_its_scene() -> None:
    facts = ClipFacts(seconds=2.0, width=160, height=96, fps="10/1", has_video=True)
    visual = {"type": "VIDEO", "src": "asset:x", "x": 0, "y": 0, "width": 320, "height": 180}
    body = project(scenes=[{"duration": 2, "visuals": [visual]}, {"duration": 5, "visuals": [visual]}])
    (doubt,) = still_clips(plan_project(load_project(body), {"asset:x": facts}), {})
    assert (
        doubt.message
        == "scenes[1].visuals[0].src: the clip is over at 4.00 s and its place at 7.00 s: it stands still for 3.0 s"
    )
