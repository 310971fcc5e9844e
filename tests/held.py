"""Random videos in which pictures are held: what is shown, with which settings, and the file of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRADES
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.sound import encode_sound
from clipmill.media.write.writer import MotionHint

#: Width and height; x264 codes whole macroblocks of 16 pixels and cuts the rest off.
SIZES = ((16, 16), (64, 48), (96, 64), (130, 66), (62, 38), (178, 98), (240, 34))


@dataclass(frozen=True)
class Still:
    """A picture that is held."""

    picture: NDArray[np.uint8]
    count: int
    key: bool = False
    hint: MotionHint = MotionHint.USUAL


def _pictures(random: np.random.Generator, width: int, height: int) -> Iterator[NDArray[np.uint8]]:
    """Pictures of every kind: cuts, slow movement, fades, noise, flat colour."""
    while True:
        ground = random.integers(16, 236, (height * 3 // 2, width), np.uint8)
        ground = cv2.GaussianBlur(ground, (0, 0), float(random.uniform(0.3, 6)))
        kind = random.integers(5)
        for number in range(int(random.integers(1, 12))):
            if kind == 0:
                yield np.roll(ground, number, 1)
            elif kind == 1:
                yield np.clip(ground * (1 - number / 12), 16, 235).astype(np.uint8)
            elif kind == 2:
                yield np.full_like(ground, 16 + 15 * number)
            elif kind == 3:
                yield random.integers(16, 236, ground.shape, np.uint8)
            else:
                marked = ground.copy()
                marked[: height // 2, number * 3 % width :] = 235
                yield marked


def stills_of(random: np.random.Generator, width: int, height: int) -> list[Still]:
    """Some pictures, each held for one frame up to ten seconds."""
    lengths = [int(random.choice((1, 1, 1, 2, 3, 4, 5, 6, 9, 20, int(random.integers(1, 301))))) for _ in range(
               int(random.integers(1, 20)))]  # fmt: skip
    pictures = _pictures(random, width, height)
    keys = [bool(random.random() < 0.08) for _ in lengths]
    paces = [list(MotionHint)[place] for place in random.choice(len(MotionHint), len(lengths), p=(0.15, 0.65, 0.2))]
    return [Still(next(pictures), *each) for each in zip(lengths, keys, paces, strict=True)]


def settings_of(random: np.random.Generator, frames: int) -> WriteOptions:
    """One profile for all pictures; or several in turns."""
    grade = GRADES[str(random.choice(list(GRADES)))]
    more = (f":bframes={random.integers(1, 9)}:b-adapt={random.integers(0, 2)}:keyint={random.choice((3, 30, 250))}"
            if random.random() < 0.5 else "")  # fmt: skip
    graphics, footage = (
        {**each, "x264-params": each["x264-params"] + more} for each in (grade.graphics, grade.footage)
    )
    if random.random() < 0.6:
        return WriteOptions(profile=graphics if random.random() < 0.5 else footage)
    begins = sorted({0, *(int(begin) for begin in random.integers(0, frames + 1, 4))})
    return WriteOptions(profile=footage, parts={begin: (graphics, footage)[n % 2] for n, begin in enumerate(begins)})


def write_held(path: Path, stills: list[Still], options: WriteOptions, shape: Shape, *, sound: bool) -> None:
    """Write the pictures as MP4."""
    frames = sum(still.count for still in stills)
    heard = encode_sound(iter([np.full((2, frames * 1600), 0.1, np.float32)])) if sound else None
    planes = Planes(shape.width, shape.height)
    with open_writer(path, "mp4", shape, heard, options) as writer:
        for still in stills:
            planes.buffer[:] = still.picture
            writer.hold(planes, still.count, key=still.key, hint=still.hint)
