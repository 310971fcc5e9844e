"""Sound: there, as long as the video, and to be heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.measured import Measured
from clipmill.verify.sound import check

Build = Callable[..., Measured]


def test_absent_sound_fails(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(audio_seconds=0.0), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, "no sound, 3.00 s asked")


@pytest.mark.parametrize("seconds", [2.5, 3.5])
def test_sound_of_another_length_fails(measured: Build, spec: MediaSpec, limits: VerifyLimits, seconds: float) -> None:
    finding = check(measured(audio_seconds=seconds), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, f"sound {seconds:.2f} s long, 3.00 s asked")


def test_a_coders_rounding_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(audio_seconds=3.07), spec, limits).ruling is Ruling.PASS


def test_silence_is_looked_at_by_a_person(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(audible=False), spec, limits).ruling is Ruling.REVIEW


def test_no_sound_passes_where_none_was_asked(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    silent = replace(spec, has_audio=False)
    assert check(measured(audio_seconds=0.0, audible=False), silent, limits).ruling is Ruling.PASS
