import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from clipmill.engines.render.worker import frame, render
from clipmill.errors import MediaError, ProjectError
from tests.rendering import project, reference, worker_arguments

PHOTO = {"type": "IMAGE", "x": 10, "y": 10, "width": 100, "height": 100, "fit": "cover", "zoom": True, "radius": 12}
TITLE = {"type": "TEXT", "text": "Hello", "x": 130, "y": 20, "enterEnd": 0.5, "enterAnimation": "fade",
         "style": {"color": "white", "fontSize": 40}}  # fmt: skip


@pytest.fixture
def body(named: Callable[[str], str]) -> dict[str, Any]:
    """A photograph that zooms, a title that fades in, and a tone."""
    return project(PHOTO | {"src": named("photo.png")}, TITLE, audios=[{"src": named("tone.wav"), "fadeOut": 0.2}])


def test_the_file_is_what_the_project_asks_for(body: dict[str, Any], assets: dict[str, str], tmp_path: Path) -> None:
    made = tmp_path / "made.mp4"
    assert render(worker_arguments(body, made, assets))["frames"] == 10
    with av.open(str(made)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height, video.average_rate) == ("h264", 320, 180, 10)
        assert (video.codec_context.color_range, video.codec_context.colorspace) == (1, 1)
        assert (audio.codec_context.name, audio.rate) == ("aac", 48_000)
        assert video.duration is not None
        assert audio.duration is not None
        assert video.duration * video.time_base == audio.duration * audio.time_base == 1
        times = [picture.pts * picture.time_base for picture in container.decode(video=0)]
    assert times == [Fraction(number, 10) for number in range(10)]


def test_a_player_need_not_read_to_the_end(body: dict[str, Any], assets: dict[str, str], tmp_path: Path) -> None:
    made = tmp_path / "made.mp4"
    render(worker_arguments(body, made, assets))
    content = made.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_same_arguments_give_the_same_bytes(body: dict[str, Any], assets: dict[str, str], tmp_path: Path) -> None:
    digests = set()
    for name in ("one.mp4", "two.mp4"):
        render(worker_arguments(body, tmp_path / name, assets))
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_frame_as_png_is_the_frame_in_the_video(body: dict[str, Any], assets: dict[str, str], tmp_path: Path) -> None:
    render(worker_arguments(body, tmp_path / "made.mp4", assets))
    assert frame(worker_arguments(body, tmp_path / "frame.png", assets, at=0.75))["frame"] == 7
    still = cv2.imread(str(tmp_path / "frame.png"))
    with av.open(str(tmp_path / "made.mp4")) as container:
        seen = list(container.decode(video=0))[7].to_ndarray(format="bgr24")
    assert still is not None
    assert np.abs(still.astype(int) - seen.astype(int)).mean() < 3


@pytest.mark.parametrize(("at", "number"), [(-1, 0), (0, 0), (0.1, 1), (99, 9)])
def test_a_moment_outside_the_video_is_its_nearest_frame(at: float, number: int, tmp_path: Path) -> None:
    assert frame(worker_arguments(project(), tmp_path / "frame.png", {}, at=at))["frame"] == number


def test_a_cut_gets_a_key_frame(tmp_path: Path) -> None:
    svg = "<svg width='320' height='180'><rect width='320' height='180' fill='{}'/></svg>"
    body = project({"type": "SVG", "svg": svg.format("red"), "exitEnd": 0.5},
                   {"type": "SVG", "svg": svg.format("blue"), "enterBegin": 0.5})  # fmt: skip
    render(worker_arguments(body, tmp_path / "made.mp4", {}))
    with av.open(str(tmp_path / "made.mp4")) as container:
        keys = [
            round(p.pts * p.time_base * 10) for p in container.demux(video=0) if p.is_keyframe and p.pts is not None
        ]
    assert keys == [0, 5]


def test_a_project_without_audios_has_no_sound_track(tmp_path: Path) -> None:
    render(worker_arguments(project(), tmp_path / "made.mp4", {}))
    with av.open(str(tmp_path / "made.mp4")) as container:
        assert not container.streams.audio


