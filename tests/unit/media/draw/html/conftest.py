"""Fonts, and html drawn on white, for tests of the html renderer."""

from __future__ import annotations

import pytest

from tests.rendering import use_fonts


@pytest.fixture(autouse=True)
def packaged_fonts() -> None:
    """The same fonts on every machine."""
    use_fonts()
