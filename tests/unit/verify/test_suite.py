"""The suite over real files: what passes, what fails, what a person looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.domain.media import Doubt, MediaSpec, Shot
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.errors import WorkerCrash
from clipmill.store.files import DiskFiles
from clipmill.testing import InProcessCrew
from clipmill.verify.measured import Measured
from clipmill.verify.suite import SuiteVerifier, judge
from tests.movies import Movie, write_movie

GOOD = Movie(seconds=2.0)
LIMITS = VerifyLimits()


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files", tmp_path / "scratch")


@pytest.fixture
def verifier(tmp_path: Path, files: DiskFiles) -> SuiteVerifier:
    return SuiteVerifier(InProcessCrew(), files, tmp_path / "frames")


def stored(files: DiskFiles, movie: Movie) -> Path:
    return files.path(files.put(write_movie(files.scratch("made.mp4"), movie)))


async def test_a_file_as_asked_passes_every_check(verifier: SuiteVerifier, files: DiskFiles) -> None:
    verdict = await verifier.verify(stored(files, GOOD), GOOD.spec, LIMITS)
    assert (verdict.ruling, verdict.reason) == (Ruling.PASS, "")
    assert [finding.check for finding in verdict.findings] == [
        "decoding", "container", "duration", "frames", "resolution", "pixels", "codecs", "sound", "black", "frozen",
        "drift",
    ]  # fmt: skip
    assert all(finding.message for finding in verdict.findings)


@pytest.mark.parametrize(
    ("made", "check", "ruling"),
    [
        (GOOD.but(seconds=1.4), "duration", "fail"),
        (GOOD.but(fps=12), "frames", "fail"),
        (GOOD.but(width=128), "resolution", "fail"),
        (GOOD.but(pixel_format="yuv444p"), "pixels", "fail"),
        (GOOD.but(sound=""), "sound", "fail"),
        (GOOD.but(sound_seconds=1.0), "sound", "fail"),
        (GOOD.but(sound="silence"), "sound", "review"),
        (GOOD.but(black=((0.0, 1.5),)), "black", "review"),
        (GOOD.but(still=((0.0, 2.0),)), "frozen", "fail"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_fault_is_found_by_its_check(
    verifier: SuiteVerifier, files: DiskFiles, made: Movie, check: str, ruling: str
) -> None:
    spec = replace(GOOD.spec, moving=()) if check == "black" else GOOD.spec  # what is black stands still, too
    verdict = await verifier.verify(stored(files, made), spec, LIMITS)
    assert next(finding.ruling for finding in verdict.findings if finding.check == check) == ruling
    assert verdict.ruling == ruling


async def test_a_broken_file_is_a_failed_verdict_with_one_reason(
    verifier: SuiteVerifier, files: DiskFiles, tmp_path: Path
) -> None:
    (tmp_path / "broken").write_bytes(b"\0" * 5000)
    verdict = await verifier.verify(files.path(files.put(tmp_path / "broken")), GOOD.spec, LIMITS)
    assert verdict.ruling is Ruling.FAIL
    assert verdict.reason.startswith("the file cannot be decoded: ")
    assert len(verdict.findings) == 1


def record(media: str, verdict: Verdict | None = None) -> RowRecord:
    """A row that was made."""
    return RowRecord(row_id=1, number=1, line=2, state=RowState.DONE, fields={}, media=media, verdict=verdict)


async def test_three_frames_and_a_thumbnail_are_stored_files(verifier: SuiteVerifier, files: DiskFiles) -> None:
    media = stored(files, GOOD)
    verdict = await verifier.verify(media, GOOD.spec, LIMITS)
    assert sorted(verdict.pictures) == ["first", "last", "middle", "thumbnail"]
    found = verifier.frames(record(media.name, verdict))
    assert found == {name: files.path(digest) for name, digest in verdict.pictures.items()}
    small = cv2.imread(str(found["thumbnail"]))
    assert small.shape[:2] == (96, 160)
    assert not list(files.scratch("x").parent.glob("shots-*"))
    found["last"].unlink()
    assert sorted(verifier.frames(record(media.name, verdict))) == ["first", "middle", "thumbnail"]


def test_frames_that_an_earlier_version_kept_are_found(verifier: SuiteVerifier, tmp_path: Path) -> None:
    folder = tmp_path / "frames" / "abc"
    folder.mkdir(parents=True)
    (folder / "first.jpg").write_bytes(b"a picture")
    assert verifier.frames(record("abc")) == {"first": folder / "first.jpg"}
    assert verifier.frames(record("def")) == {}


async def test_pictures_that_nobody_asked_for_are_not_stored(files: DiskFiles, tmp_path: Path) -> None:
    class Generous(InProcessCrew):
        async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
            answer = await super().run(call, arguments)
            (Path(arguments["frames_into"]) / "more.jpg").write_bytes(b"one more")
            return answer

    verifier = SuiteVerifier(Generous(), files, tmp_path / "frames")
    assert "more" not in (await verifier.verify(stored(files, GOOD), GOOD.spec, LIMITS)).pictures


async def test_drift_from_the_reference_sends_the_file_to_review(
    verifier: SuiteVerifier, files: DiskFiles, tmp_path: Path
) -> None:
    cv2.imwrite(str(tmp_path / "white.png"), np.full((96, 160, 3), 255, np.uint8))
    reference = f"asset:{files.put(tmp_path / 'white.png')}.png"
    verdict = await verifier.verify(stored(files, GOOD), replace(GOOD.spec, reference=reference), LIMITS)
    assert verdict.ruling is Ruling.REVIEW
    assert verdict.facts.drift_percent > 50


async def test_a_lost_reference_sends_the_file_to_review(verifier: SuiteVerifier, files: DiskFiles) -> None:
    spec = replace(GOOD.spec, reference=f"asset:{'0' * 64}.png")
    assert (await verifier.verify(stored(files, GOOD), spec, LIMITS)).ruling is Ruling.REVIEW


class FragileCrew(InProcessCrew):
    """A crew whose first workers die."""

    def __init__(self, crashes: int) -> None:
        self.crashes = crashes

    async def run(self, call: str, arguments: Mapping[str, Any]) -> Any:
        if self.crashes:
            self.crashes -= 1
            raise WorkerCrash("a worker process was killed by signal 11")
        return await super().run(call, arguments)


@pytest.mark.parametrize(("crashes", "ruling"), [(1, Ruling.PASS), (2, Ruling.FAIL)])
async def test_a_file_that_kills_its_worker_twice_is_broken(
    files: DiskFiles, tmp_path: Path, crashes: int, ruling: Ruling
) -> None:
    verifier = SuiteVerifier(FragileCrew(crashes), files, tmp_path / "frames")
    verdict = await verifier.verify(stored(files, GOOD), GOOD.spec, LIMITS)
    assert verdict.ruling is ruling


def test_a_file_that_ends_early_is_told_with_every_consequence(
    measured: Callable[..., Measured], spec: MediaSpec, limits: VerifyLimits
) -> None:
    verdict = judge(measured(frames=60, seconds=2.0, missing_frames=30), spec, limits)
    assert verdict.reason == (
        "the file cannot be decoded: only 60 of its 90 frames are there; 2.00 s long, 3.00 s asked; "
        "60 frames at 30 a second, 90 at 30 asked"
    )


async def test_black_waits_for_a_person_though_it_was_drawn_so(verifier: SuiteVerifier, files: DiskFiles) -> None:
    made = stored(files, GOOD.but(black=((0.0, 1.5),)))
    spec = replace(GOOD.spec, moving=(), black_percent=75.0)
    assert (await verifier.verify(made, spec, LIMITS)).ruling is Ruling.REVIEW
    assert (await verifier.verify(made, spec, replace(LIMITS, black_percent=100.0))).ruling is Ruling.PASS


async def test_shots_are_kept_and_notices_are_warnings(verifier: SuiteVerifier, files: DiskFiles) -> None:
    shots = (Shot("doubt1", 7, "cut"), Shot("first", 0), Shot("middle", 7), Shot("last", 15))
    spec = replace(GOOD.spec, moving=(), doubts=(Doubt("cut_text", "cut", 7),), remarks=("small",), shots=shots)
    made = stored(files, GOOD)
    verdict = await verifier.verify(made, spec, LIMITS)
    assert (verdict.ruling, verdict.reason, verdict.shots) == (Ruling.REVIEW, "cut", shots)
    assert verdict.warnings == ("cut", "small")
    assert "cut" not in [finding.message for finding in verdict.findings if finding.ruling is Ruling.PASS]
    assert Verdict.from_dict(verdict.as_dict()) == verdict
    assert sorted(verdict.pictures) == ["doubt1", "first", "last", "middle", "thumbnail"]
    assert verdict.pictures["doubt1"] == verdict.pictures["middle"] != verdict.pictures["last"]


async def test_what_a_template_waves_through_is_still_told(verifier: SuiteVerifier, files: DiskFiles) -> None:
    spec = replace(GOOD.spec, moving=(), doubts=(Doubt("cut_text", "cut"),))
    verdict = await verifier.verify(stored(files, GOOD), spec, replace(LIMITS, cut_text=Ruling.PASS))
    assert (verdict.ruling, verdict.warnings) == (Ruling.PASS, ("cut",))
    assert "cut" not in [finding.message for finding in verdict.findings]


@pytest.mark.parametrize("cut", [1, 200, 1000])
async def test_a_file_whose_end_is_missing_fails(
    verifier: SuiteVerifier, files: DiskFiles, tmp_path: Path, cut: int
) -> None:
    (tmp_path / "cut").write_bytes(stored(files, GOOD).read_bytes()[:-cut])
    verdict = await verifier.verify(files.path(files.put(tmp_path / "cut")), GOOD.spec, LIMITS)
    assert verdict.ruling is Ruling.FAIL
