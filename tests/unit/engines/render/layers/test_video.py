from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import VideoVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.content import playback
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.layers.video import video_layer
from clipmill.engines.render.motion import Period, State
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError, ProjectError
from clipmill.media.facts.probe import probe
from clipmill.settings import Limits
from tests.footage import number_in, numbered, write_clip

_FRAMES = 90


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Fraction], Path]:
    """Clips of 90 numbered pictures at any rate."""
    folder = tmp_path_factory.mktemp("clips")

    def clip(rate: Fraction) -> Path:
        path = folder / f"{rate.numerator}-{rate.denominator}.mp4"
        if not path.exists():
            write_clip(path, (numbered(i) for i in range(_FRAMES)), rate, options={"g": "20", "preset": "ultrafast"})
        return path

    return clip


def _set_up(path: Path, rate: Fraction, **fields: Any) -> tuple[VideoVisual, ClipFacts, Layer]:
    visual = VideoVisual.model_validate({"type": "VIDEO", "src": "asset:a", **fields})
    facts = ClipFacts(seconds=float(_FRAMES / rate), width=160, height=64,
                      fps=f"{rate.numerator}/{rate.denominator}", has_video=True)  # fmt: skip
    stage = Stage(Size(320, 180), {"asset:a": str(path)}, Limits(), Shelf(), {"asset:a": facts})
    return visual, facts, video_layer(visual, stage, "visuals[0]")


def _shown(path: Path, rate: Fraction, frames: int, **fields: Any) -> list[int]:
    """The number seen in each frame of a timeline at 30 frames a second."""
    visual, facts, layer = _set_up(path, rate, **fields)
    content = playback(visual, facts, Period(0, frames, Fraction(30), Size(320, 180)))
    return [number_in(layer.sprite(State(1.0, content=content.at(frame))).planes[0]) for frame in range(frames)]


@pytest.mark.parametrize("rate", [24, 25, Fraction(30_000, 1001), 30, 60])
def test_a_clip_of_any_rate_shows_what_is_seen_at_each_moment(
    clips: Callable[[Fraction], Path], rate: Fraction | int
) -> None:
    rate = Fraction(rate)
    expected = [int(frame * rate / 30) for frame in range(40)]
    assert _shown(clips(rate), rate, 40) == expected


@pytest.mark.parametrize("speed", [0.5, 2, 4])
def test_speed_takes_pictures_sooner_or_later(clips: Callable[[Fraction], Path], speed: float) -> None:
    shown = _shown(clips(Fraction(30)), Fraction(30), 20, speed=speed)
    assert shown == [int(frame * speed) for frame in range(20)]


def test_a_part_of_a_clip_begins_and_ends_where_it_says(clips: Callable[[Fraction], Path]) -> None:
    shown = _shown(clips(Fraction(25)), Fraction(25), 40, videoBegin=1.2, videoEnd=2.0)
    assert shown == [min(30 + int(Fraction(frame * 25, 30)), 49) for frame in range(40)]


