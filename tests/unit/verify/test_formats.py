"""Every output format against every fault that a finished file can have."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from clipmill.domain.files.formats import FORMATS, Shape
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.store.files import DiskFiles
from clipmill.testing import InProcessCrew
from clipmill.verify.suite import SuiteVerifier
from tests.finished import place_file, shape_of, spec_of

PICTURES = [name for name, each in FORMATS.items() if each.kind is not MediaKind.AUDIO]
TIMED = [name for name, each in FORMATS.items() if each.kind in (MediaKind.VIDEO, MediaKind.AUDIO)]
HEARD = [name for name, each in FORMATS.items() if each.audio_codec]


@pytest.fixture
def verifier(tmp_path: Path) -> SuiteVerifier:
    return SuiteVerifier(InProcessCrew(), DiskFiles(tmp_path / "files", tmp_path / "scratch"), tmp_path / "frames")


async def _verdict(verifier: SuiteVerifier, media: Path, spec: MediaSpec) -> Verdict:
    return await verifier.verify(media, spec, VerifyLimits())


def _checks_that_failed(verdict: Verdict) -> set[str]:
    return {finding.check for finding in verdict.findings if finding.ruling is Ruling.FAIL}


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("transparent", [False, True])
async def test_a_file_as_asked_passes(verifier: SuiteVerifier, tmp_path: Path, fmt: str, transparent: bool) -> None:
    shape = shape_of(fmt, transparent=transparent and FORMATS[fmt].transparent)
    verdict = await _verdict(verifier, place_file(tmp_path / "made", fmt, shape), spec_of(fmt, shape))
    assert (verdict.ruling, verdict.reason) == (Ruling.PASS, "")
    assert all(finding.message for finding in verdict.findings)
    assert len(verdict.pictures) == {MediaKind.IMAGE: 2, MediaKind.AUDIO: 0}.get(FORMATS[fmt].kind, 4)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("kept", [0.8, 0.5, 0.05])
async def test_a_file_that_was_cut_off_fails(verifier: SuiteVerifier, tmp_path: Path, fmt: str, kept: float) -> None:
    path = place_file(tmp_path / "made", fmt)
    content = path.read_bytes()
    path.write_bytes(content[: round(len(content) * kept)])
    verdict = await _verdict(verifier, path, spec_of(fmt))
    assert "decoding" in _checks_that_failed(verdict)
    # an engine that promises nothing is held to what the file itself promises
    bare = MediaSpec(seconds=0, frames=0, fps=0, width=0, height=0, kind=FORMATS[fmt].kind)
    assert "decoding" in _checks_that_failed(await _verdict(verifier, path, bare))


@pytest.mark.parametrize("fmt", FORMATS)
async def test_a_file_in_another_format_fails(verifier: SuiteVerifier, tmp_path: Path, fmt: str) -> None:
    for other in FORMATS:
        same = {FORMATS[name].container for name in (fmt, other)} == {FORMATS[fmt].container}
        if not same:
            verdict = await _verdict(verifier, place_file(tmp_path / "made", other), spec_of(fmt))
            assert _checks_that_failed(verdict) & {"container", "decoding"}, other


async def test_two_formats_in_one_container_are_told_apart_by_their_codecs(
    verifier: SuiteVerifier, tmp_path: Path
) -> None:
    verdict = await _verdict(verifier, place_file(tmp_path / "made", "mov"), spec_of("prores"))
    assert _checks_that_failed(verdict) == {"codecs", "pixels"}


@pytest.mark.parametrize("fmt", PICTURES)
async def test_another_size_fails(verifier: SuiteVerifier, tmp_path: Path, fmt: str) -> None:
    spec = replace(spec_of(fmt), width=158)
    assert _checks_that_failed(await _verdict(verifier, place_file(tmp_path / "made", fmt), spec)) == {"resolution"}


@pytest.mark.parametrize("fmt", TIMED)
async def test_another_length_fails(verifier: SuiteVerifier, tmp_path: Path, fmt: str) -> None:
    shape = Shape(width=160, height=96, fps=Fraction(25), frames=20)
    failed = _checks_that_failed(await _verdict(verifier, place_file(tmp_path / "made", fmt, shape), spec_of(fmt)))
    assert failed == ({"sound"} if FORMATS[fmt].kind is MediaKind.AUDIO else
                      {"duration", "frames"} | ({"sound"} if FORMATS[fmt].audio_codec else set()))  # fmt: skip


async def test_a_zip_with_a_picture_less_fails(verifier: SuiteVerifier, tmp_path: Path) -> None:
    shape = Shape(width=160, height=96, fps=Fraction(25), frames=24)
    path = place_file(tmp_path / "made", "png-sequence", shape)
    assert _checks_that_failed(await _verdict(verifier, path, spec_of("png-sequence"))) == {"frames"}


@pytest.mark.parametrize("fmt", [name for name in HEARD if FORMATS[name].kind is MediaKind.VIDEO])
async def test_absent_sound_fails(verifier: SuiteVerifier, tmp_path: Path, fmt: str) -> None:
    path = place_file(tmp_path / "made", fmt, sound=False)
    assert _checks_that_failed(await _verdict(verifier, path, spec_of(fmt))) == {"sound", "codecs"}


@pytest.mark.parametrize("fmt", ["gif", "webm"])
async def test_another_frame_rate_fails_though_times_are_rounded(
    verifier: SuiteVerifier, tmp_path: Path, fmt: str
) -> None:
    shape = Shape(width=160, height=96, fps=Fraction(25), frames=25)
    path = place_file(tmp_path / "made", fmt, replace(shape, fps=Fraction(24)), sound=False)
    failed = _checks_that_failed(await _verdict(verifier, path, spec_of(fmt, shape, sound=False)))
    assert "frames" in failed


async def test_opacity_that_was_lost_fails(verifier: SuiteVerifier, tmp_path: Path) -> None:
    path = place_file(tmp_path / "made", "png")
    spec = spec_of("png", shape_of("png", transparent=True))
    assert _checks_that_failed(await _verdict(verifier, path, spec)) == {"pixels"}
