"""The splicer: numbers of pictures after some were repeated; an encoder that strays is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.errors import MediaError
from clipmill.media.write.h264.parameters import Parameters, read_parameters
from clipmill.media.write.h264.slices import read_head
from clipmill.media.write.h264.splice import CodedPicture, Splicer

Encoded = Callable[..., tuple[bytes, list[tuple[int, bytes]]]]


def _spliced(encoded: Encoded, repeats: dict[int, int], keys: str) -> tuple[Parameters, list[CodedPicture]]:
    """Eight pictures, some of them repeated."""
    extradata, packets = encoded(8, keys=keys, more="b-adapt=0:bframes=1")
    parameters = read_parameters(extradata)
    splicer, shown = Splicer(parameters), 0
    for number in range(8):
        splicer.expect(number, shown, repeats.get(number, 0))
        shown += 1 + repeats.get(number, 0)
    return parameters.wide, [picture for number, data in packets for picture in splicer.pictures(number, data)]


def test_every_picture_has_its_place_and_its_number(encoded: Encoded) -> None:
    wide, pictures = _spliced(encoded, {1: 5, 5: 2}, "IPP.PPI.")
    heads = [read_head(picture.data[4:], wide) for picture in pictures]
    assert sorted(picture.shown for picture in pictures) == list(range(15))
    # References are numbered one after the other, a B picture as the next one; both begin anew at an IDR picture.
    numbers = [(picture.shown, head.frame_number) for picture, head in zip(pictures, heads, strict=True)]
    assert numbers == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (9, 8), (8, 9), (10, 9),
                       (11, 10), (12, 11), (13, 0), (14, 1)]  # fmt: skip
    assert [head.order for head in heads] == [2 * (shown if shown < 13 else shown - 13) for shown, _ in numbers]
    assert [picture.key for picture in pictures] == [shown in (0, 13) for shown, _ in numbers]


def test_each_picture_is_after_its_length(encoded: Encoded) -> None:
    _, pictures = _spliced(encoded, {2: 3}, "IPP")
    assert all(int.from_bytes(picture.data[:4], "big") == len(picture.data) - 4 for picture in pictures)


def test_a_repeated_b_picture_is_noticed(encoded: Encoded) -> None:
    with pytest.raises(MediaError, match="left the order"):
        _spliced(encoded, {3: 5}, "IPP.P")


def test_a_picture_out_of_place_is_noticed(encoded: Encoded) -> None:
    extradata, packets = encoded(2, keys="IP")
    splicer = Splicer(read_parameters(extradata))
    splicer.expect(0, 0)
    splicer.expect(2, 2)
    list(splicer.pictures(0, packets[0][1]))
    with pytest.raises(MediaError, match="left the order"):
        list(splicer.pictures(2, packets[1][1]))


def test_a_picture_of_several_slices_is_noticed(encoded: Encoded) -> None:
    extradata, packets = encoded(1, more="slices=2")
    splicer = Splicer(read_parameters(extradata))
    splicer.expect(0, 0)
    with pytest.raises(MediaError, match="2 slices of a picture"):
        list(splicer.pictures(0, packets[0][1]))
