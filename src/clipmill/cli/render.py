"""`clipmill render`: one project, rendered and verified, without a table and without a batch."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.codes import FAILED, INTERRUPTED, REVIEW
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import data, plural, say
from clipmill.domain.media import MediaSpec
from clipmill.domain.verdict import Ruling, Verdict
from clipmill.errors import ProjectError, SettingsError, TemplateError
from clipmill.pipeline.use_cases.rendering import Once, Rendered, render_once
from clipmill.templates.bare import beside_payload, given_value
from clipmill.templates.reading.document import YAML, read_document
from clipmill.templates.reading.lines import SourceLines


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
        values, folder = _given(given or []), project.absolute().parent
        allowed = [*options.allowed_of(allow_files), *session.settings.allow_files, *_named(values, folder)]
        wish = Once(document, folder, allowed, values, quality, out, at)
        notes: list[str] = []
        done = asyncio.run(_render(session, wish, lines, notes))
    except ProjectError as error:
        raise lines.error(error) from error
    except KeyboardInterrupt:
        say("Stopped. No file was written.")
        raise typer.Exit(INTERRUPTED) from None
    target, verdict, took = done.written[0], done.verdict, time.monotonic() - began
    if verdict is None:
        _note(done.noticed)
        _tell(as_json, {"file": str(target), "at": at}, f"Wrote   {target}   the frame at {at:g} s")
        return
    _note(verdict.noticed)
    notes += [warning for warning in verdict.warnings if warning not in notes]
    _tell(as_json, _facts(done.written, verdict, took, notes), *_sentences(target, done.spec, verdict, took))
    if verdict.ruling is not Ruling.PASS:
        raise typer.Exit(REVIEW if verdict.ruling is Ruling.REVIEW else FAILED)


async def _render(session: Session, wish: Once, lines: SourceLines, notes: list[str]) -> Rendered:
    """Have it rendered; what was said before goes to `notes`."""

    def tell(warnings: Sequence[str]) -> None:
        notes.extend((*beside_payload(wish.document), *map(lines.told, warnings)))
        _note(notes)

    try:
        return await render_once(session.app, wish, tell)
    finally:
        await session.app.close()


def _note(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(f"note: {sentence}", style="yellow")


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


def _tell(as_json: bool, facts: dict[str, Any], *sentences: str) -> None:
    if as_json:
        data(facts)
        return
    for sentence in sentences:
        say(sentence)


def _facts(written: Sequence[Path], verdict: Verdict, took: float, warnings: list[str]) -> dict[str, Any]:
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
