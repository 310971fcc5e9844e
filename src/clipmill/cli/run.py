"""`clipmill run`: a table and a template become finished, verified, named files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from clipmill.app import new_id
from clipmill.cli import options
from clipmill.cli.reading import reading_of
from clipmill.cli.session import Session, shown, working_session_of
from clipmill.cli.telling import tell_cost, tell_folder, tell_left_out, tell_table, tell_tally
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.deliver.aside import BESIDE
from clipmill.deliver.atomic import own_folder
from clipmill.domain.batch import Batch, Progress, Reading
from clipmill.domain.template import Template
from clipmill.errors import SettingsError, TemplateError
from clipmill.intake.standard_input import spool_standard_input
from clipmill.pipeline.importing import Tally
from clipmill.pipeline.opening import Wish, earlier_run, probe_template
from clipmill.rights import usual_folder
from clipmill.store.home import mark
from clipmill.templates.reading.lines import SourceLines


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
    force: Annotated[bool, typer.Option("--force", help="Run into a folder that holds another batch's files.")] = False,
    column_map: options.Mapping = None,
    ignore: options.Ignore = "",
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    where: options.Where = "",
    first_of: options.FirstOf = "",
    media_folder: options.MediaFolder = None,
    allow_files: options.AllowFiles = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a file of every good row of TABLE; for every other row, say why not and who can fix it."""
    session = working_session_of(context)
    said = options.said_of((encoding, delimiter), ignore, where, first_of, (media_folder, allow_files))
    if into:
        batch = _amend(session, table, into, reading_of(table, column_map, said), quiet=as_json)
    elif template is None:
        raise SettingsError("run needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    else:
        source = context.get_parameter_source("out")
        if out.is_symlink() and source is not None and source.name == "DEFAULT":
            raise SettingsError(f"{out} is a link that leads to {os.path.realpath(out)}", hint="Name it: --out out")
        check_out_folder(out)
        path = table_path(session, table)
        wish = Wish(name or _name_of(table), out, budget, window, sample)
        reading = reading_of(table, column_map, said)
        batch = _open(session, path, template, (reading, wish, force), quiet=as_json)
    progress = work(session, batch, quiet=as_json)
    if zip_file:
        receipt = session.app.outputs.pack(batch.id, zip_file)
        say(f"{zip_file}   {plural(receipt.files, 'file')}   sha256 {receipt.sha256}")
    session.end(progress, as_json=as_json)


def table_path(session: Session, table: str) -> Path:
    """The table's file; standard input is kept in the state folder first, so that an interrupted run can go on."""
    if table != "-":
        return Path(table)
    mark(session.app.home)
    into = session.app.home / "tables" / f"{new_id('in')}.csv"
    into.parent.mkdir(parents=True, exist_ok=True)
    return spool_standard_input(into, session.settings.limits)


def base_folder(table: str) -> Path | None:
    """Where relative paths of a table begin: its own folder, or the working folder for standard input."""
    return Path.cwd() if table == "-" else None


def _open(session: Session, path: Path, folder: Path, how: tuple[Reading, Wish, bool], *, quiet: bool) -> Batch:
    reading, wish, force = how
    app = session.app
    if force:
        app.try_again()
    template = app.template(folder)
    engine = app.engine(template.engine)
    base = Path.cwd() if path.is_relative_to(session.settings.home) else None
    batch_id = new_id("bat")
    with app.presence.announce(batch_id):
        with app.presence.turn("opening"):  # of two that begin at once the second sees the first
            earlier = None if force else _earlier(session, path, template, wish.out_folder)
            opened = app.tables.open(path, template, reading, base)
            if not quiet:
                tell_table(opened)
                tell_folder(wish.out_folder, earlier)
            lines = SourceLines.of_template(folder)
            try:
                probe_template(app.tables.open(path, template, reading, base), engine)
            except TemplateError as error:
                raise lines.error(error) from error
            batch = app.opening.create(batch_id, opened, reading, wish)
        tally = app.opening.fill(batch, opened, engine)
        if not quiet:
            tell_left_out(opened)
            _tell_opened(session, batch, tally, lines)
    return batch


def _earlier(session: Session, table: Path, template: Template, folder: Path) -> Progress | None:
    """The batch that this one runs anew. Raises SettingsError where the folder holds another's files."""
    if not session.app.has_batches:
        return None
    there = [session.attended(progress) for progress in session.app.glance.into(folder)]
    return earlier_run(there, table, template, session.settings.home / "tables")


def _tell_opened(session: Session, batch: Batch, tally: Tally, lines: SourceLines) -> None:
    tell_tally(tally, lines)
    tell_cost(tally, batch.policy.budget)
    if blocked := session.app.outputs.write_blocked(session.app.batches.progress(batch.id)):
        say(f"Wrote   {shown(blocked)} (with _reason and _fix)")
    sample = batch.options.sample
    kind = f": a sample of {sample} first" if sample else ""
    say("")
    say(f"Batch   {batch.id}  {batch.name}{kind}")


def _amend(session: Session, table: str, batch_id: str, reading: Reading, *, quiet: bool) -> Batch:
    """Corrected rows go back into their batch, under its frozen template."""
    app = session.app
    batch = session.batch(batch_id)
    opened = app.tables.open_corrected(table_path(session, table), app.batches.template(batch.id), reading, batch)
    tally, taken = app.opening.amend(batch, opened, app.engine(batch.engine))
    if not quiet:
        tell_table(opened)
        tell_tally(tally)
        say(f"Took    {plural(taken, 'row')} into {batch.id}, {tally.blocked:,} of them still blocked")
        if given := sum(1 for _ in opened.source.rows()) - taken:
            left = plural(given, "row")
            say(f"Left    {left} alone: only blocked and failed rows of the batch can be replaced")
    return batch


def check_out_folder(folder: Path) -> None:
    """Refuse a place no file can go to, before there is a batch. Raises SettingsError."""
    try:
        usual_folder(folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "it may not be written to")
        own_folder(folder, BESIDE)
    except OSError as error:
        why = "it is a file" if isinstance(error, FileExistsError | NotADirectoryError) else error.strerror
        if folder.is_symlink() and not folder.exists():
            why = "it is a link that leads nowhere"
        raise SettingsError(f"--out {folder}: {why}", hint="Name a folder that can be written to.") from error


def _name_of(table: str) -> str:
    return "standard input" if table == "-" else Path(table).stem
