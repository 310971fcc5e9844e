"""A stream of several encoders: one header, IDR pictures that are told apart, every picture in its place."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import FOOTAGE, GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264 import parts
from clipmill.media.write.h264.bits import BitReader, unescaped
from clipmill.media.write.h264.encoder import H264Encoder
from clipmill.media.write.h264.parts import PartedEncoder
from clipmill.media.write.h264.splice import CodedPicture

SHAPE = Shape(width=64, height=48)
TURNS = {0: GRAPHICS, 10: FOOTAGE, 11: GRAPHICS, 12: FOOTAGE, 40: GRAPHICS}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """The options of every encoder that is begun."""
    options: list[Mapping[str, str]] = []

    class Recorder(H264Encoder):
        def __init__(self, shape: Shape, given: Mapping[str, str], **more: object) -> None:
            options.append(given)
            super().__init__(shape, given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "H264Encoder", Recorder)
    return options


def _made(turns: Mapping[int, Mapping[str, str]], counts: list[int], *, holds: bool = True) -> list[CodedPicture]:
    random, planes = np.random.default_rng(2), Planes(64, 48)
    encoder = PartedEncoder(SHAPE, FOOTAGE, turns, holds=holds)
    pictures: list[CodedPicture] = []
    for count in counts:
        planes.buffer[:] = random.integers(16, 236, planes.buffer.shape, np.uint8)
        pictures += encoder.hold(planes, count, key=False)
    pictures += encoder.flush()
    assert sorted(picture.shown for picture in pictures) == list(range(sum(counts)))
    return pictures


def _idr_number(picture: CodedPicture) -> int:
    bits = BitReader(unescaped(picture.data[5:40]))
    for _ in range(3):
        bits.unsigned()
    bits.take(4)  # frame number
    return bits.unsigned()


def test_every_part_has_its_own_options_and_begins_with_an_idr_picture(begun: list[Mapping[str, str]]) -> None:
    pictures = _made(TURNS, [1] * 9 + [30, 20])
    assert [picture.shown for picture in pictures if picture.key] == [0, 10, 11, 12, 40]
    assert begun == [GRAPHICS, FOOTAGE, GRAPHICS, FOOTAGE, GRAPHICS]


def test_no_two_idr_pictures_that_follow_each_other_have_the_same_number() -> None:
    pictures = _made(TURNS, [1] * 50)
    numbers = [_idr_number(picture) for picture in pictures[10:13]]
    assert all(picture.key for picture in pictures[10:13])
    assert numbers == [15, 0, 15]


def test_a_part_that_is_never_reached_is_never_begun(begun: list[Mapping[str, str]]) -> None:
    _made(TURNS, [10])
    assert begun == [GRAPHICS]


@pytest.mark.parametrize(
    "turns",
    [
        {},
        {5: GRAPHICS},
        {0: GRAPHICS, 5: {**FOOTAGE, "x264-params": f"{FOOTAGE['x264-params']}:8x8dct=0"}},
        {0: GRAPHICS, 5: {}},
        {0: {}, 5: {}},
    ],
)
def test_parts_that_cannot_follow_each_other_are_one(
    turns: Mapping[int, Mapping[str, str]], begun: list[Mapping[str, str]]
) -> None:
    _made(turns, [20])
    assert begun == [FOOTAGE]


def test_without_holds_there_are_no_parts(begun: list[Mapping[str, str]]) -> None:
    _made(TURNS, [20], holds=False)
    assert begun == [FOOTAGE]
