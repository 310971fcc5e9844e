"""Black pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.black import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


def test_a_black_video_is_looked_at_by_a_person(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(black_frames=90), spec, limits)
    told = "100 % of the frames are black, 50 % allowed; 0 % were drawn so"
    assert (finding.ruling, finding.message) == (Ruling.REVIEW, told)


def test_what_was_drawn_black_is_looked_at_too(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(black_frames=90), replace(spec, black_percent=100.0), limits)
    assert (finding.ruling, finding.message) == (Ruling.REVIEW, "100 % of the frames are black, 50 % allowed")


def test_a_template_that_means_it_says_so(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(black_frames=90), spec, replace(limits, black_percent=100.0)).ruling is Ruling.PASS


@pytest.mark.parametrize(("drawn", "ruling"), [(100.0, Ruling.REVIEW), (40.0, Ruling.PASS)])
def test_of_a_zip_what_was_drawn_counts(
    measured: Build, spec: MediaSpec, limits: VerifyLimits, drawn: float, ruling: Ruling
) -> None:
    archive = replace(spec, kind=MediaKind.ARCHIVE, black_percent=drawn)
    assert check(measured(black_frames=0), archive, limits).ruling is ruling


def test_a_fade_from_black_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(black_frames=15), spec, limits).ruling is Ruling.PASS


def test_the_limit_itself_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(black_frames=45), spec, limits).ruling is Ruling.PASS