def test_moments_at_rest_and_a_frame_of_every_doubt_are_told(tmp_path: Path) -> None:
    small = TITLE | {"enterBegin": 1, "enterEnd": 2, "width": 40, "height": 20, "text": "Hello there you all"}
    told = render(worker_arguments(project(small, duration=4), tmp_path / "made.mp4", {}))
    assert told["frames"] == 40
    assert 20 < told["shots"]["middle"] < 27
    assert told["shots"]["last"] == 39
    assert {doubt["check"] for doubt in told["doubts"]} == {"cut_text"}
    assert all(20 < doubt["frame"] < 40 for doubt in told["doubts"])


def test_a_broken_picture_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    body = project(PHOTO | {"src": reference(broken)})
    with pytest.raises(MediaError, match=r"visuals\[0\]\.src: the picture is cut off or damaged"):
        render(worker_arguments(body, tmp_path / "made.mp4", {reference(broken): str(broken)}))
    assert not (tmp_path / "made.mp4").exists()


def test_a_project_that_is_wrong_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="frameRate"):
        render(worker_arguments(project(frameRate=99), tmp_path / "made.mp4", {}))


def test_the_file_of_a_subtitle_is_seen_on_the_picture(tmp_path: Path) -> None:
    file = tmp_path / "a.vtt"
    file.write_text("WEBVTT\n\n00:00.200 --> 00:00.600\nHello\n")
    body = project(subtitle={"src": reference(file), "font": {"size": 40}})
    seen = []
    for at in (0.1, 0.3, 0.7):
        frame(worker_arguments(body, tmp_path / "frame.png", {reference(file): str(file)}, at=at))
        picture = cv2.imread(str(tmp_path / "frame.png"))
        assert picture is not None
        seen.append(int((picture.min(axis=2) > 240).sum()))
    assert seen[0] == seen[2] == 0
    assert seen[1] > 300


def _title(begin: float) -> dict[str, Any]:
    """A text that comes a while after the beginning and stays."""
    return TITLE | {"enterBegin": begin, "enterEnd": begin + 0.5}


@pytest.mark.parametrize("seconds", [1, 6])
def test_stills_cost_less_and_all_that_is_told_stays_the_same(seconds: int, tmp_path: Path) -> None:
    body = project(_title(seconds / 2), duration=seconds, backgroundColor="black", frameRate=25)
    told, frames, sizes = [], [], []
    for holds in (True, False):
        made = tmp_path / f"{holds}.mp4"
        told.append(render(worker_arguments(body, made, {}, holds=holds)))
        sizes.append(made.stat().st_size)
        with av.open(str(made)) as container:
            frames.append([frame.to_ndarray() for frame in container.decode(video=0)])
    assert told[0] == told[1]
    assert told[0]["frames"] == len(frames[0]) == len(frames[1]) == 25 * seconds
    assert all(np.abs(one.astype(int) - two).mean() < 1 for one, two in zip(*frames, strict=True))
    assert seconds == 1 or sizes[0] < sizes[1]


def test_a_better_quality_has_more_bytes(body: dict[str, Any], assets: dict[str, str], tmp_path: Path) -> None:
    sizes = []
    for quality in ("draft", "standard", "high"):
        render(worker_arguments(body | {"quality": quality}, tmp_path / "made.mp4", assets))
        sizes.append((tmp_path / "made.mp4").stat().st_size)
    render(worker_arguments(body, tmp_path / "made.mp4", assets))
    assert sizes == sorted(sizes)
    assert (tmp_path / "made.mp4").stat().st_size == sizes[1]


@pytest.mark.parametrize("fmt", ["mp4", "mov"])
def test_the_encoder_is_told_where_the_whole_picture_slides(fmt: str, tmp_path: Path) -> None:
    """There no picture lies between two others: all come in the order they are shown in."""
    cards = [{"duration": 2, "backgroundColor": colour, "visuals": [TITLE]} for colour in ("#203040", "#805020")]
    cards[0] |= {"transition": "slideleft", "transitionDuration": 1.6}
    body = {"width": 320, "height": 180, "frameRate": 10, "outputFormat": fmt, "scenes": cards}
    render(worker_arguments(body, tmp_path / "made", {}, holds=False))
    with av.open(str(tmp_path / "made")) as made:
        shown = [packet.pts for packet in made.demux(video=0) if packet.pts is not None]
    sliding = [time for time in shown if time in sorted(shown)[5:20]]
    assert sliding == sorted(sliding)
    assert shown != sorted(shown)
