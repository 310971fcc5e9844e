"""What every clock must do."""

from __future__ import annotations

import pytest

from clipmill.app import SystemClock
from clipmill.ports import Clock
from clipmill.testing import FrozenClock


@pytest.mark.parametrize("clock", [SystemClock(), FrozenClock()], ids=["system", "frozen"])
async def test_sleeping_moves_the_clock_on_by_as_much(clock: Clock) -> None:
    before = clock.now()
    await clock.sleep(0.02)
    assert 0.019 <= clock.now() - before < 5
