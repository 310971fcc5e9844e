"""The splicer undone: what it added is left out, everything else is as x264 wrote it; whatever else is noticed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from clipmill.errors import MediaError
from clipmill.media.write.h264.bits import with_length
from clipmill.media.write.h264.encoder import MOST_HELD
from clipmill.media.write.h264.parameters import Parameters, parameter_sets, read_parameters
from clipmill.media.write.h264.slices import B, P, SliceNumbers, moved_slice, read_head
from clipmill.media.write.h264.splice import Splicer
from clipmill.media.write.h264.unsplice import Unsplicer

Encoded = Callable[..., tuple[bytes, list[tuple[int, bytes]]]]
KINDS, REPEATS = "IPP..PPI..PP", {2: 5, 6: 40, 11: 3}


def _configuration(parameters: Parameters) -> bytes:
    """As MP4 stores it."""
    sets = [len(nal).to_bytes(2, "big") + nal for nal in (parameters.sps, parameters.pps)]
    return bytes([1]) + parameters.sps[1:4] + b"\xff\xe1" + sets[0] + b"\1" + sets[1]


def _spliced(encoded: Encoded, repeats: dict[int, int]) -> tuple[Parameters, list[bytes], list[bytes]]:
    """The headers, the samples of a file, and those it would have if nothing was repeated."""
    extradata, packets = encoded(12, keys=KINDS, more="b-adapt=0:bframes=1")
    parameters = read_parameters(extradata)
    made = []
    for held in (repeats, {}):
        splicer, shown = Splicer(parameters), 0
        for number in range(12):
            splicer.expect(number, shown, held.get(number, 0))
            shown += 1 + held.get(number, 0)
        made.append([picture.data for number, data in packets for picture in splicer.pictures(number, data)])
    return parameters, made[0], made[1]


def _kept(unsplicer: Unsplicer, samples: list[bytes]) -> list[bytes]:
    return [kept for sample in samples if (kept := unsplicer.picture(sample)) is not None]


def test_of_every_run_one_repetition_is_left_and_everything_else_as_if_it_were_all(encoded: Encoded) -> None:
    parameters, samples, _ = _spliced(encoded, REPEATS)
    _, once, _ = _spliced(encoded, dict.fromkeys(REPEATS, 1))
    assert _kept(Unsplicer(_configuration(parameters)), samples) == once
    assert len(samples) == 12 + sum(REPEATS.values())
    assert len(once) == 12 + len(REPEATS)


def test_a_stream_without_repetitions_stays_as_it_is(encoded: Encoded) -> None:
    parameters, _, plain = _spliced(encoded, {})
    assert _kept(Unsplicer(_configuration(parameters)), plain) == plain


def test_a_repetition_of_another_number_is_no_repetition(encoded: Encoded) -> None:
    parameters, samples, _ = _spliced(encoded, REPEATS)
    first = next(place for place in range(1, len(samples)) if len(samples[place]) == len(samples[place + 1]) < 60)
    unsplicer = Unsplicer(_configuration(parameters))
    assert len(_kept(unsplicer, samples[: first + 1])) == first + 1
    assert unsplicer.picture(samples[first + 1]) is None
    with pytest.raises(MediaError, match="in no order"):
        unsplicer.picture(samples[first + 3])


def test_no_bit_of_a_repetition_can_change(encoded: Encoded) -> None:
    parameters, samples, _ = _spliced(encoded, REPEATS)
    place = next(place for place in range(1, len(samples)) if len(samples[place]) == len(samples[place + 1]) < 60) + 1
    for bit in range(8 * len(samples[place])):
        bent = bytearray(samples[place])
        bent[bit // 8] ^= 128 >> bit % 8
        unsplicer = Unsplicer(_configuration(parameters))
        _kept(unsplicer, samples[:place])
        try:
            assert unsplicer.picture(bytes(bent)) == bytes(bent)
        except MediaError:
            continue


@pytest.mark.parametrize(("kind", "moved"), [(B, (1, 0)), (B, (0, 2)), (B, (0, -60)), (P, (1, 0)), (P, (0, -60))])
def test_a_picture_that_does_not_follow_the_others_is_noticed(
    encoded: Encoded, kind: int, moved: tuple[int, int]
) -> None:
    parameters, samples, _ = _spliced(encoded, REPEATS)
    wide = parameters.wide
    place = next(
        n
        for n, sample in enumerate(samples)
        if len(sample) > 200 and n > 8 and read_head(sample[4:], wide).kind == kind
    )
    nal, head = samples[place][4:], read_head(samples[place][4:], wide)
    numbers = SliceNumbers(head.frame_number + moved[0], head.order + moved[1])
    unsplicer = Unsplicer(_configuration(parameters))
    _kept(unsplicer, samples[:place])
    with pytest.raises(MediaError, match="in no order"):
        unsplicer.picture(with_length(moved_slice(nal, head, wide, numbers, wider=0)))


def test_damage_that_new_escapes_would_hide_is_noticed(encoded: Encoded) -> None:
    parameters, samples, _ = _spliced(encoded, REPEATS)
    place = next(n for n, sample in enumerate(samples) if n > 8 and len(sample) > 200)
    unsplicer = Unsplicer(_configuration(parameters))
    _kept(unsplicer, samples[:place])
    with pytest.raises(MediaError, match="damaged"):
        unsplicer.picture(samples[place][:150] + b"\0\0\1" + samples[place][153:])


@pytest.mark.parametrize("sample", [b"", b"\0\0\0\0", b"\0\0\0\2\x65", b"\0\0\0\2\x06\x80", b"\0\0\0\2\x41\x9a" * 2])
def test_what_is_not_one_slice_is_noticed(encoded: Encoded, sample: bytes) -> None:
    unsplicer = Unsplicer(_configuration(read_parameters(encoded(1)[0])))
    with pytest.raises(MediaError, match="in no order"):
        unsplicer.picture(sample)


def test_no_more_repetitions_are_left_out_than_an_encoder_of_ours_makes(encoded: Encoded) -> None:
    for repeats, fits in ((MOST_HELD, True), (2000, False)):
        parameters, samples, _ = _spliced(encoded, {2: repeats})
        unsplicer = Unsplicer(_configuration(parameters))
        with nullcontext() if fits else pytest.raises(MediaError, match="in no order"):
            _kept(unsplicer, samples)


def test_a_stream_begins_with_an_idr_picture(encoded: Encoded) -> None:
    parameters, samples, _ = _spliced(encoded, {})
    with pytest.raises(MediaError, match="in no order"):
        Unsplicer(_configuration(parameters)).picture(samples[1])


def test_a_stream_that_was_not_widened_is_refused(encoded: Encoded) -> None:
    extradata, _ = encoded(3)
    (sps,), _ = parameter_sets(extradata)
    with pytest.raises(MediaError, match="long picture order counts"):
        Unsplicer(_configuration(replace(read_parameters(extradata), sps=sps)))
