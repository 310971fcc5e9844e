"""A held picture is the encoded one, repeated.

What a decoder makes of a file with repeated pictures is, frame by frame and plane by plane, what it makes of the stream
the encoder wrote, the last encoded picture of every still shown again.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes
from clipmill.media.write.h264 import encoder
from clipmill.media.write.h264.parameters import Parameters, read_parameters
from clipmill.media.write.h264.parts import PartedEncoder
from clipmill.media.write.h264.splice import CodedPicture, Splicer
from tests.held import SIZES, settings_of, stills_of, write_held
from tests.openh264 import openh264, with_openh264

GROUPS, CASES = 20, 16
STRICT = {"err_detect": "explode"}
START = b"\0\0\0\1"


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_held_picture_is_the_encoded_one_repeated(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in range(CASES):
        assert _differing(group * CASES + case, tmp_path, monkeypatch) == [], f"case {group * CASES + case}"


def _differing(seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The frames of one case that are not what they must be."""
    random = np.random.default_rng(seed)
    width, height = SIZES[seed % len(SIZES)]
    made: list[Recorder] = []
    headers: list[bytes] = []

    class Recorder(Splicer):
        """Remembers what its encoder wrote, and how often each picture was to be repeated."""

        def __init__(self, parameters: Parameters, *, odd: bool = False) -> None:
            super().__init__(parameters, odd=odd)
            self.written: list[tuple[int, bytes]] = []
            self.repeats: dict[int, int] = {}
            made.append(self)

        def pictures(self, number: int, packet: bytes) -> Iterator[CodedPicture]:
            self.written.append((number, packet))
            self.repeats[number] = self._expected[number][1]
            return super().pictures(number, packet)

    def read(extradata: bytes) -> Parameters:
        headers.append(extradata)
        return read_parameters(extradata)

    with monkeypatch.context() as patched:
        patched.setattr(encoder, "Splicer", Recorder)
        patched.setattr(encoder, "read_parameters", read)
        stills = stills_of(random, width, height)
        frames = sum(still.count for still in stills)
        settings, shape = settings_of(random, frames), Shape(width=width, height=height)
        write_held(folder / "made.mp4", stills, settings, shape, sound=bool(random.random() < 0.3))
    wanted = [
        picture
        for each in made
        for number, picture in enumerate(_decoded(headers[0], each.written))
        for _ in range(1 + each.repeats[number])
    ]
    assert len(wanted) == frames
    pairs = zip(_seen(folder / "made.mp4"), wanted, strict=True)
    return [number for number, (one, other) in enumerate(pairs) if not np.array_equal(one, other)]


def _decoded(headers: bytes, written: list[tuple[int, bytes]]) -> list[NDArray[np.uint8]]:
    """The stream as the encoder wrote it."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata, decoder.thread_count, decoder.options = headers, 1, STRICT
    frames = []
    for number, data in written:
        packet = av.Packet(data)
        packet.pts = number
        frames += decoder.decode(packet)
    frames += decoder.decode(None)
    assert [frame.pts for frame in frames] == list(range(len(frames)))
    return [frame.to_ndarray() for frame in frames]


def _seen(path: Path) -> list[NDArray[np.uint8]]:
    """The frames of the finished file, which come one after the other."""
    with av.open(str(path), options=STRICT) as container:
        container.streams.video[0].codec_context.thread_count = 1
        container.streams.video[0].codec_context.options = STRICT
        frames = list(container.decode(video=0))
    times = [frame.pts for frame in frames]
    assert {after - before for before, after in pairwise(times)} <= {512}
    assert not any(frame.is_corrupt for frame in frames)
    return [frame.to_ndarray() for frame in frames]


@with_openh264
def test_another_decoder_takes_repeated_pictures_as_well_as_any() -> None:
    """OpenH264 shows a few B pictures of x264 otherwise than FFmpeg does, whether others are repeated or not."""
    differing = {True: 0, False: 0}
    for seed in range(16):
        for holds in differing:
            stream = _stream(np.random.default_rng(seed), *SIZES[1 + seed % 2], holds=holds)
            wanted = _decoded_whole(stream)
            with openh264() as decoder:
                seen = list(decoder.frames(stream))
            assert len(seen) == len(wanted)
            pairs = zip(seen, wanted, strict=True)
            differing[holds] += sum(not np.array_equal(one, other.ravel()) for one, other in pairs)
    assert differing[True] <= differing[False]


def _stream(random: np.random.Generator, width: int, height: int, *, holds: bool) -> list[bytes]:
    """Coded pictures, each with its start codes, the headers before the first."""
    stills, planes = stills_of(random, width, height), Planes(width, height)
    asked = settings_of(random, sum(still.count for still in stills))
    made = PartedEncoder(Shape(width=width, height=height), asked.profile, asked.parts, holds=holds)
    coded: list[bytes] = []
    for still in stills:
        planes.buffer[:] = still.picture
        coded += [picture.data for picture in made.hold(planes, still.count, key=still.key, hint=still.hint)]
    coded += [picture.data for picture in made.flush()]
    headers = b"".join(START + nal for sets in made.parameter_sets for nal in sets)
    return [headers + START + coded[0][4:], *(START + data[4:] for data in coded[1:])]


def _decoded_whole(stream: list[bytes]) -> list[NDArray[np.uint8]]:
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count, decoder.options = 1, STRICT
    frames = [frame for data in stream for frame in decoder.decode(av.Packet(data))]
    return [frame.to_ndarray() for frame in (*frames, *decoder.decode(None))]
