"""Small finished files of every output format, written by the product's own writers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.files.formats import FORMATS, Shape, promised
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer

SHAPE = Shape(width=160, height=96, fps=Fraction(25), frames=25)
_RATE = 48_000


def shape_of(fmt: str, *, transparent: bool = False) -> Shape:
    """One second of pictures, or one picture."""
    still = FORMATS[fmt].kind is MediaKind.IMAGE
    return Shape(width=160, height=96, fps=Fraction(25), frames=1 if still else 25, transparent=transparent)


def spec_of(fmt: str, shape: Shape | None = None, *, sound: bool = True) -> MediaSpec:
    """What the file must be."""
    return promised(fmt, shape or shape_of(fmt), sound=sound and bool(FORMATS[fmt].audio_codec))


def tone(shape: Shape) -> Iterator[NDArray[np.float32]]:
    """A sound as long as the pictures, in blocks of odd lengths."""
    samples = round(shape.frames / shape.fps * _RATE)
    wave = np.tile(np.sin(np.arange(samples) * 0.06).astype(np.float32) * 0.3, (2, 1))
    return (wave[:, begin : begin + 7001] for begin in range(0, samples, 7001))


def draw(planes: Planes, number: int) -> None:
    """A soft pattern that travels, and a square of colour."""
    height, width = planes.parts[0].shape
    ground = np.random.default_rng(1).integers(60, 200, (height, width), np.uint8)
    planes.parts[0][:] = np.roll(cv2.GaussianBlur(ground, (0, 0), 3), number * 3, 1)
    planes.parts[1][:], planes.parts[2][:] = 110, 140
    planes.parts[2][: height // 4, : width // 4] = 220
    for part in planes.parts[3:]:
        part[:] = 255
    if len(planes.parts) > 3:
        for part in planes.parts:
            part[part.shape[0] // 2 :] = 0


def write_file(path: Path, fmt: str, shape: Shape | None = None, *, sound: bool = True, cover: bytes = b"") -> Path:
    """Write a file of the format at exactly this path."""
    shape = shape or shape_of(fmt)
    width, height = shape.width + shape.width % 2, shape.height + shape.height % 2
    planes = Planes(width, height, transparent=shape.transparent)
    blocks = tone(shape) if sound and FORMATS[fmt].audio_codec else None
    with open_writer(path, fmt, shape, blocks, WriteOptions(profile=GRAPHICS, cover=cover)) as writer:
        for number in range(shape.frames):
            draw(planes, number)
            writer.write(planes, key=number == 0)
    return path


@lru_cache(maxsize=64)
def _content(fmt: str, shape: Shape, sound: bool) -> bytes:
    with TemporaryDirectory() as folder:
        return write_file(Path(folder) / "made", fmt, shape, sound=sound).read_bytes()


def place_file(path: Path, fmt: str, shape: Shape | None = None, *, sound: bool = True) -> Path:
    """As `write_file`, but each file is made only once."""
    path.write_bytes(_content(fmt, shape or shape_of(fmt), sound))
    return path


def digests(folder: Path) -> dict[str, str]:
    """Format → sha256 of its file, transparent ones included."""
    found = {}
    for fmt, each in FORMATS.items():
        for transparent in (False, True) if each.transparent else (False,):
            path = write_file(folder / f"x{each.suffix}", fmt, shape_of(fmt, transparent=transparent))
            found[f"{fmt} transparent" if transparent else fmt] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


if __name__ == "__main__":
    print(digests(Path(sys.argv[1])))
