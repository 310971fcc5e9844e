"""The first frame against the reference picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.drift import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


def test_drift_above_the_limit_is_looked_at_by_a_person(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(drift_percent=14.2), replace(spec, reference="asset:1f.jpg"), limits)
    assert finding.ruling is Ruling.REVIEW
    assert finding.message == "first frame drifts 14.2 % from the reference, 12 % allowed"


def test_drift_up_to_the_limit_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(drift_percent=12.0), replace(spec, reference="asset:1f.jpg"), limits).ruling is Ruling.PASS


def test_an_unreadable_reference_is_looked_at_by_a_person(
    measured: Build, spec: MediaSpec, limits: VerifyLimits
) -> None:
    finding = check(measured(drift_percent=-1.0), replace(spec, reference="asset:1f.jpg"), limits)
    assert finding.ruling is Ruling.REVIEW
    assert "reference picture cannot be read" in finding.message


def test_without_a_reference_there_is_no_drift(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(), spec, limits).ruling is Ruling.PASS
