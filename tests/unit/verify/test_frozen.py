"""Stillness where the plan says movement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.frozen import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


def test_a_span_that_stands_still_all_through_fails(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(stills=((0.0, 3.0),)), spec, limits)
    assert finding.ruling is Ruling.FAIL
    assert finding.message == "the picture stands still from 0.00 to 3.00 s, where it must move"


def test_one_change_within_the_span_is_enough(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(stills=((0.0, 0.8), (0.8, 3.0))), spec, limits).ruling is Ruling.PASS


def test_a_still_that_misses_the_span_by_a_frame_covers_it(
    measured: Build, spec: MediaSpec, limits: VerifyLimits
) -> None:
    assert check(measured(stills=((0.53, 1.07),)), spec, limits).ruling is Ruling.FAIL


def test_short_movements_are_not_asked_for(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(stills=((1.5, 3.0),)), spec, limits).ruling is Ruling.PASS


def test_a_still_picture_without_a_plan_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(stills=((0.0, 3.0),)), replace(spec, moving=()), limits)
    assert (finding.ruling, finding.message) == (Ruling.PASS, "no movement to be seen")


def test_a_freeze_inside_a_longer_movement_fails(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    long = replace(spec, moving=((0.0, 4.0),))
    assert check(measured(stills=((2.0, 4.0),)), long, limits).ruling is Ruling.FAIL
    assert check(measured(stills=((2.0, 2.9), (3.0, 3.6))), long, limits).ruling is Ruling.PASS
