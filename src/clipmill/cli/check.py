"""`clipmill check`: what a run would do with a table, without doing it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.codes import BLOCKED
from clipmill.cli.reading import given_of, save
from clipmill.cli.session import working_session_of
from clipmill.cli.telling import tell_cost, tell_left_out, tell_table, tell_tally
from clipmill.cli.terminal import data, plural, say
from clipmill.domain.credits import as_number
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.checking import check as count_table
from clipmill.templates.reading.lines import SourceLines


def check(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    table: options.TableFile,
    template: options.TemplateFolder = None,
    budget: options.Budget = None,
    blocked: Annotated[
        Path | None,
        typer.Option(
            help="Where blocked rows are written; default blocked.csv, or blocked-2.csv … where that is yours.",
            show_default=False,
        ),
    ] = None,
    column_map: options.Mapping = None,
    ignore: options.Ignore = "",
    encoding: options.Encoding = "",
    delimiter: options.Delimiter = "",
    where: options.Where = "",
    first_of: options.FirstOf = "",
    save_map: Annotated[
        bool, typer.Option("--save-map", help="Keep how the table is read beside it, as TABLE.map.yaml.")
    ] = False,
    each: options.Each = None,
    media_folder: options.MediaFolder = None,
    allow_files: options.AllowFiles = None,
    as_json: options.AsJson = False,
) -> None:
    """Check every row of TABLE against the template's contract, and say what the batch would cost."""
    session = working_session_of(context)
    if template is None:
        raise SettingsError("check needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    said = replace(
        options.said_of((encoding, delimiter), ignore, where, first_of, (media_folder, allow_files)),
        each=options.each_of(each),
    )
    given = given_of(session, table, template, column_map, said)
    counted = count_table(session.app, given, blocked)
    opened, tally = counted.table, counted.tally
    if save_map:
        say(f"Wrote   {save(table, opened, given.reading)}")
    if as_json:
        notes = [*opened.described["notes"], *opened.left_out()]
        place = str(counted.blocked) if counted.blocked else None
        data({**tally.as_dict(), "budget": as_number(budget), "blocked_csv": place, "notes": notes})
    else:
        tell_table(opened)
        tell_left_out(opened)
        tell_tally(tally, SourceLines.of_template(template))
        if counted.blocked:
            say(f"Wrote   {counted.blocked} ({plural(tally.blocked, 'row')}, with _reason and _fix)")
        tell_cost(tally, budget)
        say("Nothing was submitted.")
    raise typer.Exit(BLOCKED if counted.blocked else 0)
