"""The suite of checks: one inspection in a worker process, then every check over what it measured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import asset_digest
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.errors import NotFoundError, WorkerCrash
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
    """A Verifier that decodes each file once and keeps some of its frames as pictures, where they have a folder."""

    def __init__(self, crew: Crew, files: Files, frames_folder: Path | None) -> None:
        self._crew = crew
        self._files = files
        self._frames_folder = frames_folder

    async def verify(self, media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        """What verification found; the frames lie under `frames(digest)` afterwards.

        A file that kills the worker twice is a file that cannot be decoded; killed once, it may have been the worker.
        """
        arguments = {
            "media": str(media),
            "spec": spec.as_dict(),
            "reference": await asyncio.to_thread(self._reference, spec),
            "frames_into": str(self._frames_folder / media.stem) if self._frames_folder else "",
        }
        try:
            try:
                answer = await self._crew.run(INSPECT, arguments)
            except WorkerCrash:
                answer = await self._crew.run(INSPECT, arguments)
            with understood():
                return judge(Measured.from_answer(answer), spec, limits)
        except WorkerCrash as crash:
            message = f"the file cannot be decoded: it stopped the process that tried, twice ({crash})"
            return Verdict((Finding("decoding", Ruling.FAIL, message),))

    def frames(self, digest: str) -> Path | None:
        """The folder with the shots of a verified file, `first.jpg` and so on, None when it has none."""
        folder = self._frames_folder / digest if self._frames_folder else None
        return folder if folder and folder.is_dir() else None

    def _reference(self, spec: MediaSpec) -> str:
        """Path of the picture the first frame is compared to, empty when there is none to be found."""
        digest = asset_digest(spec.reference)
        if digest is None:
            return ""
        try:
            return str(self._files.path(digest))
        except NotFoundError:
            return ""
