"""The encoder: what is fed, what is repeated, and where players can start."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pytest

from clipmill.domain.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264.encoder import MOST_HELD, H264Encoder
from clipmill.media.write.h264.splice import CodedPicture, Splicer


def _made(
    stills: list[int], *, keys: set[int] = frozenset(), holds: bool = True, options: Mapping[str, str] = GRAPHICS
) -> list[CodedPicture]:
    """Pictures of noise, each held so long."""
    random, planes = np.random.default_rng(2), Planes(64, 48)
    encoder = H264Encoder(Shape(width=64, height=48, fps=Fraction(30)), options, holds=holds)
    pictures: list[CodedPicture] = []
    for number, count in enumerate(stills):
        planes.buffer[:] = random.integers(16, 236, planes.buffer.shape, np.uint8)
        pictures += encoder.hold(planes, count, key=number in keys)
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
    ("count", "fed"), [(1, 1), (5, 5), (6, 2), (11, 2), (16, 4), (24, 6), (40, 10), (48, 12), (97, 12), (600, 12)]
)
def test_a_still_is_encoded_a_quarter_of_its_length_within_limits(count: int, fed: int, repeated: list[int]) -> None:
    _made([1, count, 1])
    assert sum(repeated) == count - fed


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
