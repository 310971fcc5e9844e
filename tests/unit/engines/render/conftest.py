"""Stored media and a stage for the renderer's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.shelf import Shelf
from clipmill.settings import Limits
from tests.rendering import cutout, photo, reference, use_fonts, write_picture, write_tone


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """photo.png, cutout.png and tone.wav."""
    folder = tmp_path_factory.mktemp("stored")
    return {
        "photo.png": write_picture(folder / "photo.png", photo()),
        "cutout.png": write_picture(folder / "cutout.png", cutout()),
        "tone.wav": write_tone(folder / "tone.wav"),
    }


@pytest.fixture
def assets(stored: dict[str, Path]) -> dict[str, str]:
    """Reference → path of every stored file."""
    return {reference(path): str(path) for path in stored.values()}


@pytest.fixture
def named(stored: dict[str, Path]) -> Callable[[str], str]:
    """File name → its reference."""
    return lambda name: reference(stored[name])


@pytest.fixture
def stage(assets: dict[str, str]) -> Stage:
    """A canvas of 320 × 180 with the packaged fonts."""
    use_fonts()
    return Stage(Size(320, 180), assets, Limits(), Shelf())
