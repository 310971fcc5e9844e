"""Forms: how each kind of thing that processes share is taken apart into arrays, and put together again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from clipmill.engines.render.shared.entry import Parts
from clipmill.media.draw.level import Level
from clipmill.media.draw.planes import Rect
from clipmill.media.draw.sprite import Sprite, Tile
from clipmill.media.sound.decode import Samples
from clipmill.media.write.sound import EncodedSound


class Sized(Protocol):
    """Something whose memory is known."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


Kept = TypeVar("Kept", bound=Sized)


@dataclass(frozen=True, slots=True)
class Form(Generic[Kept]):
    """A kind of thing that can be shared."""

    name: str
    apart: Callable[[Kept], Parts]
    #: Raises ValueError, LookupError, TypeError for parts that are none of this kind.
    together: Callable[[Parts], Kept]


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """A short sound, decoded."""

    blocks: tuple[Samples, ...]
    #: Whether this is all of it: a file may be longer than it says.
    complete: bool

    @property
    def length(self) -> int:
        """Samples."""
        return sum(block.shape[1] for block in self.blocks)

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(block.nbytes for block in self.blocks)


def _level_apart(level: Level) -> Parts:
    return Parts((*level.planes, *(level.alpha or ())))


def _level_together(parts: Parts) -> Level:
    y, u, v, *alpha = parts.arrays
    if not alpha:
        return Level((y, u, v), None)
    full, half = alpha
    return Level((y, u, v), (full, half))


def _sprite_apart(sprite: Sprite) -> Parts:
    cells = [(*_figures(cell.rect), cell.opaque) for cell in sprite.cells]
    return Parts((*sprite.planes, *sprite.alpha, np.array(cells, np.int64).reshape(-1, 5)), _figures(sprite.rect))


def _sprite_together(parts: Parts) -> Sprite:
    y, u, v, full, half, cells = parts.arrays
    made = (Tile(Rect(*figures), bool(opaque)) for *figures, opaque in cells.tolist())
    return Sprite(Rect(*parts.facts), (y, u, v), (full, half), tuple(made))


def _figures(rect: Rect) -> tuple[int, int, int, int]:
    return rect.x, rect.y, rect.width, rect.height


def _encoded_apart(sound: EncodedSound) -> Parts:
    data = np.frombuffer(b"".join(packet for packet, _, _ in sound.packets), np.uint8)
    table = [(len(packet), first, count) for packet, first, count in sound.packets]
    return Parts((data, np.array(table, np.int64).reshape(-1, 3)), sound.bit_rate)


def _encoded_together(parts: Parts) -> EncodedSound:
    data, table = parts.arrays
    whole, place, packets = data.tobytes(), 0, []
    for length, first, count in table.tolist():
        packets.append((whole[place : place + length], first, count))
        place += length
    return EncodedSound(tuple(packets), parts.facts)


def _decoded_apart(sound: DecodedSound) -> Parts:
    return Parts(sound.blocks, sound.complete)


def _decoded_together(parts: Parts) -> DecodedSound:
    return DecodedSound(parts.arrays, complete=parts.facts)


LEVEL = Form("level", _level_apart, _level_together)
SPRITE = Form("sprite", _sprite_apart, _sprite_together)
ENCODED_SOUND = Form("encoded sound", _encoded_apart, _encoded_together)
DECODED_SOUND = Form("decoded sound", _decoded_apart, _decoded_together)
