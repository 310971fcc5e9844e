"""Parameter sets: read from the stream, and widened; streams that are not simple enough are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.engines.render.profile import GRADES
from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import nal_units, unescaped
from clipmill.media.write.h264.parameters import parameter_sets, read_parameters

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
