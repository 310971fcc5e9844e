"""An attic: where the pictures of layers that stand still are kept, in memory as far as there is room.

The others lie in a file without a name. Each is looked at where it lies while it is drawn, and let go of after that:
so many large layers take the time it takes to read them, and no memory.
"""

from __future__ import annotations

import mmap
import weakref
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from clipmill.media.draw.planes import Bytes, Rect
from clipmill.media.draw.sprite import Sprite, lean, opaque

#: Smaller sprites stay in memory in any case, bytes.
_SMALL = 256 * 1024
#: Whatever is kept in the file begins at a multiple of this.
_STEP = mmap.ALLOCATIONGRANULARITY


class Stored:
    """A sprite in an attic: in memory, or in its file from `begin` on."""

    def __init__(self, attic: Attic, sprite: Sprite, begin: int | None) -> None:
        self.rect: Rect = sprite.rect
        #: Whether it takes memory only while it is looked at.
        self.is_away = begin is not None
        self._attic, self._begin, self._nbytes = attic, begin or 0, sprite.nbytes
        self._shapes = [(part.shape, any(part.strides)) for part in (*sprite.planes, *sprite.alpha)]
        self._tiles = sprite.tiles
        self._sprite = None if self.is_away else sprite

    def sprite(self) -> Sprite:
        """The sprite, not to be written to."""
        if self._sprite is not None:
            return self._sprite
        data, place, parts = self._attic.look_at(self._begin, self._nbytes), 0, []
        for shape, is_there in self._shapes:
            size = shape[0] * shape[1] if is_there else 0
            part: Bytes = np.frombuffer(data, np.uint8, size, place).reshape(shape) if is_there else opaque(shape)
            parts.append(part)
            place += size
        return Sprite(self.rect, (parts[0], parts[1], parts[2]), (parts[3], parts[4]), self._tiles)

    def close(self) -> None:
        """Let go of it."""
        if self._sprite is not None:
            self._attic.room += self._nbytes
            self._sprite = None


class Attic:
    """Sprites: the first that fit into `room` bytes in memory, and small ones; the others in a file in `folder`."""

    def __init__(self, room: int, folder: Path | None = None, small: int = _SMALL) -> None:
        #: Bytes of memory that are left.
        self.room = room
        self._folder, self._small = folder, small
        self._file: IO[bytes] | None = None
        self._end = 0

    def store(self, sprite: Sprite) -> Stored:
        """Keep a sprite. Raises OSError where the disk is full."""
        if sprite.nbytes > self._small:
            sprite = lean(sprite)
        if sprite.nbytes <= max(self.room, self._small):
            self.room -= sprite.nbytes
            return Stored(self, sprite, None)
        if self._file is None:
            self._file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - it goes with this object
            self._ending = weakref.finalize(self, self._file.close)
        begin = self._end
        self._file.seek(begin)
        self._file.writelines(
            np.ascontiguousarray(part).data for part in (*sprite.planes, *sprite.alpha) if any(part.strides)
        )
        self._file.flush()
        self._end = -(-self._file.tell() // _STEP) * _STEP
        return Stored(self, sprite, begin)

    def look_at(self, begin: int, length: int) -> mmap.mmap:
        """A part of the file where it lies."""
        assert self._file is not None
        return mmap.mmap(self._file.fileno(), length, access=mmap.ACCESS_READ, offset=begin)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._ending()
            self._file = None