def test_fewer_pictures_a_second_can_be_taken(clips: Callable[[Fraction], Path]) -> None:
    assert _shown(clips(Fraction(30)), Fraction(30), 20, frameRate=10) == [frame // 3 * 3 for frame in range(20)]


@pytest.mark.parametrize(
    ("fields", "rect"),
    [
        ({}, (0, 0, 160, 64)),
        ({"resize": "cover"}, (-65, 0, 450, 180)),
        ({"width": 100, "height": 100, "x": 20, "y": 10, "fit": "contain"}, (20, 40, 100, 40)),
        ({"width": 101, "height": 51, "x": 21, "y": 11}, (20, 10, 102, 52)),
        ({"cropParams": {"x": 16, "y": 0, "width": 80, "height": 32}}, (0, 0, 80, 32)),
    ],
)
def test_it_touches_no_more_than_where_it_lies(
    clips: Callable[[Fraction], Path], fields: dict[str, Any], rect: tuple[int, ...]
) -> None:
    layer = _set_up(clips(Fraction(30)), Fraction(30), **fields)[2]
    assert layer.rect.x in (rect[0], rect[0] - 1)
    assert (layer.rect.y, layer.rect.height) == (rect[1], rect[3])
    assert layer.rect.width in (rect[2], rect[2] + 2)
    assert layer.sprite(State(1.0, content=3)).rect == layer.rect


def test_an_opaque_clip_is_one_opaque_cell(clips: Callable[[Fraction], Path]) -> None:
    sprite = _set_up(clips(Fraction(30)), Fraction(30), width=80, height=32)[2].sprite(State(1.0, content=70))
    assert [tile.opaque for tile in sprite.tiles] == [True]
    assert number_in(sprite.planes[0]) == 70


def test_a_zoomed_clip_goes_on_playing(clips: Callable[[Fraction], Path]) -> None:
    layer = _set_up(clips(Fraction(30)), Fraction(30), zoom={"to": 1.1})[2]
    luma = [layer.sprite(State(1.0, scale=1 + n / 100, content=n)).planes[0].copy() for n in range(10)]
    grounds = [int(part[2, 80]) for part in luma]
    assert grounds == sorted(grounds)
    assert grounds[9] > grounds[0]


def test_a_keyed_clip_is_transparent_where_its_colour_was(tmp_path: Path) -> None:
    picture = np.full((64, 160, 4), 255, np.uint8)
    picture[..., :3] = (0, 200, 0)
    picture[:, 80:, :3] = (200, 40, 40)
    clip = write_clip(tmp_path / "a.mp4", [picture] * 3)
    key = {"color": "#00C800", "similarity": 12, "blend": 2}
    sprite = _set_up(clip, Fraction(30), chromaKey=key)[2].sprite(State(1.0, content=1))
    assert [int(sprite.alpha[0][32, x]) for x in (20, 140)] == [0, 255]


def test_two_layers_of_one_clip_do_not_disturb_each_other(clips: Callable[[Fraction], Path]) -> None:
    one, other = (_set_up(clips(Fraction(30)), Fraction(30))[2] for _ in range(2))
    for number in range(20):
        assert number_in(one.sprite(State(1.0, content=number)).planes[0]) == number
        assert number_in(other.sprite(State(1.0, content=60 + number)).planes[0]) == 60 + number
    one.close()
    assert number_in(other.sprite(State(1.0, content=5)).planes[0]) == 5
    other.close()


def test_what_has_no_pictures_or_is_not_stored_is_refused(stage: Stage, named: Callable[[str], str]) -> None:
    visual = VideoVisual.model_validate({"type": "VIDEO", "src": named("tone.wav")})
    with pytest.raises(MediaError, match=r"visuals\[1\]\.src: the file has no moving pictures"):
        video_layer(visual, stage, "visuals[1]")
    gone = VideoVisual.model_validate({"type": "VIDEO", "src": "asset:gone"})
    with pytest.raises(ProjectError, match="is no stored file"):
        video_layer(gone, stage, "visuals[1]")


@pytest.mark.parametrize(("fields", "columns", "rows"), [
    ({}, 128, 64), ({"width": 160, "height": 90, "fit": "contain"}, 160, 80), ({"height": 32}, 64, 32),
    ({"cropParams": {"x": 64, "y": 0, "width": 64, "height": 64}}, 64, 64),
])  # fmt: skip
def test_a_clip_of_wide_pixels_is_as_wide_as_it_is_meant(
    tmp_path: Path, fields: dict[str, Any], columns: int, rows: int
) -> None:
    """Case 3: 64 × 64 coded pixels of 2 : 1 are 128 columns of 64 rows; a crop counts what is shown."""
    picture = np.full((64, 64, 4), 255, np.uint8)
    picture[:, :32, :3] = 40
    clip = write_clip(tmp_path / "a.mp4", [picture] * 5, 10, sample_aspect_ratio=Fraction(2))
    measured = probe(clip)
    facts = ClipFacts(seconds=0.5, width=measured.width, height=measured.height, fps="10/1", has_video=True)
    visual = VideoVisual.model_validate({"type": "VIDEO", "src": "asset:a", **fields})
    stage = Stage(Size(320, 180), {"asset:a": str(clip)}, Limits(), Shelf(), {"asset:a": facts})
    y = video_layer(visual, stage, "visuals[0]").sprite(State(1.0, content=1)).planes[0]
    assert y.shape == (rows, columns)
    if "cropParams" in fields:
        assert y.min() > 200
    else:
        assert (y[:, : columns // 2 - 4].max() < 80) and (y[:, columns // 2 + 4 :].min() > 200)


@pytest.mark.parametrize("loop", ["repeat", "bounce"])
@pytest.mark.parametrize("rate", [24, 25, Fraction(30_000, 1001), 60])
@pytest.mark.parametrize("speed", [1, 2.5, 0.4])
def test_a_clip_goes_round_exactly(
    clips: Callable[[Fraction], Path], loop: str, rate: Fraction | int, speed: float
) -> None:
    rate, first, last = Fraction(rate), 60, 82
    part = {"videoBegin": float(first / rate), "videoEnd": float((last + 1) / rate) - 1e-6}
    if rate.denominator != 1:  # no decimal is exactly where one of its pictures begins
        first, last, part = 0, _FRAMES - 1, {}
    way = [*range(first, last + 1), *(range(last - 1, first, -1) if loop == "bounce" else [])]
    expected = [way[int(frame * Fraction(str(speed)) * rate / 30) % len(way)] for frame in range(150)]
    assert _shown(clips(rate), rate, 150, loop=loop, speed=speed, **part) == expected
