"""Finished MP4 files."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import WriteOptions, open_writer
from clipmill.media.write.sound import encode_sound

#: Which pictures are key frames, and how long the last one is held.
KEYS, STILL = (0, 20, 33), 60
FRAMES = 40 + STILL


@pytest.fixture
def film(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file: 40 grey pictures, each brighter than the one before it, and one that stays."""

    def write(
        name: str = "film.mp4", sound: NDArray[np.float32] | None = None, fps: Fraction = Fraction(25), **more: Any
    ) -> Path:
        planes = Planes(64, 48)
        planes.buffer[:] = 128
        options = WriteOptions(profile=GRAPHICS, **more)
        encoded = encode_sound(iter([sound])) if sound is not None else None
        with open_writer(tmp_path / name, "mp4", Shape(width=64, height=48, fps=fps), encoded, options) as writer:
            for number in range(41):
                planes.parts[0][:] = brightness_of(number)
                writer.hold(planes, STILL if number == 40 else 1, key=number in KEYS)
        return tmp_path / name

    return write


def brightness_of(number: int) -> int:
    """Luma of a picture."""
    return 30 + min(number, 40) * 4
