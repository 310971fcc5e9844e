"""What every Verifier must do (ports.Verifier)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.ports import Verifier
from clipmill.store.files import DiskFiles
from clipmill.testing import FakeVerifier, InProcessCrew
from clipmill.verify.suite import SuiteVerifier
from tests.movies import Movie, write_movie

MOVIE = Movie()


@pytest.fixture(params=["suite", "fake"])
def verifier(request: pytest.FixtureRequest, tmp_path: Path) -> Verifier:
    if request.param == "fake":
        return FakeVerifier()
    return SuiteVerifier(InProcessCrew(), DiskFiles(tmp_path / "files", tmp_path / "scratch"), tmp_path / "frames")


async def test_a_file_as_asked_passes_with_its_facts(verifier: Verifier, tmp_path: Path) -> None:
    media = write_movie(tmp_path / "good.mp4", MOVIE)
    verdict = await verifier.verify(media, MOVIE.spec, VerifyLimits())
    assert verdict.ruling is Ruling.PASS
    assert (verdict.facts.frames, verdict.facts.width) == (10, 160)
    assert verdict.facts.size_bytes == media.stat().st_size


async def test_the_same_file_gets_the_same_verdict(verifier: Verifier, tmp_path: Path) -> None:
    media = write_movie(tmp_path / "good.mp4", MOVIE)
    verdicts = [await verifier.verify(media, MOVIE.spec, VerifyLimits()) for _ in range(2)]
    assert verdicts[0] == verdicts[1]


async def test_a_verdict_survives_json(verifier: Verifier, tmp_path: Path) -> None:
    verdict = await verifier.verify(write_movie(tmp_path / "good.mp4", MOVIE), MOVIE.spec, VerifyLimits())
    assert Verdict.from_dict(verdict.as_dict()) == verdict
