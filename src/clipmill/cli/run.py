"""`clipmill run`: a table and a template become finished, verified, named files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clipmill.app import new_id
from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.telling import tell_cost, tell_table, tell_tally
from clipmill.cli.terminal import plural, say
from clipmill.domain.batch import Batch
from clipmill.errors import SettingsError
from clipmill.intake.standard_input import spool_standard_input
from clipmill.pipeline.opening import Wish
from clipmill.pipeline.table import Reading


def run(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    table: options.TableFile,
    template: options.TemplateFolder = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder finished files go to.")] = Path("out"),
    budget: options.Budget = None,
    window: options.Window = None,
    name: Annotated[str, typer.Option(help="What the batch is called; default the table's name.")] = "",
    sample: Annotated[
        int | None,
        typer.Option(min=1, help="Make this many rows first, the extremes, and stop for review.", show_default=False),
    ] = None,
    zip_file: options.ZipFile = None,
    into: Annotated[str, typer.Option(metavar="BATCH", help="Put corrected rows back into this batch.")] = "",
    column_map: options.Mapping = None,
    ignore: options.Ignore = "",
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    as_json: options.AsJson = False,
) -> None:
    """Make a file of every good row of TABLE; for every other row, say why not and who can fix it."""
    session = session_of(context)
    reading = options.reading_of(column_map, ignore, encoding, delimiter)
    if into:
        batch = _amend(session, table, into, reading, quiet=as_json)
    elif template is None:
        raise SettingsError("run needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    else:
        path = table_path(session, table)
        wish = Wish(name or _name_of(table), out, budget, window, sample)
        batch = _open(session, path, template, (reading, wish), quiet=as_json)
    progress = session.work(batch, quiet=as_json)
    if zip_file:
        receipt = session.app.outputs.pack(batch.id, zip_file)
        say(f"{zip_file}   {plural(receipt.files, 'file')}   sha256 {receipt.sha256}")
    session.end(progress, as_json=as_json)


def table_path(session: Session, table: str) -> Path:
    """The table's file; standard input is kept in the state folder first, so that an interrupted run can go on."""
    if table != "-":
        return Path(table)
    return spool_standard_input(session.settings.home / "tables" / f"{new_id('in')}.csv", session.settings.limits)


def base_folder(table: str) -> Path | None:
    """Where relative paths of a table begin: its own folder, or the working folder for standard input."""
    return Path.cwd() if table == "-" else None


def _open(session: Session, path: Path, folder: Path, how: tuple[Reading, Wish], *, quiet: bool) -> Batch:
    reading, wish = how
    app = session.app
    template = app.template(folder)
    engine = app.engine(template.engine)
    base = Path.cwd() if path.is_relative_to(session.settings.home) else None
    opened = app.tables.open(path, template, reading, base)
    if not quiet:
        tell_table(opened)
    batch_id = new_id("bat")
    with app.presence.announce(batch_id):
        batch = app.opening.create(batch_id, opened, reading, wish)
        tally = app.opening.fill(batch, opened, engine)
    if not quiet:
        tell_tally(tally)
        tell_cost(tally, batch.policy.budget)
        kind = f": a sample of {wish.sample} first" if wish.sample else ""
        say(f"\nBatch   {batch.id}  {batch.name}{kind}")
    return batch


def _amend(session: Session, table: str, batch_id: str, reading: Reading, *, quiet: bool) -> Batch:
    """Corrected rows go back into their batch, under its frozen template."""
    app = session.app
    batch = session.batch(batch_id)
    opened = app.tables.open(
        table_path(session, table), app.batches.template(batch.id), reading, Path(batch.options["folder"])
    )
    tally, taken = app.opening.amend(batch, opened, app.engine(batch.engine))
    if not quiet:
        tell_tally(tally)
        say(f"Took {plural(taken, 'corrected row')} into {batch.id}")
        if taken < tally.rows:
            say(f"Left {plural(tally.rows - taken, 'row')} alone: only blocked and failed rows can be replaced")
    return batch


def _name_of(table: str) -> str:
    return "standard input" if table == "-" else Path(table).stem
