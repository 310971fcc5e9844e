"""Tracks: the pictures and the sound of a file, as its index describes them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from clipmill.domain.files.formats import Shape
from clipmill.media.sound.decode import SAMPLE_RATE
from clipmill.media.write.h264.splice import CodedPicture
from clipmill.media.write.mp4.boxes import (
    MOST_32_BITS,
    UPRIGHT,
    box,
    descriptor,
    full_box,
    longs,
    shorts,
    table,
    words,
)
from clipmill.media.write.mp4.table import SampleTable, counted
from clipmill.media.write.sound import AAC_CONFIG, EncodedSound

#: A clock that counts pictures ticks at least so often a second.
_LEAST_TICKS = 10_000
#: `und`: no language (ISO 639-2), five bits a letter.
_NO_LANGUAGE = 0x55C4
#: Codec, transfer and matrix of BT.709 (ITU-T H.273), and limited range.
_COLOURS = b"nclx" + shorts(1, 1, 1) + bytes([0])
_72_DPI = 0x480000
_FULL_VOLUME = 0x100
#: The sequence's profile and level lie behind its header byte.
_PROFILE = slice(1, 4)
#: Profiles after whose parameter sets `avcC` says what colours are like: 4:2:0 in 8 bits, nothing else follows.
_HIGH_PROFILES, _HIGH_TAIL = frozenset({100, 110, 122, 144}), bytes([0xFD, 0xF8, 0xF8, 0])
#: AAC is decoded right from the second packet on.
_PACKETS_AHEAD = -1


@dataclass(frozen=True, slots=True)
class Timescale:
    """What the pictures of a file are counted in."""

    #: Ticks a second, and a picture.
    rate: int
    step: int

    @classmethod
    def of(cls, fps: Fraction) -> Timescale:
        """One in which every picture begins at a tick."""
        times = 1
        while fps.numerator * times < _LEAST_TICKS:
            times *= 2
        return cls(fps.numerator * times, fps.denominator * times)


@dataclass(slots=True)
class PictureTrack:
    """The pictures of a file, in the order they are decoded in."""

    shape: Shape
    clock: Timescale
    samples: SampleTable = field(default_factory=SampleTable)
    #: Of each picture: by how many places it is shown later than it is decoded, which may be fewer than none.
    _later: array[int] = field(default_factory=lambda: array("i"))
    #: Numbers of those players can start from, from 1 on.
    _keys: array[int] = field(default_factory=lambda: array("I"))

    def add(self, picture: CodedPicture, at: int) -> None:
        """The next picture, which lies at this place among the samples of the file."""
        self._later.append(picture.shown - len(self.samples))
        self.samples.add(at, len(picture.data))
        if picture.key:
            self._keys.append(len(self.samples))

    @property
    def ticks(self) -> int:
        """How long all of them are shown."""
        return len(self.samples) * self.clock.step

    def to_box(self, base: int, movie: int, parameter_sets: tuple[list[bytes], list[bytes]]) -> bytes:
        """The `trak` box; `movie` is the rate of the clock of the whole file."""
        delay = -min(self._later, default=0)
        more = (
            full_box(b"stts", table([(len(self.samples), self.clock.step)])),
            full_box(b"stss", table((key,) for key in self._keys)),
            full_box(b"ctts", counted((later + delay) * self.clock.step for later in self._later)),
        )
        table_box = self.samples.to_box(self._description(*parameter_sets), base, more)
        size = (self.shape.width, self.shape.height)
        length = self.ticks * movie // self.clock.rate
        return _track(1, size, length, delay * self.clock.step, (
            _media_head(self.clock.rate, self.ticks), _handler(b"vide", b"Video"),
            _media(full_box(b"vmhd", bytes(8), flags=1), table_box),
        ))  # fmt: skip

    def _description(self, sequence: list[bytes], picture: list[bytes]) -> bytes:
        profile = sequence[0][_PROFILE]
        configuration = box(
            b"avcC", bytes([1]), profile, bytes([0xFF, 0xE0 | len(sequence)]), *map(_counted_bytes, sequence),
            bytes([len(picture)]), *map(_counted_bytes, picture),
            _HIGH_TAIL if profile[0] in _HIGH_PROFILES else b"",
        )  # fmt: skip
        return box(
            b"avc1", bytes(6), shorts(1), bytes(16), shorts(self.shape.width, self.shape.height),
            words(_72_DPI, _72_DPI, 0), shorts(1), bytes(32), shorts(24, 0xFFFF),
            configuration, box(b"colr", _COLOURS), box(b"pasp", words(1, 1)),
        )  # fmt: skip


def _counted_bytes(nal: bytes) -> bytes:
    return shorts(len(nal)) + nal


@dataclass(slots=True)
class SoundTrack:
    """The sound of a file."""

    sound: EncodedSound
    samples: SampleTable = field(default_factory=SampleTable)

    @property
    def heard(self) -> int:
        """Samples without those the encoder needs to begin."""
        return sum(count for _, _, count in self.sound.packets) - self._ahead

    @property
    def _ahead(self) -> int:
        return -self.sound.packets[0][1] if self.sound.packets else 0

    def to_box(self, base: int, movie: int) -> bytes:
        """The `trak` box; `movie` is the rate of the clock of the whole file."""
        more = (
            full_box(b"stts", counted(count for _, _, count in self.sound.packets)),
            full_box(b"sgpd", b"roll", words(2, 1), shorts(_PACKETS_AHEAD & 0xFFFF), version=1),
            full_box(b"sbgp", b"roll", words(1, len(self.samples), 1)),
        )
        table_box = self.samples.to_box(self._description(), base, more)
        return _track(2, None, self.heard * movie // SAMPLE_RATE, self._ahead, (
            _media_head(SAMPLE_RATE, self.heard + self._ahead), _handler(b"soun", b"Sound"),
            _media(full_box(b"smhd", bytes(4)), table_box),
        ))  # fmt: skip

    def _description(self) -> bytes:
        rate = self.sound.bit_rate
        stream = descriptor(4, bytes([0x40, 0x15, 0, 0, 0]), words(rate, rate), descriptor(5, AAC_CONFIG))
        configuration = full_box(b"esds", descriptor(3, shorts(2), bytes(1), stream, descriptor(6, bytes([2]))))
        return box(b"mp4a", bytes(6), shorts(1), bytes(8), shorts(2, 16, 0, 0), words(SAMPLE_RATE << 16), configuration)


def movie_rate(clock: Timescale, sound: SoundTrack | None) -> int:
    """A clock for the whole file in which the lengths of both tracks are whole numbers, if there is one."""
    both = math.lcm(clock.rate, SAMPLE_RATE) if sound is not None else clock.rate
    return both if both <= MOST_32_BITS else clock.rate


def _track(number: int, size: tuple[int, int] | None, length: int, begin: int, media: tuple[bytes, ...]) -> bytes:
    """A `trak` box: a length in the clock of the file, from a moment of the media on. A track without size is heard."""
    version, pair = _wide(length)
    width, height = size or (0, 0)
    volume = 0 if size else _FULL_VOLUME
    head = full_box(
        b"tkhd", pair(0, 0), words(number, 0), pair(length), bytes(8), shorts(0, int(not size), volume, 0), UPRIGHT,
        words(width << 16, height << 16), version=version, flags=3,
    )  # fmt: skip
    edit = full_box(b"elst", words(1), pair(length, begin), shorts(1, 0), version=version)
    return box(b"trak", head, box(b"edts", edit), box(b"mdia", *media))


def _media_head(rate: int, length: int) -> bytes:
    version, pair = _wide(length)
    return full_box(b"mdhd", pair(0, 0), words(rate), pair(length), shorts(_NO_LANGUAGE, 0), version=version)


def movie_head(rate: int, length: int, tracks: int) -> bytes:
    """The `mvhd` box."""
    version, pair = _wide(length)
    return full_box(b"mvhd", pair(0, 0), words(rate), pair(length), words(0x10000), shorts(_FULL_VOLUME, 0), bytes(8),
                    UPRIGHT, bytes(24), words(tracks + 1), version=version)  # fmt: skip


def _wide(length: int) -> tuple[int, Callable[..., bytes]]:
    """The version of a box for a length, and how numbers of time are written in it."""
    return (1, longs) if length > MOST_32_BITS else (0, words)


def _handler(kind: bytes, name: bytes) -> bytes:
    return full_box(b"hdlr", bytes(4), kind, bytes(12), name, bytes(1))


def _media(head: bytes, samples: bytes) -> bytes:
    """Where the samples lie: in this very file."""
    here = box(b"dinf", full_box(b"dref", words(1), full_box(b"url ", flags=1)))
    return box(b"minf", head, here, samples)
