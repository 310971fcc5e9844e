"""A finished MP4 file: the index first, then pictures and sound in turns."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from clipmill.domain.files.formats import Shape
from clipmill.errors import MediaError
from clipmill.media.sound.decode import SAMPLE_RATE
from clipmill.media.write.h264.splice import CodedPicture
from clipmill.media.write.mp4.boxes import box, data_head, full_box, words
from clipmill.media.write.mp4.tracks import PictureTrack, SoundTrack, Timescale, movie_head, movie_rate
from clipmill.media.write.mp4.waiting import WaitingSamples
from clipmill.media.write.sound import EncodedSound

#: What a player must know to play it: MP4 of the first and of the second edition, with H.264.
_KIND = box(b"ftyp", b"isom", words(512), b"isomiso2avc1mp41")
#: About so many times a second pictures make room for the sound that goes with them.
_TURNS_A_SECOND = 2
#: How covers say that they are a JPEG.
_JPEG = 13


class Mp4File:
    """A file in the making. `cover` is a JPEG shown for it; empty: none. Raises OSError; MediaError for no JPEG."""

    def __init__(self, path: Path, shape: Shape, sound: EncodedSound | None, cover: bytes) -> None:
        if cover and cv2.imdecode(np.frombuffer(cover, np.uint8), cv2.IMREAD_UNCHANGED) is None:
            raise MediaError("the cover of the file is no picture")
        self._path, self._cover, self._fps = path, cover, shape.fps
        self._waiting = WaitingSamples(path.parent)
        self._pictures = PictureTrack(shape, Timescale.of(shape.fps))
        self._sound = SoundTrack(sound) if sound is not None and sound.packets else None
        self._turn = max(1, shape.fps.__floor__() // _TURNS_A_SECOND)

    def add(self, picture: CodedPicture) -> None:
        """The next picture in coded order."""
        self._pictures.add(picture, self._waiting.add(picture.data))
        count = len(self._pictures.samples)
        if count % self._turn == 0:
            self._add_sound(int(count * SAMPLE_RATE / self._fps))

    def _add_sound(self, until: int | None = None) -> None:
        """The sound that begins before a sample, None for all that is left."""
        if self._sound is None:
            return
        packets, table = self._sound.sound.packets, self._sound.samples
        while len(table) < len(packets) and (until is None or packets[len(table)][1] < until):
            data = packets[len(table)][0]
            table.add(self._waiting.add(data), len(data))

    def finish(self, parameter_sets: tuple[list[bytes], list[bytes]]) -> None:
        """Write the file. The sequence and picture parameter sets are NAL units."""
        self._add_sound()
        data = data_head(self._waiting.length)
        begin, index = -1, b""
        while begin != len(_KIND) + len(index) + len(data):  # beyond 4 GB an index that knows its length grows
            begin = len(_KIND) + len(index) + len(data)
            index = self._index(begin, parameter_sets)
        with self._path.open("wb") as target:
            target.write(_KIND + index + data)
            self._waiting.copy_to(target)
        self.remove()

    def remove(self) -> None:
        """Forget the samples."""
        self._waiting.remove()

    def _index(self, base: int, parameter_sets: tuple[list[bytes], list[bytes]]) -> bytes:
        """The `moov` box for samples that begin at this place of the file."""
        rate = movie_rate(self._pictures.clock, self._sound)
        tracks = [self._pictures.to_box(base, rate, parameter_sets)]
        length = self._pictures.ticks * rate // self._pictures.clock.rate
        if self._sound is not None:
            tracks.append(self._sound.to_box(base, rate))
            length = max(length, self._sound.heard * rate // SAMPLE_RATE)
        more = [_cover_box(self._cover)] if self._cover else []
        return box(b"moov", movie_head(rate, length, len(tracks)), *tracks, *more)


def _cover_box(cover: bytes) -> bytes:
    """A picture for the file, where iTunes keeps it."""
    data = box(b"data", words(_JPEG, 0), cover)
    handler = full_box(b"hdlr", bytes(4), b"mdirappl", bytes(9))
    return box(b"udta", full_box(b"meta", handler, box(b"ilst", box(b"covr", data))))
