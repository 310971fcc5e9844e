"""Encoding sound: AAC packets of a whole track, kept for the next video; any other sound packet by packet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import av
import numpy as np

from clipmill.media.sound.decode import SAMPLE_RATE, Samples

#: Samples of one AAC frame.
_AAC_FRAME = 1024
#: Samples of a frame of sound that is not compressed.
_PLAIN_FRAME = 4800
#: AudioSpecificConfig (ISO/IEC 14496-3): AAC LC, 48 kHz, stereo; and that no band replication follows.
AAC_CONFIG = bytes.fromhex("119056e500")
SOUND_TIME = Fraction(1, SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class SoundCoding:
    """How a sound track is encoded."""

    encoder: str
    #: How samples lie in memory: `fltp` a channel after the other, `flt` and `s16` sample by sample.
    layout: str = "fltp"
    #: Bits a second; 0: as many as it has.
    bit_rate: int = 128_000
    options: Mapping[str, str] = field(default_factory=dict)
    #: Samples of silence the coder begins with, where the container has no way to say so: they are left out.
    lead: int = 0


#: The quicker search for quantisers: at 64 kbit/s a channel and above it is also the better one.
AAC = SoundCoding("aac", options={"aac_coder": "fast", "flags": "+bitexact"})
OPUS = SoundCoding("libopus", layout="flt", options={"flags": "+bitexact"})
MP3 = SoundCoding("libmp3lame", bit_rate=192_000, options={"flags": "+bitexact"})
#: In an AVI, which has no times. What a coder begins with, 576 samples of its own and 529 for decoders, is left out
#: with its first frame; so every frame stands alone.
TIMELESS_MP3 = replace(MP3, options={**MP3.options, "reservoir": "0"}, lead=1105)
PCM = SoundCoding("pcm_s16le", layout="s16", bit_rate=0, options={"flags": "+bitexact"})


@dataclass(frozen=True, slots=True)
class EncodedSound:
    """AAC packets of a whole sound track."""

    #: (bytes, first sample, number of samples)
    packets: tuple[tuple[bytes, int, int], ...]
    bit_rate: int

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(len(data) for data, _, _ in self.packets)


def encode_sound(blocks: Iterable[Samples], bit_rate: int = AAC.bit_rate) -> EncodedSound:
    """AAC of blocks of 48 kHz stereo of any length."""
    encoder = av.CodecContext.create("aac", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    configure(encoder, AAC, bit_rate)
    packets: list[av.Packet[Any]] = []
    for frame in sound_frames(blocks, AAC, _AAC_FRAME):
        packets.extend(encoder.encode(frame))
    packets.extend(encoder.encode(None))
    return EncodedSound(tuple((bytes(p), p.pts or 0, p.duration or _AAC_FRAME) for p in packets), bit_rate)


def configure(encoder: av.AudioCodecContext, coding: SoundCoding, bit_rate: int) -> None:
    """Set an encoder that is not yet open."""
    encoder.sample_rate = SAMPLE_RATE
    encoder.layout = "stereo"
    encoder.format = coding.layout
    encoder.time_base = SOUND_TIME
    if bit_rate:
        encoder.bit_rate = bit_rate
    encoder.options = dict(coding.options)


def sound_frames(blocks: Iterable[Samples], coding: SoundCoding, size: int = 0) -> Iterator[av.AudioFrame]:
    """The blocks as an encoder's frames of `size` samples, the last one shorter; 0: any size."""
    position = 0
    for part in _cut(blocks, size or _PLAIN_FRAME):
        frame = av.AudioFrame.from_ndarray(_laid_out(part, coding.layout), coding.layout, "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, position, SOUND_TIME
        yield frame
        position += part.shape[1]


def _cut(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in parts of one size, the last one shorter."""
    waiting = np.zeros((2, 0), np.float32)
    for block in blocks:
        waiting = np.concatenate((waiting, block), axis=1) if waiting.shape[1] else block
        whole = waiting.shape[1] // size * size
        yield from (waiting[:, begin : begin + size] for begin in range(0, whole, size))
        waiting = waiting[:, whole:]
    if waiting.shape[1]:
        yield waiting


def _laid_out(part: Samples, layout: str) -> Any:
    """Samples as an encoder wants them in memory."""
    if layout == "fltp":
        return np.ascontiguousarray(part)
    if layout == "s16":
        part = np.clip(np.rint(part * 32_767), -32_768, 32_767).astype(np.int16)
    return np.ascontiguousarray(part.T).reshape(1, -1)
