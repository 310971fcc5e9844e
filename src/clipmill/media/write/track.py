"""A sound track: muxed into a file as far as its pictures have come, so that players find both side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import Any

import av
import numpy as np

from clipmill.media.sound.decode import SAMPLE_RATE, Samples
from clipmill.media.write.sound import SOUND_TIME, EncodedSound, SoundCoding, configure, sound_frames


class SoundStream:
    """The sound of one file in the making. Created before the container begins to write."""

    def __init__(
        self, container: av.container.OutputContainer, coding: SoundCoding, sound: EncodedSound | Iterable[Samples]
    ) -> None:
        self._container = container
        stream = container.add_stream(coding.encoder, rate=SAMPLE_RATE)
        assert isinstance(stream, av.AudioStream)
        self._stream = stream
        encoded = sound if isinstance(sound, EncodedSound) else None
        configure(stream.codec_context, coding, encoded.bit_rate if encoded else coding.bit_rate)
        self._waiting: av.Packet[Any] | None = None
        if isinstance(sound, EncodedSound):
            self._packets = self._wrapped(sound)
        else:
            self._packets = self._encoded(coding, sound)

    def write_until(self, seconds: Fraction) -> None:
        """Mux what begins before this moment."""
        while (packet := self._waiting or next(self._packets, None)) is not None:
            self._waiting = None
            if (packet.pts or 0) * SOUND_TIME >= seconds:
                self._waiting = packet
                return
            self._container.mux(packet)

    def write_rest(self) -> None:
        """Mux all that is left."""
        if self._waiting is not None:
            self._container.mux(self._waiting)
            self._waiting = None
        for packet in self._packets:
            self._container.mux(packet)

    def _wrapped(self, sound: EncodedSound) -> Iterator[av.Packet[Any]]:
        for data, first, count in sound.packets:
            packet = av.Packet(data)
            packet.stream, packet.time_base = self._stream, SOUND_TIME
            packet.pts = packet.dts = first
            packet.duration = count
            yield packet

    def _encoded(self, coding: SoundCoding, blocks: Iterable[Samples]) -> Iterator[av.Packet[Any]]:
        self._container.start_encoding()
        size = self._stream.codec_context.frame_size
        left_out = -(-coding.lead // size) if coding.lead else 0
        filled = left_out * size - coding.lead
        if filled:
            blocks = chain([np.zeros((2, filled), np.float32)], blocks)
        for number, packet in enumerate(self._packets_of(sound_frames(blocks, coding, size))):
            if packet.pts is not None and filled:
                packet.pts = packet.dts = packet.pts - filled
            if number >= left_out:
                yield packet

    def _packets_of(self, frames: Iterable[av.AudioFrame]) -> Iterator[av.Packet[Any]]:
        for frame in frames:
            yield from self._stream.encode(frame)
        yield from self._stream.encode(None)
