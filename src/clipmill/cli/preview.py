"""`clipmill preview`: one frame of one row as PNG, before anything is rendered."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.reading import reading_of
from clipmill.cli.run import base_folder, table_path
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import data, say
from clipmill.deliver.atomic import reading, replacing
from clipmill.deliver.names import with_suffix
from clipmill.domain.batch import Reading
from clipmill.domain.order import Checked
from clipmill.domain.payload import Payload
from clipmill.engines.render.engine import RenderEngine
from clipmill.errors import EngineError, InputError, NotFoundError, SettingsError
from clipmill.pipeline.table import OpenTable


def preview(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    table: Annotated[
        str, typer.Argument(metavar="[TABLE]", help="The table; default the only CSV in the template's folder.")
    ] = "",
    template: options.TemplateFolder = None,
    row: Annotated[int, typer.Option(min=0, help="The row's number; 0 is the first that is taken.")] = 0,
    at: Annotated[float, typer.Option(min=0, help="Seconds from the start.")] = 0.0,
    out: Annotated[Path, typer.Option("--out", "-o", help="The picture's file, a PNG.")] = Path("preview.png"),
    column_map: options.Mapping = None,
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    where: options.Where = "",
    first_of: options.FirstOf = "",
    media_folder: options.MediaFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Write the frame of one row shown at a moment, as PNG."""
    session = session_of(context)
    if template is None:
        raise SettingsError("preview needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    if out.suffix.lower() != ".png" or not out.absolute().parent.is_dir():
        raise SettingsError(f"--out {out}: the picture is a PNG in a folder that is there", hint="Write name.png.")
    table = table or _only_table(template)
    frozen = session.app.template(template)
    said = Reading(encoding, delimiter, {}, (), where, first_of, options.folder_of(media_folder))
    reading = reading_of(table, column_map, said, frozen)
    opened = session.app.tables.open(table_path(session, table), frozen, reading, base_folder(table))
    checked = _checked(opened, row)
    assert checked.payload is not None
    name = with_suffix(checked.file_name, session.app.engine(frozen.engine).expect(checked.payload).suffix)
    asyncio.run(_write(session, frozen.engine, checked.payload, at, out.absolute()))
    row = checked.row.number
    if as_json:
        data({"file": str(out), "row": row, "at": at, "name": name})
    else:
        say(f"Wrote   {out}   row {row} at {at:g} s   ({name})")


def _checked(opened: OpenTable, number: int) -> Checked:
    """The row, checked. Raises NotFoundError, InputError with the problem of a blocked one."""
    for row in opened.source.rows():
        if number in (0, row.number):
            checked = opened.checker.check(row)
            if checked.payload is None:
                problem = checked.problems[0]
                raise InputError(f"row {row.number} is blocked: {problem.reason}", hint=problem.fix)
            return checked
    how = " ".join(opened.left_out())
    raise NotFoundError(f"{opened.path.name} has no row {number}", hint=how)


async def _write(session: Session, name: str, payload: Payload, at: float, out: Path) -> None:
    engine = session.app.engine(name)
    if not isinstance(engine, RenderEngine):
        raise SettingsError(f"the engine {name} has no preview", hint="Only local renders can be previewed.")
    drawn = session.app.files.scratch(f"preview.{os.getpid()}.png")  # a worker writes nowhere else
    try:
        seconds = engine.expect(payload).seconds
        if at > seconds:
            raise SettingsError(f"--at {at:g}: the video is {seconds:g} s long", hint=f"Give 0 to {seconds:g}.")
        await engine.preview(payload, at, drawn)
        with reading(drawn) as source, replacing(out) as copy:
            shutil.copyfileobj(source, copy)
    except EngineError as error:
        raise InputError(str(error), hint=error.failure.fix) from error
    finally:
        drawn.unlink(missing_ok=True)
        await session.app.close()


def _only_table(template: Path) -> str:
    found = sorted([*template.glob("*.csv"), *template.glob("*.jsonl")])
    if len(found) != 1:
        raise SettingsError(
            f"{template} holds {len(found)} tables; preview needs to know which", hint="Name it: clipmill preview TABLE"
        )
    return str(found[0])
