from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.loading import load_project, unknown_fields
from clipmill.domain.timeline.schedule import schedule
from clipmill.engines.lipsync.compile import compile_request, compiled
from clipmill.engines.lipsync.request import read_request
from clipmill.engines.render.content import Playback
from clipmill.engines.render.flatten import plan_project
from clipmill.errors import ProjectError
from clipmill.settings import Limits

VIDEO, MUTE, PHOTO = "asset:v.mp4", "asset:m.mp4", "asset:p.jpg"
#: Two seconds of pictures, whose sound goes on a little.
CLIP = ClipFacts(seconds=2.021, picture_seconds=2.0, width=641, height=361, fps="25", has_video=True, has_audio=True)
FACTS = {
    VIDEO: CLIP,
    MUTE: ClipFacts(seconds=2, picture_seconds=2, width=640, height=360, fps="25", has_video=True),
    PHOTO: ClipFacts(width=1001, height=500),
    **{f"asset:{seconds}.wav": ClipFacts(seconds=seconds, has_audio=True) for seconds in (1.2, 2, 5, 30, 301)},
}


def _body(seconds: float, mode: str = "cut_off", src: str = VIDEO, **fields: Any) -> dict[str, Any]:
    kind = "image" if src == PHOTO else "video"
    return {"model": "lipsync-2", "visual": {"type": kind, "src": src}, "sync_mode": mode,
            "audio": [{"src": f"asset:{seconds}.wav", "refId": "a"}], **fields}  # fmt: skip


def _segments(*times: tuple[float, float], **part: Any) -> list[dict[str, Any]]:
    return [{"startTime": begin, "endTime": end, "audioInput": {"refId": "a", **part}} for begin, end in times]


def _shown(timeline: dict[str, Any], facts: dict[str, ClipFacts] = FACTS) -> list[int]:
    """The picture that every frame shows."""
    plan = plan_project(load_project(timeline), facts)
    content = plan.layers[0].motion.content
    assert isinstance(content, Playback)
    return [content.at(frame) for frame in range(plan.frames)]


THERE_AND_BACK = [*range(50), *range(48, 0, -1)]


