"""The check of the container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.container import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


@pytest.mark.parametrize(
    ("found", "wanted", "ruling"),
    [("mp4", "mp4", Ruling.PASS), ("mov", "mp4", Ruling.FAIL), ("", "gif", Ruling.FAIL), ("webm", "", Ruling.PASS)],
)
def test_another_container_fails(
    measured: Build, spec: MediaSpec, limits: VerifyLimits, found: str, wanted: str, ruling: Ruling
) -> None:
    finding = check(measured(container=found), replace(spec, container=wanted), limits)
    assert finding.ruling is ruling
    assert wanted in finding.message
