from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.elements.visual import GifVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.content import loop
from clipmill.engines.render.layers.gif import gif_layer
from clipmill.engines.render.layers.layer import Layer, Stage
from clipmill.engines.render.motion import Period, State
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError
from clipmill.media.facts.gif import gif_delays
from clipmill.settings import Limits
from tests.footage import number_in, numbered, write_clip, write_gif


def _set_up(path: Path, **fields: Any) -> tuple[GifVisual, Layer]:
    visual = GifVisual.model_validate({"type": "GIF", "src": "asset:a", **fields})
    return visual, gif_layer(visual, Stage(Size(320, 180), {"asset:a": str(path)}, Limits(), Shelf()), "visuals[0]")


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_each_picture_is_shown_for_its_time_and_then_all_again(tmp_path: Path, suffix: str) -> None:
    path = write_gif(tmp_path / f"a{suffix}", [numbered(i) for i in range(3)], [100, 300, 200])
    visual, layer = _set_up(path)
    content = loop(visual, ClipFacts(delays=gif_delays(path)), Period(0, 30, Fraction(10), Size(320, 180)))
    assert content is not None
    shown = [number_in(layer.sprite(State(1.0, content=content.at(frame))).planes[0]) for frame in range(13)]
    assert shown == [0, 1, 1, 1, 2, 2, 0, 1, 1, 1, 2, 2, 0]


def test_transparent_pictures_lie_in_a_box_with_corners(tmp_path: Path) -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[:, 20:] = 255
    layer = _set_up(write_gif(tmp_path / "a.gif", [picture, picture[:, ::-1]], [50, 50]),
                    width=120, height=80, radius=20)[1]  # fmt: skip
    first, second = (layer.sprite(State(1.0, content=number)) for number in (0, 1))
    assert (first.rect.width, first.rect.height) == (120, 80)
    assert [int(first.alpha[0][40, x]) for x in (10, 110)] == [0, 255]
    assert [int(second.alpha[0][40, x]) for x in (10, 110)] == [255, 0]
    assert first.alpha[0][0, 119] == 0


def test_a_loop_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = _set_up(write_gif(tmp_path / "a.gif", [numbered(i) for i in range(4)], [50] * 4))[1]
    states = [State(1.0, content=number) for number in range(4)]
    first = [layer.sprite(state).planes[0] for state in states]
    monkeypatch.setattr("clipmill.media.footage.gif.GifReader.picture", None)
    assert all(np.array_equal(layer.sprite(state).planes[0], part) for state, part in zip(states, first, strict=True))


def test_a_still_picture_stands_still(stage: Stage, named: Callable[[str], str]) -> None:
    visual = GifVisual.model_validate({"type": "GIF", "src": named("photo.png")})
    layer = gif_layer(visual, stage, "visuals[0]")
    assert (layer.rect.width, layer.rect.height) == (240, 160)
    assert layer.sprite(State(1.0)) is layer.sprite(State(1.0))


def test_a_video_and_a_broken_gif_are_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"visuals\[0\]\.src: the file is no GIF, but a video"):
        _set_up(write_clip(tmp_path / "a.mp4", [numbered(1)] * 3))
    (tmp_path / "b.gif").write_bytes(b"GIF89a" + b"\x01\x00" * 30)
    with pytest.raises(MediaError, match=r"visuals\[0\]\.src"):
        _set_up(tmp_path / "b.gif")