@pytest.mark.parametrize(
    ("mode", "seconds", "pictures"),
    [
        ("cut_off", 5, [*range(50)]),
        ("cut_off", 1.2, [*range(30)]),
        ("loop", 5, [n % 50 for n in range(125)]),
        ("loop", 1.2, [*range(30)]),
        ("bounce", 5, [THERE_AND_BACK[n % 98] for n in range(125)]),
        ("bounce", 1.2, [*range(30)]),
        ("silence", 5, [*range(50)]),
        ("silence", 1.2, [*range(50)]),
        ("remap", 5, [n * 50 // 125 for n in range(125)]),
        ("remap", 1.2, [n * 50 // 30 for n in range(30)]),
        ("remap", 2, [*range(50)]),
    ],
)
def test_every_mode_is_exact_to_the_frame(mode: str, seconds: float, pictures: list[int]) -> None:
    timeline = compiled(_body(seconds, mode), FACTS)
    assert _shown(timeline) == pictures
    assert timeline["visuals"][0]["hasAudio"] is False
    assert timeline["audios"] == [{"src": f"asset:{seconds}.wav", "enter": 0.0, "audioBegin": 0.0}]
    assert list(unknown_fields(load_project(timeline))) == []


@pytest.mark.parametrize("fps", ["30000/1001", "2997/100", "2997/125", "24000/1001", "24", "60", "120", "120000/1001"])
@pytest.mark.parametrize("mode", ["loop", "remap"])
def test_every_rate_has_a_frame_for_every_picture(fps: str, mode: str) -> None:
    rate = Fraction(fps)
    step = -(-rate // 60)
    count = 60
    own = float(count / rate)
    facts = {**FACTS, VIDEO: ClipFacts(seconds=int(own * 1000) / 1000, picture_seconds=own, width=64, height=64,
                                       fps=fps, has_video=True)}  # fmt: skip
    shown = _shown(compiled(_body(5, mode), facts), facts)
    whole = count // step
    assert len(shown) == round(5 * rate / step)
    if mode == "loop":
        assert shown == [n % whole * step for n in range(len(shown))]
    else:
        assert shown == [int(n * Fraction(count, len(shown))) for n in range(len(shown))]


def test_a_rate_of_ones_own_keeps_the_time_of_the_video() -> None:
    assert _shown(compiled(_body(5, "loop", fps=50), FACTS)) == [n // 2 % 50 for n in range(250)]
    assert _shown(compiled(_body(5, "cut_off", fps="10"), FACTS)) == [n * 5 // 2 for n in range(20)]


@pytest.mark.parametrize("mode", ["cut_off", "loop", "bounce", "silence", "remap"])
def test_a_picture_stands_still_for_as_long_as_there_is_sound(mode: str) -> None:
    timeline = compiled(_body(1.2, mode, PHOTO), FACTS)
    project = load_project(timeline)
    assert schedule(project, FACTS).frames == 30
    assert timeline["visuals"] == [{"type": "IMAGE", "src": PHOTO, "width": 1000, "height": 500, "fit": "cover"}]
    assert (project.canvas, project.frame_rate) == ((1000, 500), 25)


@pytest.mark.parametrize(
    ("fields", "size", "fit"),
    [({}, (640, 360), "cover"), ({"width": 321}, (320, 180), "cover"), ({"height": 722}, (1282, 722), "cover"),
     ({"width": 300, "height": 300}, (300, 300), "contain")],
)  # fmt: skip
def test_sides_are_the_videos_own_or_those_asked_for_and_even(
    fields: dict[str, Any], size: tuple[int, int], fit: str
) -> None:
    timeline = compiled(_body(2, **fields), FACTS)
    assert (timeline["width"], timeline["height"]) == size
    assert timeline["visuals"][0]["fit"] == fit


def _heard(body: dict[str, Any]) -> list[tuple[str, float, float, float]]:
    """What is heard: source, from when to when, and from where in its file."""
    return [(each["src"], each["enter"], each["exit"], each["audioBegin"]) for each in compiled(body, FACTS)["audios"]]


def test_between_segments_the_video_is_heard() -> None:
    segments = _segments((0.5, 1), (1.5, 1.8), startTime=2, endTime=2.4)
    assert _heard(_body(5, segments=segments)) == [
        (VIDEO, 0, 0.5, 0), ("asset:5.wav", 0.5, 0.9, 2), (VIDEO, 1, 1.5, 1), ("asset:5.wav", 1.5, 1.8, 2),
        (VIDEO, 1.8, 2, 1.8),
    ]  # fmt: skip


def test_between_segments_of_what_is_mute_there_is_silence() -> None:
    assert _heard(_body(5, src=MUTE, segments=_segments((0.5, 1)))) == [("asset:5.wav", 0.5, 1, 0)]
    timeline = compiled(_body(5, src=PHOTO, segments=_segments((0.5, 1), (2, 3))), FACTS)
    assert (len(timeline["audios"]), timeline["duration"]) == (2, 3)


def test_segments_may_go_on_where_the_video_does() -> None:
    later = _segments((1.5, 3), (7, 8))
    assert _shown(compiled(_body(5, "loop", segments=later), FACTS)) == [n % 50 for n in range(200)]
    assert _heard(_body(5, "loop", segments=later)) == [
        (VIDEO, 0, 1.5, 0), ("asset:5.wav", 1.5, 3, 0), (VIDEO, 3, 4, 1), (VIDEO, 4, 6, 0), (VIDEO, 6, 7, 0),
        ("asset:5.wav", 7, 8, 0),
    ]  # fmt: skip
    assert _heard(_body(5, "bounce", segments=later))[2:5] == [
        (VIDEO, 3.92, 5.92, 0), ("asset:5.wav", 7, 8, 0),
    ]  # fmt: skip


def _remarks(body: dict[str, Any]) -> tuple[str, ...]:
    return compile_request(read_request(body), FACTS).remarks


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (_body(5, audio=[{"src": "asset:5.wav"}, {"src": "asset:2.wav"}]), "audio[1]: no segment names it"),
        (_body(5, "silence"), "sync_mode: the sound is 5 s long and the video 2 s"),
        (_body(5, "remap", segments=_segments((0, 1))), "sync_mode: with segments no video is stretched"),
        (_body(5, segments=_segments((1, 9))), "segments[0].endTime: 9 s is after the end of the video"),
        (_body(1.2, segments=_segments((0.2, 1.8))), "segments[0].endTime: the sound is over at 1.4 s, 0.4 s before"),
        (_body(2, tempo=3), "tempo: is no field of a lipsync request and was left out"),
    ],
)
def test_what_is_not_done_as_asked_is_told(body: dict[str, Any], says: str) -> None:
    assert [remark.startswith(says) for remark in _remarks(body)] == [True], _remarks(body)


@pytest.mark.parametrize("mode", ["cut_off", "loop", "bounce", "remap"])
def test_what_is_done_as_asked_needs_no_remark(mode: str) -> None:
    for seconds in (1.2, 2, 5):
        assert _remarks(_body(seconds, mode)) == ()


@pytest.mark.parametrize(
    ("body", "path", "says"),
    [
        (_body(301), "audio[0].src", "301 s long, over the limit of 300 s (limits.lipsync_audio_seconds)"),
        (_body(30, "remap"), "sync_mode", "played at 0.0667 times its speed"),
        (_body(2, audio=[{"src": MUTE}]), "audio[0].src", "has no sound"),
        (_body(2, visual={"type": "image", "src": VIDEO}), "visual.src", "is no picture"),
        (_body(2, visual={"type": "video", "src": PHOTO}), "visual.src", "no moving pictures"),
        (_body(2, segments=_segments((2, 3))), "segments[0].startTime", "would never be heard"),
        (_body(2, segments=_segments((0, 1), startTime=2)), "segments[0].audioInput.startTime", "after the end"),
        (_body(5, segments=_segments(*((n / 50, n / 50 + 0.01) for n in range(60)))), "segments", "(limits.audios)"),
    ],
)
def test_what_cannot_be_made_is_refused_by_its_path(body: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ProjectError) as caught:
        compiled(body, FACTS)
    assert caught.value.path == path
    assert says in str(caught.value)


def test_the_limit_of_a_sound_is_a_setting() -> None:
    request = read_request(_body(2))
    assert compile_request(request, FACTS, Limits(lipsync_audio_seconds=2))
    with pytest.raises(ProjectError, match="over the limit of 1"):
        compile_request(request, FACTS, Limits(lipsync_audio_seconds=1.5))


def test_equal_requests_give_equal_timelines_whatever_their_file_is_called() -> None:
    assert compiled(_body(2, outputFileName="a"), FACTS) == compiled(_body(2, outputFileName="b"), FACTS)
