"""`clipmill render`: one project, rendered and verified, without a table and without a batch."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.session import FAILED, Session, session_of
from clipmill.cli.terminal import data, say
from clipmill.deliver.atomic import reading, replacing
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import ClipmillError, EngineError, InputError, ProjectError, SettingsError
from clipmill.media.outside.sources import Sources
from clipmill.templates.bare import bare_project, given_value

_VERSION = "project"


def render(
    context: typer.Context,
    project: Annotated[Path, typer.Argument(metavar="PROJECT", help="A JSON file: a project, bare or under payload.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write; default the project's name.")
    ] = None,
    at: Annotated[
        float | None, typer.Option(min=0, help="Write only the frame shown at this second, as PNG.", show_default=False)
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another value for a variable: JSON, or a text.", show_default=False
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Render one project into a file, and check what was made. Paths in it count from the project's folder."""
    session = session_of(context)
    body = bare_project(_document(project), _given(given or []))
    payload = Payload(_VERSION, Sources(session.app.media, project.absolute().parent).stored(body))
    engine = session.app.engine("render")
    assert isinstance(engine, RenderEngine)
    began = time.monotonic()
    asyncio.run(_render(session, engine, payload, (out, at, as_json, began)))


def _given(pairs: list[str]) -> dict[str, Any]:
    """Variables from `NAME=VALUE`. Raises SettingsError."""
    values: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise SettingsError(f"--set {pair}: it is no NAME=VALUE", hint="Write --set headline='Good morning'.")
        values[name.strip()] = given_value(value)
    return values


def _document(project: Path) -> Any:
    """The JSON of a file. Raises SettingsError, ProjectError."""
    try:
        return json.loads(project.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{project} cannot be read: {error.strerror}", hint="Name a JSON file.") from error
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectError(f"{project} is no JSON: {error}", hint="Correct it there.") from error


async def _render(
    session: Session, engine: RenderEngine, payload: Payload, asked: tuple[Path | None, float | None, bool, float]
) -> None:
    out, at, as_json, began = asked
    try:
        quote, spec = engine.quote(payload), engine.expect(payload)
        for warning in quote.warnings:
            say(f"note: {warning}", style="yellow")
        target = _target(out, payload, ".png" if at is not None else spec.suffix)
        if at is not None:
            drawn = await _drawn(session, engine, payload, at)
            _put(drawn, target)
            _tell(as_json, {"file": str(target), "at": at}, f"Wrote   {target}   the frame at {at:g} s")
            return
        made, verdict = await _made(session, engine, payload)
        for finding in verdict.findings:
            if finding.check == "drawing":
                say(f"note: {finding.message}", style="yellow")
        _put(made, target)
        written = [target, *_sidecars(engine, payload, target)]
        _tell(as_json, _facts(written, verdict, time.monotonic() - began, list(quote.warnings)),
              _sentence(target, spec, verdict, time.monotonic() - began))  # fmt: skip
        if verdict.ruling is not Ruling.PASS:
            raise typer.Exit(FAILED)
    except EngineError as error:
        raise InputError(str(error), hint=error.failure.fix) from error
    finally:
        await session.app.close()


def _target(out: Path | None, payload: Payload, suffix: str) -> Path:
    """Where the file goes. Raises SettingsError for a name with another suffix, or a folder that is not there."""
    target = out or Path(f"{payload.body.get('name', 'unnamed')}{suffix}")
    if target.is_dir():
        target /= f"{payload.body.get('name', 'unnamed')}{suffix}"
    alike = {".jpg", ".jpeg"}
    if target.suffix.lower() != suffix and not {target.suffix.lower(), suffix} <= alike:
        raise SettingsError(f"--out {target}: this project becomes a {suffix} file",
                            hint=f"Write {target.stem}{suffix}, or set outputFormat in the project.")  # fmt: skip
    if not target.absolute().parent.is_dir():
        raise SettingsError(f"--out {target}: its folder is not there", hint="Make the folder first.")
    return target


async def _drawn(session: Session, engine: RenderEngine, payload: Payload, at: float) -> Path:
    seconds = engine.expect(payload).seconds
    if at > seconds:
        raise SettingsError(f"--at {at:g}: the video is {seconds:g} s long", hint=f"Give 0 to {seconds:g}.")
    into = session.app.files.scratch(f"frame.{os.getpid()}.png")
    await engine.preview(payload, at, into)
    return into


async def _made(session: Session, engine: RenderEngine, payload: Payload) -> tuple[Path, Verdict]:
    into = session.app.files.scratch(f"render.{os.getpid()}")
    try:
        drawn = await engine.make(payload, seed=0, into=into)
        return into, await session.app.verifier.verify(into, drawn, VerifyLimits())
    except ClipmillError:
        into.unlink(missing_ok=True)
        raise


def _put(made: Path, target: Path) -> None:
    """Copy the finished file to its place, all at once."""
    try:
        with reading(made) as source, replacing(target) as copy:
            shutil.copyfileobj(source, copy)
    finally:
        made.unlink(missing_ok=True)


def _sidecars(engine: RenderEngine, payload: Payload, target: Path) -> list[Path]:
    """The subtitle files beside the video that were asked for."""
    written = []
    for kind, text in engine.sidecars(payload).items():
        path = target.with_suffix(f".{kind}")
        with replacing(path) as file:
            file.write(text.encode())
        written.append(path)
    return written


def _tell(as_json: bool, facts: dict[str, Any], sentence: str) -> None:
    if as_json:
        data(facts)
    else:
        say(sentence)


def _facts(written: list[Path], verdict: Verdict, took: float, warnings: list[str]) -> dict[str, Any]:
    facts = verdict.facts
    return {
        "file": str(written[0]), "sidecars": [str(path) for path in written[1:]], "verdict": str(verdict.ruling),
        "reason": verdict.reason, "seconds": facts.seconds,
        "frames": facts.frames, "width": facts.width, "height": facts.height, "bytes": facts.size_bytes,
        "wall_seconds": round(took, 2), "warnings": warnings,
    }  # fmt: skip


def _sentence(target: Path, spec: MediaSpec, verdict: Verdict, took: float) -> str:
    facts = verdict.facts
    size = f"{facts.size_bytes / 1e6:.1f} MB" if facts.size_bytes >= 1e6 else f"{facts.size_bytes / 1e3:.0f} kB"
    length = f"{spec.seconds:g} s, {spec.frames} frames, " if spec.frames > 1 else ""
    line = f"Wrote   {target}   {length}{spec.width} × {spec.height}, {size}, in {took:.1f} s"
    return f"{line}; verified" if verdict.ruling is Ruling.PASS else f"{line}\nNot right: {verdict.reason}"
