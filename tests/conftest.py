"""What every test gets: a clean environment and a clock that stands still."""

from __future__ import annotations

import os

import pytest

from clipmill.testing import FrozenClock


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests leaks into them."""
    for name in [name for name in os.environ if name.startswith("CLIPMILL_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> FrozenClock:
    """A clock that moves only when told."""
    return FrozenClock()
