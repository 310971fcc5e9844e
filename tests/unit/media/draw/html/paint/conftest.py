"""Fonts for tests of painting."""

from __future__ import annotations

import pytest

from tests.rendering import use_fonts


@pytest.fixture(autouse=True)
def packaged_fonts() -> None:
    """The same fonts on every machine."""
    use_fonts()
