"""The suite of checks: one inspection in a worker process, then every check over what it measured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import asset_digest
from clipmill.domain.record import RowRecord
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.errors import NotFoundError, WorkerCrash
from clipmill.making import own_name
from clipmill.media.workers.wire import understood
from clipmill.ports import Crew, Files
from clipmill.verify import (
    black,
    codecs,
    container,
    decoding,
    doubts,
    drift,
    duration,
    frames,
    frozen,
    pixels,
    resolution,
    sound,
)
from clipmill.verify.measured import Measured

#: The name of the smallest picture of a file.
THUMBNAIL = "thumbnail"
INSPECT = "clipmill.media.facts.inspect:inspect"

Check = Callable[[Measured, MediaSpec, VerifyLimits], Finding]
#: Kind of file → what can be checked of it, in the order the findings are read; decoding comes before them all.
CHECKS: Mapping[MediaKind, tuple[Check, ...]] = {
    MediaKind.VIDEO: (container.check, duration.check, frames.check, resolution.check, pixels.check, codecs.check,
                      sound.check, black.check, frozen.check, drift.check),
    MediaKind.IMAGE: (container.check, resolution.check, pixels.check, black.check, drift.check),
    MediaKind.AUDIO: (container.check, codecs.check, sound.check),
    MediaKind.ARCHIVE: (container.check, frames.check, resolution.check, pixels.check, black.check, drift.check),
}  # fmt: skip


def judge(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
    """Every check's finding; of a file without a single frame or sample only that it cannot be decoded."""
    decoded = decoding.check(measured, spec, limits)
    if decoded.ruling is Ruling.FAIL and not (measured.facts.frames or measured.facts.audio_seconds):
        return Verdict((decoded,), measured.facts)
    noticed = dict.fromkeys((*(doubt.message for doubt in spec.doubts), *spec.remarks))
    found = (check(measured, spec, limits) for check in CHECKS[spec.kind])
    findings = (decoded, *found, *doubts.findings(spec, limits))
    return Verdict(findings, measured.facts, tuple(noticed), spec.shots)


class SuiteVerifier:
    """A Verifier that decodes each file once and keeps some of its frames as stored files."""

    def __init__(self, crew: Crew, files: Files, frames_folder: Path | None) -> None:
        """`frames_folder`: where earlier versions kept frames, of each file in a folder; None: none are kept."""
        self._crew = crew
        self._files = files
        self._frames_folder = frames_folder

    async def verify(self, media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        """What verification found, with the stored pictures of its shots.

        A file that kills the worker twice is a file that cannot be decoded; killed once, it may have been the worker.
        """
        shots = self._files.scratch(f"shots-{own_name()}")
        arguments = {
            "media": str(media),
            "spec": spec.as_dict(),
            "reference": await asyncio.to_thread(self._reference, spec),
            "frames_into": str(shots) if self._frames_folder else "",
        }
        try:
            try:
                answer = await self._crew.run(INSPECT, arguments)
            except WorkerCrash:
                answer = await self._crew.run(INSPECT, arguments)
            with understood():
                verdict = judge(Measured.from_answer(answer), spec, limits)
            return replace(verdict, pictures=await self._stored(shots, spec))
        except WorkerCrash as crash:
            message = f"the file cannot be decoded: it stopped the process that tried, twice ({crash})"
            return Verdict((Finding("decoding", Ruling.FAIL, message),))

    async def _stored(self, shots: Path, spec: MediaSpec) -> dict[str, str]:
        """Take the pictures in that lie in a folder, which goes, and that were asked for: name → sha256."""
        asked = [name for names in spec.kept(spec.frames).values() for name in names]
        paths = [path for name in (*asked, THUMBNAIL) if (path := shots / f"{name}.jpg").is_file()]
        # at once: the disk is waited for once instead of four times
        digests = await asyncio.gather(*(asyncio.to_thread(self._files.put, path) for path in paths))
        with suppress(OSError):
            await asyncio.to_thread(shots.rmdir)
        return {path.stem: digest for path, digest in zip(paths, digests, strict=True)}

    def frames(self, record: RowRecord) -> dict[str, Path]:
        """Where the pictures of a row's file lie, by name: `first`, `middle`, `last` …, `thumbnail`."""
        kept = record.verdict.pictures if record.verdict else {}
        if not kept:
            older = self._frames_folder / record.media if self._frames_folder else None
            return {path.stem: path for path in older.glob("*.jpg")} if older else {}
        found: dict[str, Path] = {}
        for name, digest in kept.items():
            with suppress(NotFoundError):
                found[name] = self._files.path(digest)
        return found

    def _reference(self, spec: MediaSpec) -> str:
        """Path of the picture the first frame is compared to, empty when there is none to be found."""
        digest = asset_digest(spec.reference)
        if digest is None:
            return ""
        try:
            return str(self._files.path(digest))
        except NotFoundError:
            return ""
