"""The number of frames and their rate against the asked ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.frames import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


@pytest.mark.parametrize("facts", [{"frames": 89}, {"frames": 91}, {"fps": 29.97}, {"fps": 25.0}])
def test_another_number_or_rate_fails(
    measured: Build, spec: MediaSpec, limits: VerifyLimits, facts: dict[str, float]
) -> None:
    assert check(measured(**facts), spec, limits).ruling is Ruling.FAIL


def test_both_numbers_are_in_the_message(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(frames=75, fps=25.0), spec, limits)
    assert finding.message == "75 frames at 25 a second, 90 at 30 asked"


def test_an_engine_that_promised_no_numbers_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(frames=121, fps=24.0), replace(spec, frames=0, fps=0), limits)
    assert finding.ruling is Ruling.PASS
    assert finding.message.endswith("any number at any rate asked")
