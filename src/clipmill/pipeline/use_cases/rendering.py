"""Rendering one project once: the only row of a batch that nobody keeps, past the store and along the same line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clipmill.deliver.atomic import put
from clipmill.domain.attempt import Claim
from clipmill.domain.failure import FailureKind
from clipmill.domain.files.formats import format_called
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.verdict import Verdict
from clipmill.errors import ClipmillError, EngineError, InputError, SettingsError, StoreError
from clipmill.media.outside.sources import Sources
from clipmill.pipeline.row import deliver, render, verify
from clipmill.pipeline.use_cases.parts import Parts, previewing
from clipmill.ports import Files
from clipmill.templates.bare import bare_project

_ENGINE, _FRAME = "render", "frame.png"
#: A project may have a longer name than a file.
_NAME_CHARACTERS = 200
#: Fields that make a project a video that says nothing else.
_OF_VIDEOS = ("duration", "frameRate", "scenes", "audios", "subtitle")


@dataclass(frozen=True, slots=True)
class Once:
    """A project, bare or in a request, and what is wanted of it."""

    document: Any
    #: Where its relative paths begin.
    folder: Path
    #: Files and folders it may name beside those beneath its own.
    allowed: Sequence[Path] = ()
    #: Other values for its variables, and its quality.
    values: Mapping[str, Any] = field(default_factory=dict)
    quality: str = ""
    #: The file to write, or the folder for it; None: called as the project.
    out: Path | None = None
    #: The second of the one frame that is wanted; None for all of it.
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written."""

    #: The file, and the small texts beside it.
    written: Sequence[Path]
    spec: MediaSpec
    #: What verification found; None for a single frame.
    verdict: Verdict | None = None
    #: What was noticed in a single frame.
    noticed: Sequence[str] = ()


async def render_once(parts: Parts, wish: Once, told: Callable[[Sequence[str]], object]) -> Rendered:
    """Make the file, check it and put it in its place, right or not; `told` gets what must be known before.

    Raises ProjectError for a project that cannot be made, SettingsError for a place no file can go to.
    """
    payload = _payload(parts, wish)
    engine = parts.engine(_ENGINE)
    with _as_told():
        quote, spec = engine.quote(payload), engine.expect(payload)
        told(quote.warnings)
        target = target_of(wish.out, payload, spec.suffix if wish.at is None else ".png")
        if wish.at is not None:
            return Rendered([target], spec, noticed=await _frame(parts, payload, (wish.at, spec.seconds), target))
        return await _carried(parts, payload, target, spec)


def _payload(parts: Parts, wish: Once) -> Payload:
    """The project with its values, what it names taken into the store. Raises ProjectError."""
    limits = parts.media.limits
    body = bare_project(wish.document, wish.values, limits)
    if wish.quality:
        body["quality"] = wish.quality
    if wish.at is None and wish.out is not None:
        body = as_called(body, wish.out.suffix)
    load_project(body, limits)  # what is wrong in it is told before any file is looked for
    return Payload("project", Sources(parts.media, wish.folder, allowed=wish.allowed).stored(body))


async def _carried(parts: Parts, payload: Payload, target: Path, spec: MediaSpec) -> Rendered:
    """Take the row along the line, by the steps that every row takes.

    Nothing is leased or reserved for it: it costs nothing, and nobody else could go on with it.
    """
    claim = Claim(
        row_id=1, batch_id=_ENGINE, number=1, state=RowState.RENDERING, fence=1, lease_until=float("inf"), attempt=1,
        seed=0, credits=0, payload=payload, engine=_ENGINE, file_name=target.name, out_folder=str(target.parent),
        attempts_allowed=1,
    )  # fmt: skip
    passing = _Passing(parts.files)
    line = replace(parts.line, files=passing, deliverer=passing)
    try:
        made = await render(claim, line)
        claim = replace(claim, media=made.media or "", spec=made.spec)
        verdict = (await verify(claim, line)).verdict
        await deliver(claim, line)
        return Rendered(passing.written, spec, verdict)
    finally:
        parts.files.discard(passing.made)


@dataclass(slots=True)
class _Passing:
    """Keeps no file: what is made goes from there to its place, under any name (ports.Files, ports.Deliverer)."""

    files: Files
    made: str = ""
    written: list[Path] = field(default_factory=list)

    def put(self, path: Path, *, keep: bool = False) -> str:
        return path.name

    def path(self, digest: str) -> Path:
        return self.files.scratch(digest)

    def scratch(self, name: str) -> Path:
        self.made = self.made or name
        return self.files.scratch(name)

    def discard(self, name: str) -> None:
        """Not yet: it is still to be delivered."""

    def place(self, media: Path, folder: str, name: str) -> Path:
        put(media, target := Path(folder) / name)
        self.written.append(target)
        return target


async def _frame(parts: Parts, payload: Payload, at: tuple[float, float], target: Path) -> Sequence[str]:
    """Write the frame shown at a second of so many; what was noticed in it. Raises SettingsError for one after them."""
    engine, (moment, seconds) = previewing(parts, _ENGINE), at
    if seconds and moment > seconds:
        raise SettingsError(f"--at {moment:g}: the video is {seconds:g} s long", hint=f"Give 0 to {seconds:g}.")
    into = parts.files.scratch(_FRAME)
    try:
        noticed = await engine.preview(payload, moment, into)
        put(into, target)
        return noticed
    finally:
        parts.files.discard(_FRAME)


@contextmanager
def _as_told() -> Iterator[None]:
    """The errors a person sees: what they can correct, or that clipmill itself is wrong."""
    kinds: dict[FailureKind, type[ClipmillError]] = {
        FailureKind.INTERNAL: ClipmillError,
        FailureKind.DISK: StoreError,
    }
    try:
        yield
    except EngineError as error:
        raise kinds.get(error.failure.kind, InputError)(str(error), hint=error.failure.fix) from error


def target_of(out: Path | None, payload: Payload, suffix: str) -> Path:
    """Where the file goes. Raises SettingsError for a name with another suffix, or a folder that is not there."""
    name = (str(payload.body.get("name") or "").strip()[:_NAME_CHARACTERS] or "unnamed") + suffix
    target = out or Path(name)
    if target.is_dir():
        target /= name
    alike = {".jpg", ".jpeg"}
    if target.suffix.lower() != suffix and not {target.suffix.lower(), suffix} <= alike:
        called = format_called(target.suffix)
        frame = "; for one frame of it add --at SECONDS" if called and called.kind is MediaKind.IMAGE else ""
        raise SettingsError(f"--out {target}: this project becomes a {suffix} file",
                            hint=f"Write {target.stem}{suffix}, set outputFormat in the project, or leave it out "
                                 f"there: then the name decides{frame}.")  # fmt: skip
    if not target.absolute().parent.is_dir():
        raise SettingsError(f"--out {target}: its folder is not there", hint="Make the folder first.")
    if not os.access(target.absolute().parent, os.W_OK):
        raise SettingsError(f"--out {target}: its folder cannot be written to", hint="Name another folder.")
    return target


def as_called(body: dict[str, Any], suffix: str) -> dict[str, Any]:
    """The project in the format its file is called by, where it says none itself; a picture where it says nothing."""
    wanted = format_called(suffix)
    if wanted is None or body.get("outputFormat"):
        return body
    kind = "image" if wanted.kind is MediaKind.IMAGE else "video"
    said = body.get("type") or ("video" if any(body.get(name) for name in _OF_VIDEOS) else None)
    return body if said and said != kind else {**body, "type": kind, "outputFormat": wanted.name}
