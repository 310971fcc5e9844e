"""`clipmill preview`: frames of rows as one PNG, before anything is rendered."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.reading import given_of
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import complain, data, say
from clipmill.errors import ClipmillError, SettingsError
from clipmill.media.outside.beneath import Beneath
from clipmill.pipeline.use_cases.looking import Asked, PreviewOptions, look, named, saved, sources

_POLL_SECONDS = 0.3


def preview(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="[TABLE]", help="The table; default the only CSV in the template's folder.")
    ] = "",
    template: options.TemplateFolder = None,
    row: Annotated[
        str,
        typer.Option(
            "--row",
            "--rows",
            metavar="N,N-N",
            help="The rows' numbers: 1,5,9; default the first that is taken.",
            show_default=False,
        ),
    ] = "",
    at: Annotated[
        str, typer.Option(metavar="SECONDS", help="Moments, seconds from the start, or end: 0.5,2,end.")
    ] = "0",
    out: Annotated[Path, typer.Option("--out", "-o", help="The picture's file, a PNG.")] = Path("preview.png"),
    watch: Annotated[
        bool, typer.Option("--watch", help="Draw again whenever template, table or media are saved; Ctrl-C ends.")
    ] = False,
    column_map: options.Mapping = None,
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    where: options.Where = "",
    first_of: options.FirstOf = "",
    each: options.Each = None,
    media_folder: options.MediaFolder = None,
    allow_files: options.AllowFiles = None,
    as_json: options.AsJson = False,
) -> None:
    """Write the frame of one row shown at a moment, as PNG; several rows and moments on one sheet."""
    session = working_session_of(context)
    if template is None:
        raise SettingsError("preview needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    if out.suffix.lower() != ".png" or not out.absolute().parent.is_dir():
        raise SettingsError(f"--out {out}: the picture is a PNG in a folder that is there", hint="Write name.png.")
    table = table or _only_table(template)
    if watch and table == "-":
        raise SettingsError("--watch looks at files, and standard input is none", hint="Name the table's file.")
    said = replace(
        options.said_of((encoding, delimiter), "", where, first_of, (media_folder, allow_files)),
        each=options.each_of(each),
    )
    given = given_of(session, table, template, column_map, said)
    asked = Asked(given, rows=options.row_numbers(row), moments=moments(at), out=out)
    try:
        asyncio.run(_watch(session, asked, as_json=as_json) if watch else _once(session, asked, as_json=as_json))
    except KeyboardInterrupt:
        if not watch:
            raise
        say("Left the view.")


def moments(text: str) -> list[float | None]:
    """`0.5,2,end` as seconds, None for the end. Raises SettingsError."""
    found: list[float | None] = []
    for word in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            seconds = None if word == "end" else float(word)
        except ValueError:
            seconds = -1.0
        if seconds is not None and not 0 <= seconds < float("inf"):
            raise SettingsError(f"--at: {word!r} is no moment", hint="Write seconds from the start, or end: 0.5,2,end.")
        found.append(seconds)
    return found or [0.0]


async def _once(session: Session, asked: Asked, *, as_json: bool) -> None:
    try:
        _tell(await look(session.app, asked), asked.out, as_json=as_json)
    finally:
        await session.app.close()


async def _watch(session: Session, asked: Asked, *, as_json: bool) -> None:
    """PreviewOptions, wait until something was saved, look again; what is wrong now is said, and may be mended."""
    say(f"Watching {asked.given.template} and {asked.given.table.name}; Ctrl-C ends.")
    try:
        while True:
            media = named(session.app, asked)
            before = saved([*sources(session.app, asked), *media])
            try:
                _tell(await look(session.app, asked), asked.out, as_json=as_json)
            except ClipmillError as error:
                complain(error)
            while saved([*sources(session.app, asked), *media]) == before:
                await session.app.clock.sleep(_POLL_SECONDS)
    finally:
        await session.app.close()


def _tell(seen: PreviewOptions, out: Path, *, as_json: bool) -> None:
    first = seen.frames[0]
    if as_json:
        frames = [{"row": frame.row, "at": frame.at, "name": frame.name} for frame in seen.frames]
        data({"file": str(out), **frames[0], "frames": frames, "notes": seen.notes})
        return
    for note in seen.notes:
        say(f"note: {note}", style="yellow")
    if len(seen.frames) == 1:
        say(f"Wrote   {out}   row {first.row} at {first.at:g} s   ({first.name})")
    else:
        say(f"Wrote   {out}   {len(seen.frames)} frames")


def _only_table(template: Path) -> str:
    own = Beneath.of(template)
    found = sorted(path for pattern in ("*.csv", "*.jsonl") for path in template.glob(pattern)
                   if own.holds(os.path.realpath(path)))  # fmt: skip
    if len(found) != 1:
        raise SettingsError(
            f"{template} holds {len(found)} tables; preview needs to know which", hint="Name it: clipmill preview TABLE"
        )
    return str(found[0])
