"""`clipmill render`: one project, rendered and verified, without a table and without a batch."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.codes import FAILED, INTERRUPTED, REVIEW
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import data, plural, say
from clipmill.deliver.atomic import reading, replacing
from clipmill.domain.failure import FailureKind
from clipmill.domain.formats import format_called
from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.template import VerifyLimits
from clipmill.domain.timeline.loading import load_project
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import (
    ClipmillError,
    EngineError,
    InputError,
    ProjectError,
    SettingsError,
    StoreError,
    TemplateError,
)
from clipmill.making import own_name
from clipmill.media.outside.sources import Sources
from clipmill.templates.bare import bare_project, beside_payload, given_value
from clipmill.templates.reading.document import YAML, read_document
from clipmill.templates.reading.lines import SourceLines

_VERSION = "project"
#: A project may have a longer name than a file.
_NAME_CHARACTERS = 200
#: Where a worker may write, by process: the file, and a frame of it.
#: Fields that make a project a video that says nothing else.
_OF_VIDEOS = ("duration", "frameRate", "scenes", "audios", "subtitle")
_OWN = own_name()
_SCRATCH = (f"render.{_OWN}", f"frame.{_OWN}.png")


def render(  # noqa: PLR0913, PLR0917 - a command line has many flags
    context: typer.Context,
    project: Annotated[
        Path, typer.Argument(metavar="PROJECT", help="A JSON or YAML file: a project, bare or under payload.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; default the project's name.")
    ] = None,
    at: Annotated[
        float | None, typer.Option(min=0, help="Write only the frame shown at this second, as PNG.", show_default=False)
    ] = None,
    quality: Annotated[
        str,
        typer.Option(help="Of a video draft, standard or high; of a picture 1 to 100.", show_default=False),
    ] = "",
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another value for a variable: JSON, or a text.", show_default=False
        ),
    ] = None,
    allow_files: options.AllowFiles = None,
    as_json: options.AsJson = False,
) -> None:
    """Render one project into a file, and check what was made. Paths in it count from the project's folder."""
    session = working_session_of(context)
    document = _document(project)
    lines = SourceLines(project, "payload" if isinstance(document, dict) and "payload" in document else "")
    began = time.monotonic()
    try:
        values = _given(given or [])
        body = bare_project(document, values, session.settings.limits)
        if quality:
            body["quality"] = quality
        if at is None and out is not None:
            body = as_called(body, out.suffix)
        load_project(body, session.settings.limits)  # what is wrong in it is told before any file is looked for
        folder = project.absolute().parent
        allowed = [*options.allowed_of(allow_files), *session.settings.allow_files, *_named(values, folder)]
        sources = Sources(session.app.media, folder, allowed=allowed)
        payload = Payload(_VERSION, sources.stored(body))
        engine = session.app.engine("render")
        assert isinstance(engine, RenderEngine)
        asyncio.run(_render(session, engine, payload, (out, at, as_json, began), (beside_payload(document), lines)))
    except ProjectError as error:
        raise lines.error(error) from error
    except KeyboardInterrupt:
        say("Stopped. No file was written.")
        raise typer.Exit(INTERRUPTED) from None


def as_called(body: dict[str, Any], suffix: str) -> dict[str, Any]:
    """The project in the format its file is called by, where it says none itself; a picture where it says nothing."""
    wanted = format_called(suffix)
    if wanted is None or body.get("outputFormat"):
        return body
    kind = "image" if wanted.kind is MediaKind.IMAGE else "video"
    said = body.get("type") or ("video" if any(body.get(name) for name in _OF_VIDEOS) else None)
    return body if said and said != kind else {**body, "type": kind, "outputFormat": wanted.name}


def _given(pairs: list[str]) -> dict[str, Any]:
    """Variables from `NAME=VALUE`. Raises SettingsError."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise SettingsError(f"--set {pair}: it is no NAME=VALUE", hint="Write --set headline='Good morning'.")
        values[name.strip()] = given_value(value)
    return values


def _named(value: Any, folder: Path) -> Iterator[Path]:
    """The files that `--set` names: whoever runs the command says so himself."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _named(inner, folder)
    elif isinstance(value, str) and value and os.path.isfile(folder / value):  # noqa: PTH113 - False for what is no path
        yield folder / value


def _document(project: Path) -> Any:
    """The JSON or YAML of a file. Raises SettingsError, ProjectError, TemplateError."""
    try:
        project.stat()
        return read_document(project)
    except (OSError, ValueError) as error:
        hint = "Name a JSON or YAML file."
        raise SettingsError(f"{project} cannot be read: {getattr(error, 'strerror', error)}", hint=hint) from error
    except TemplateError as error:
        if project.suffix.lower() in YAML:
            raise
        raise ProjectError(str(error), hint=error.hint or "Correct it there.") from error


