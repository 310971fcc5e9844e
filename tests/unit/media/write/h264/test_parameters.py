"""Parameter sets: read from the stream, and widened; streams that are not simple enough are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.engines.render.profile import GRADES
from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import nal_units, unescaped
from clipmill.media.write.h264.parameters import (
    ORDER_BITS_MORE,
    Parameters,
    parameter_sets,
    read_parameters,
    read_widened,
)

Encoded = Callable[..., tuple[bytes, list[tuple[int, bytes]]]]
PROFILES = [profile for grade in GRADES.values() for profile in (grade.graphics, grade.footage)]


@pytest.mark.parametrize("profile", PROFILES)
def test_pictures_can_be_repeated_in_what_our_profiles_make(encoded: Encoded, profile: dict[str, str]) -> None:
    parameters = read_parameters(encoded(1, profile)[0])
    assert parameters.sequence.macroblocks == 4 * 3
    assert (parameters.sequence.references, parameters.sequence.reordered) == (2, 1)
    assert parameters.picture.weighted


def test_all_our_profiles_make_the_same_headers(encoded: Encoded) -> None:
    assert len({read_parameters(encoded(1, profile)[0]) for profile in PROFILES}) == 1


def test_the_widened_headers_say_the_same_but_for_the_order_counts(encoded: Encoded) -> None:
    extradata, _ = encoded(1)
    (before,), _ = parameter_sets(extradata)
    parameters = read_parameters(extradata)
    assert parameters.sps != before
    assert len(unescaped(parameters.sps)) - len(unescaped(before)) in (0, 1)
    with pytest.raises(MediaError, match="short picture order counts"):
        read_parameters(b"\0\0\1" + parameters.sps + b"\0\0\1" + parameters.pps)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("ref=2", "one reference"),
        ("ref=4", "one reference"),
        ("b-pyramid=normal", "no B pyramid"),
        ("b-pyramid=strict", "no B pyramid"),
        ("bframes=0", "order counts of type 0"),
        ("cabac=0", "CABAC"),
        ("interlaced=1", "whole frames"),
        ("nal-hrd=vbr:vbv-maxrate=900:vbv-bufsize=900", "no buffer model"),
    ],
)
def test_a_stream_that_is_not_simple_enough_is_refused(encoded: Encoded, more: str, what: str) -> None:
    with pytest.raises(MediaError, match=what):
        read_parameters(encoded(1, more=more)[0])


def test_a_stream_of_another_encoder_s_defaults_is_refused(encoded: Encoded) -> None:
    with pytest.raises(MediaError):
        read_parameters(encoded(1, {})[0])


def test_headers_that_are_cut_off_are_refused(encoded: Encoded) -> None:
    extradata, _ = encoded(1)
    sps, pps = nal_units(extradata)[:2]
    for length in range(1, len(sps) - 1):
        with pytest.raises(MediaError):
            read_parameters(b"\0\0\1" + sps[:length] + b"\0\0\1" + pps)
    with pytest.raises(MediaError, match="one parameter set of each kind"):
        read_parameters(b"\0\0\1" + sps)


@pytest.mark.parametrize("more", ["overscan=show", "chromaloc=1", "sar=4/3", "videoformat=pal:colorprim=bt709",
                                  "fullrange=on", "aud=1", "level=4.2"])  # fmt: skip
def test_whatever_else_the_headers_say_is_read_past(encoded: Encoded, more: str) -> None:
    plain, other = (read_parameters(encoded(1, more=each)[0]).sequence for each in ("", more))
    assert (plain.macroblocks, plain.references, plain.reordered) == (
        other.macroblocks,
        other.references,
        other.reordered,
    )


def _stored(parameters: Parameters, lengths: int = 0xFF, sets: int = 0xE1) -> bytes:
    """The headers as MP4 stores them."""
    counted = [len(nal).to_bytes(2, "big") + nal for nal in (parameters.sps, parameters.pps)]
    return b"\1" + parameters.sps[1:4] + bytes([lengths, sets]) + counted[0] + b"\1" + counted[1]


def test_the_headers_of_a_finished_stream_are_those_it_was_made_with(encoded: Encoded) -> None:
    parameters = read_parameters(encoded(1)[0])
    found = read_widened(_stored(parameters) + b"\xfd\xf8\xf8\0")
    assert (found.sps, found.pps, found.picture) == (parameters.sps, parameters.pps, parameters.picture)
    assert found.sequence.order_bits == parameters.sequence.order_bits
    assert found.wide.sequence.order_bits == found.sequence.order_bits + ORDER_BITS_MORE
    assert found.sequence.macroblocks == parameters.sequence.macroblocks


def test_other_headers_of_a_finished_stream_are_refused(encoded: Encoded) -> None:
    parameters = read_parameters(encoded(1)[0])
    whole = _stored(parameters)
    for length in range(len(whole)):
        with pytest.raises(MediaError):
            read_widened(whole[:length])
    for other in (b"\0" + whole[1:], _stored(parameters, lengths=0xFD), _stored(parameters, sets=0xE2)):
        with pytest.raises(MediaError):
            read_widened(other)
