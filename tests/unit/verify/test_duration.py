"""The length of a video against the asked one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.duration import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


def test_a_short_video_fails_with_both_lengths_named(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(seconds=2.1), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, "2.10 s long, 3.00 s asked")


@pytest.mark.parametrize(("seconds", "ruling"), [(2.95, "pass"), (3.05, "pass"), (2.949, "fail"), (3.051, "fail")])
def test_the_tolerance_is_inclusive(
    measured: Build, spec: MediaSpec, limits: VerifyLimits, seconds: float, ruling: str
) -> None:
    assert check(measured(seconds=seconds), spec, limits).ruling == ruling
