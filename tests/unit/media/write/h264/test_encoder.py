"""The encoder: what is fed, what is repeated, and where players can start."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264.encoder import MOST_HELD, H264Encoder
from clipmill.media.write.h264.splice import CodedPicture, Splicer
from clipmill.media.write.writer import MotionHint

START = b"\0\0\0\1"


def _made(
    stills: list[int],
    *,
    keys: set[int] = frozenset(),
    holds: bool = True,
    options: Mapping[str, str] = GRAPHICS,
    hint: MotionHint = MotionHint.USUAL,
) -> list[CodedPicture]:
    """Pictures of noise, each held so long."""
    random, planes = np.random.default_rng(2), Planes(64, 48)
    encoder = H264Encoder(Shape(width=64, height=48, fps=Fraction(30)), options, holds=holds)
    pictures: list[CodedPicture] = []
    for number, count in enumerate(stills):
        planes.buffer[:] = random.integers(16, 236, planes.buffer.shape, np.uint8)
        pictures += encoder.hold(planes, count, key=number in keys, hint=hint)
    pictures += encoder.flush()
    assert sorted(picture.shown for picture in pictures) == list(range(sum(stills)))
    return pictures


@pytest.fixture
def repeated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often each picture is to be repeated, those left out that are not."""
    told: list[int] = []
    expect = Splicer.expect

    def listen(splicer: Splicer, number: int, shown: int, repeats: int = 0) -> None:
        told.extend([repeats] if repeats else [])
        expect(splicer, number, shown, repeats)

    monkeypatch.setattr(Splicer, "expect", listen)
    return told


@pytest.mark.parametrize(
    ("count", "fed"), [(1, 1), (5, 5), (6, 2), (11, 3), (16, 5), (24, 8), (36, 12), (97, 12), (600, 12)]
)
def test_a_still_is_encoded_a_third_of_its_length_within_limits(count: int, fed: int, repeated: list[int]) -> None:
    _made([1, count, 1])
    assert sum(repeated) == count - fed


@pytest.mark.parametrize(("count", "fed"), [(5, 5), (6, 4), (8, 6), (15, 11), (16, 12), (600, 12)])
def test_a_still_that_is_wholly_new_is_encoded_more_often(count: int, fed: int, repeated: list[int]) -> None:
    _made([1, count], keys={1})
    assert sum(repeated) == count - fed


@pytest.mark.parametrize("count", [15, 30])
def test_a_grainy_still_is_as_good_as_where_every_frame_is_encoded(count: int) -> None:
    """As x264 does it by itself, `veryfast` at crf 23."""
    usual = {"preset": "veryfast", "crf": "23"}
    assert _error(count, GRAPHICS, holds=True) <= _error(count, usual, holds=False)


def test_a_still_that_comes_without_a_key_is_not_left_coarse() -> None:
    """Its first picture is a P picture: out of B pictures it would have five times the error."""
    usual = {"preset": "veryfast", "crf": "23"}
    assert _error(18, GRAPHICS, holds=True, keys=False, number=6) <= 3 * _error(18, usual, holds=False, number=6)


def _error(count: int, options: Mapping[str, str], *, holds: bool, keys: bool = True, number: int = 2) -> float:
    """The mean square error of Y over grainy stills that follow each other."""
    random, planes = np.random.default_rng(4), Planes(320, 192)
    encoder = H264Encoder(Shape(width=320, height=192, fps=Fraction(30)), options, holds=holds)
    stills, coded = [], []
    for place in range(number):
        soft = cv2.GaussianBlur(random.integers(0, 256, (192, 320), np.uint8), (0, 0), 9)
        planes.buffer[:] = 128
        planes.parts[0][:] = np.clip(cv2.multiply(soft, 4, scale=1) * 0.25 + random.normal(0, 6, soft.shape), 16, 235)
        stills.append(planes.parts[0].astype(np.float64))
        coded += encoder.hold(planes, count, key=keys and place > 0)
    coded += encoder.flush()
    headers = b"".join(START + nal for sets in encoder.parameter_sets for nal in sets)
    decoder = av.CodecContext.create("h264", "r")
    stream = [headers + START + coded[0].data[4:], *(START + picture.data[4:] for picture in coded[1:])]
    frames = [frame for data in stream for frame in decoder.decode(av.Packet(data))] + decoder.decode(None)
    seen = [frame.to_ndarray()[:192].astype(np.float64) for frame in frames]
    assert len(seen) == number * count
    return float(np.mean([np.mean((y - stills[frame // count]) ** 2) for frame, y in enumerate(seen)]))


def test_quick_pictures_are_built_on_the_one_before_them() -> None:
    """So they come out in the order they are shown in."""
    assert [picture.shown for picture in _made([1] * 12, hint=MotionHint.QUICK)] == list(range(12))


@pytest.mark.parametrize(("hint", "between"), [(MotionHint.USUAL, 5), (MotionHint.CALM, 8)])
def test_pictures_between_two_others_are_as_many_as_the_pace_allows(hint: MotionHint, between: int) -> None:
    shown = [picture.shown for picture in _made([1] * 30, hint=hint)]
    assert shown[:4] == [0, between + 1, 1, 2]


def test_a_still_that_is_too_short_is_encoded_as_it_is(repeated: list[int]) -> None:
    _made([3, 2, 1, 5])
    assert repeated == []


def test_without_holds_every_picture_is_encoded(repeated: list[int]) -> None:
    assert len(_made([5, 60], holds=False)) == 65
    assert repeated == []


@pytest.mark.parametrize(
    "options", [{}, {"x264-params": "ref=3:bframes=2:b-pyramid=none"}, {"x264-params": "bframes=0"}]
)
def test_what_is_not_simple_enough_is_encoded_picture_by_picture(options: dict[str, str], repeated: list[int]) -> None:
    assert len(_made([5, 60], options=options)) == 65
    assert repeated == []


def test_the_first_picture_and_those_asked_for_are_where_players_can_start() -> None:
    pictures = _made([30, 1, 40, 1], keys={2, 3})
    assert [picture.shown for picture in pictures if picture.key] == [0, 31, 71]


def test_a_long_still_can_be_started_from_in_between() -> None:
    keys = [picture.shown for picture in _made([5, 3 * MOST_HELD]) if picture.key]
    assert keys == [0, 5, 5 + MOST_HELD, 5 + 2 * MOST_HELD]


def test_many_short_stills_too_have_places_to_start_from() -> None:
    keys = [picture.shown for picture in _made([90] * 20) if picture.key]
    assert keys == [0, 630, 1260]


def test_encoding_goes_on_at_any_place_of_a_stream() -> None:
    planes = Planes(64, 48)
    encoder = H264Encoder(Shape(width=64, height=48), GRAPHICS, holds=True, begin=100)
    pictures = [*encoder.hold(planes, 30, key=False), *encoder.flush()]
    assert sorted(picture.shown for picture in pictures) == list(range(100, 130))
