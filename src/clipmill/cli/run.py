"""`clipmill run`: a table and a template become finished, verified, named files."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.reading import given_of
from clipmill.cli.session import Session, shown, working_session_of
from clipmill.cli.telling import tell_cost, tell_folder, tell_left_out, tell_table, tell_tally
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.domain.batch import Batch, Progress
from clipmill.domain.files.names import ARCHIVE
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.opening import amend, open_batch
from clipmill.pipeline.use_cases.table import Given, OpenTable
from clipmill.pipeline.use_cases.wishes import RunOptions
from clipmill.rights import user_name
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
    ramp: options.Ramp = None,
    stop_after: options.StopAfter = "",
    priority: options.Priority = None,
    weight: options.Weight = None,
    zip_file: options.ZipFile = None,
    into: Annotated[str, typer.Option(metavar="BATCH", help="Put corrected rows back into this batch.")] = "",
    webhook: options.Webhook = "",
    force: Annotated[bool, typer.Option("--force", help="Run into a folder that holds another batch's files.")] = False,
    column_map: options.Mapping = None,
    ignore: options.Ignore = "",
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    where: options.Where = "",
    first_of: options.FirstOf = "",
    each: options.Each = None,
    media_folder: options.MediaFolder = None,
    allow_files: options.AllowFiles = None,
    detach: options.Detach = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a file of every good row of TABLE; for every other row, say why not and who can fix it."""
    session = working_session_of(context)
    said = replace(
        options.said_of((encoding, delimiter), ignore, where, first_of, (media_folder, allow_files)),
        each=options.each_of(each),
    )
    if into and each:
        raise SettingsError("--each and --into: corrected rows are the rows they were", hint="Leave --each out.")
    if into:
        given = given_of(session, table, Path(), column_map, said)
        batch = _amend(session, given, session.batch(into), zip_file, quiet=as_json)
    elif template is None:
        raise SettingsError("run needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    else:
        _refuse_link(context, out)
        given = given_of(session, table, template, column_map, said)
        if zip_file is None and given.reading.archive:
            zip_file = out / ARCHIVE
        steering = options.steering_of(ramp, stop_after, priority, weight)
        wish = RunOptions(
            name or _name_of(table), out, budget, window, sample, zip_file, anyway=force, unchecked=detach,
            steering=steering, webhook=webhook, webhook_secret=session.settings.webhook_secret.get_secret_value(),
        )  # fmt: skip
        batch = _open(session, given, wish, quiet=as_json)
    if detach:
        _left_to_workers(session, batch, as_json=as_json)
        return
    session.end(work(session, batch, quiet=as_json), as_json=as_json)


def _refuse_link(context: typer.Context, out: Path) -> None:
    """A link may only be named: nobody's files go where it leads because of what is there."""
    source = context.get_parameter_source("out")
    if out.is_symlink() and source is not None and source.name == "DEFAULT":
        raise SettingsError(f"{out} is a link that leads to {os.path.realpath(out)}", hint="Name it: --out out")


def _open(session: Session, given: Given, wish: RunOptions, *, quiet: bool) -> Batch:
    if quiet:
        return open_batch(session.app, given, wish).batch
    assert isinstance(given.template, Path)  # commands name folders
    lines = SourceLines.of_template(given.template)
    opened = open_batch(session.app, given, wish, partial(_tell_found, wish.out_folder))
    tell_left_out(opened.table)
    if wish.unchecked:
        return opened.batch
    tell_tally(opened.tally, lines)
    tell_cost(opened.tally, opened.batch.policy.budget)
    if opened.blocked:
        say(f"Wrote   {shown(opened.blocked)} (with _reason and _fix)")
    kind = f": a sample of {wish.sample} first" if wish.sample else ""
    say("")
    say(f"Batch   {opened.batch.id}  {opened.batch.name}{kind}")
    return opened.batch


def _left_to_workers(session: Session, batch: Batch, *, as_json: bool) -> None:
    progress = session.app.batches.progress(batch.id)
    if as_json:
        say(json.dumps(progress.as_dict(), ensure_ascii=False))
        return
    say(f"Taken   {plural(progress.rows, 'row')}, which workers check and make: `clipmill worker` is one")
    say(f"Look    `clipmill status {batch.id}`")


def _tell_found(folder: Path, table: OpenTable, earlier: Progress | None) -> None:
    tell_table(table)
    tell_folder(folder, earlier)


def _amend(session: Session, given: Given, batch: Batch, archive: Path | None, *, quiet: bool) -> Batch:
    """Corrected rows go back into their batch, under its frozen template."""
    amended = amend(session.app, batch, given, archive, by=user_name())
    if not quiet:
        tell_table(amended.table)
        tell_tally(amended.tally)
        say(f"Took    {plural(amended.taken, 'row')} into {batch.id}, {amended.tally.blocked:,} of them still blocked")
        if amended.left:
            left = plural(amended.left, "row")
            say(f"Left    {left} alone: only blocked and failed rows of the batch can be replaced")
    return amended.batch


def _name_of(table: str) -> str:
    return "standard input" if table == "-" else Path(table).stem
