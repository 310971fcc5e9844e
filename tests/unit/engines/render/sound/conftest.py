"""Stored sounds, and a mix of them as one array."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clipmill.domain.timeline.sounds import Sound
from clipmill.engines.render.shelf import Shelf
from clipmill.engines.render.sound.mix import mix_sounds
from tests.sounds import RATE, joined, write_wav

Store = Callable[[str, np.ndarray], Sound]
Mix = Callable[..., np.ndarray]


@pytest.fixture
def assets() -> dict[str, str]:
    """Reference → path of what was stored."""
    return {}


@pytest.fixture
def store(tmp_path: Path, assets: dict[str, str]) -> Callable[..., Sound]:
    """Write samples as a WAV file; the sound of it, heard from 0 to 1 s unless told."""

    def write(name: str, samples: np.ndarray, rate: int = RATE, **fields: Any) -> Sound:
        assets[f"asset:{name}"] = str(write_wav(tmp_path / f"{name}.wav", samples, rate))
        return Sound(
            **{"src": f"asset:{name}", "where": f"{name}.src", "begin": Fraction(0), "end": Fraction(1), **fields}
        )

    return write


@pytest.fixture
def mix(assets: dict[str, str]) -> Mix:
    """The mix of sounds."""

    def mixed(*sounds: Sound, seconds: float = 1.0, shelf: Shelf | None = None, **options: Any) -> np.ndarray:
        return joined(mix_sounds(sounds, round(seconds * RATE), assets, shelf or Shelf(), **options))

    return mixed