async def _render(
    session: Session,
    engine: RenderEngine,
    payload: Payload,
    asked: tuple[Path | None, float | None, bool, float],
    telling: tuple[tuple[str, ...], SourceLines],
) -> None:
    out, at, as_json, began = asked
    try:
        quote, spec = engine.quote(payload), engine.expect(payload)
        notes = [*telling[0], *map(telling[1].told, quote.warnings)]
        _note(notes)
        target = _target(out, payload, ".png" if at is not None else spec.suffix)
        if at is not None:
            drawn, noticed = await _drawn(session, engine, payload, at)
            _note(noticed)
            _put(drawn, target)
            _tell(as_json, {"file": str(target), "at": at}, f"Wrote   {target}   the frame at {at:g} s")
            return
        made, verdict = await _made(session, engine, payload)
        for notice in verdict.noticed:
            say(f"note: {notice}", style="yellow")
        notes += [warning for warning in verdict.warnings if warning not in notes]
        _put(made, target)
        written = [target, *_sidecars(engine, payload, target)]
        _tell(as_json, _facts(written, verdict, time.monotonic() - began, notes),
              *_sentences(target, spec, verdict, time.monotonic() - began))  # fmt: skip
        if verdict.ruling is not Ruling.PASS:
            raise typer.Exit(REVIEW if verdict.ruling is Ruling.REVIEW else FAILED)
    except EngineError as error:
        raise _as_told(error) from error
    finally:
        for name in _SCRATCH:
            session.app.files.discard(name)
        await session.app.close()


def _note(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(f"note: {sentence}", style="yellow")


def _as_told(error: EngineError) -> ClipmillError:
    """The error a person sees: what they can correct, or that clipmill itself is wrong."""
    kinds: dict[FailureKind, type[ClipmillError]] = {
        FailureKind.INTERNAL: ClipmillError,
        FailureKind.DISK: StoreError,
    }
    return kinds.get(error.failure.kind, InputError)(str(error), hint=error.failure.fix)


def _target(out: Path | None, payload: Payload, suffix: str) -> Path:
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


async def _drawn(session: Session, engine: RenderEngine, payload: Payload, at: float) -> tuple[Path, tuple[str, ...]]:
    seconds = engine.expect(payload).seconds
    if seconds and at > seconds:
        raise SettingsError(f"--at {at:g}: the video is {seconds:g} s long", hint=f"Give 0 to {seconds:g}.")
    into = session.app.files.scratch(_SCRATCH[1])
    return into, await engine.preview(payload, at, into)


async def _made(session: Session, engine: RenderEngine, payload: Payload) -> tuple[Path, Verdict]:
    into = session.app.files.scratch(_SCRATCH[0])
    drawn = await engine.make(payload, seed=0, into=into)
    return into, await session.app.verifier.verify(into, drawn, VerifyLimits())


def _put(made: Path, target: Path) -> None:
    """Copy the finished file to its place, all at once."""
    with reading(made) as source, replacing(target) as copy:
        shutil.copyfileobj(source, copy)


def _sidecars(engine: RenderEngine, payload: Payload, target: Path) -> list[Path]:
    """The subtitle files beside the video that were asked for."""
    written = []
    for kind, text in engine.sidecars(payload).items():
        path = target.with_suffix(f".{kind}")
        with replacing(path) as file:
            file.write(text.encode())
        written.append(path)
    return written


def _tell(as_json: bool, facts: dict[str, Any], *sentences: str) -> None:
    if as_json:
        data(facts)
        return
    for sentence in sentences:
        say(sentence)


def _facts(written: list[Path], verdict: Verdict, took: float, warnings: list[str]) -> dict[str, Any]:
    facts = verdict.facts
    return {
        "file": str(written[0]), "sidecars": [str(path) for path in written[1:]], "verdict": str(verdict.ruling),
        "reason": verdict.reason, "seconds": facts.seconds,
        "frames": facts.frames, "width": facts.width, "height": facts.height, "bytes": facts.size_bytes,
        "wall_seconds": round(took, 2), "warnings": warnings,
    }  # fmt: skip


def _sentences(target: Path, spec: MediaSpec, verdict: Verdict, took: float) -> tuple[str, ...]:
    facts = verdict.facts
    size = f"{facts.size_bytes / 1e6:.1f} MB" if facts.size_bytes >= 1e6 else f"{facts.size_bytes / 1e3:.0f} kB"
    told = [f"{spec.seconds:g} s" if spec.seconds else "", plural(spec.frames, "frame") if spec.frames > 1 else "",
            f"{spec.width} × {spec.height}" if spec.width else "", size, f"in {took:.1f} s"]  # fmt: skip
    line = f"Wrote   {target}   {', '.join(filter(None, told))}"
    if verdict.ruling is Ruling.PASS:
        return (f"{line}; verified",)
    return line, f"{'Look at it' if verdict.ruling is Ruling.REVIEW else 'Not right'}: {verdict.reason}"
