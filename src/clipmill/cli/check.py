"""`clipmill check`: what a run would do with a table, without doing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.codes import BLOCKED
from clipmill.cli.reading import reading_of, save
from clipmill.cli.run import base_folder, table_path
from clipmill.cli.session import working_session_of
from clipmill.cli.telling import tell_cost, tell_left_out, tell_table, tell_tally
from clipmill.cli.terminal import data, plural, say
from clipmill.cli.wording import command
from clipmill.deliver.blocked import write_blocked
from clipmill.deliver.names import Names
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.errors import SettingsError, TemplateError
from clipmill.pipeline.importing import Importer
from clipmill.pipeline.opening import probe_template
from clipmill.pipeline.outputs import Marks, columns_of
from clipmill.pipeline.table import OpenTable
from clipmill.templates.reading.lines import Lines


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
    media_folder: options.MediaFolder = None,
    allow_files: options.AllowFiles = None,
    as_json: options.AsJson = False,
) -> None:
    """Check every row of TABLE against the template's contract, and say what the batch would cost."""
    session = working_session_of(context)
    if template is None:
        raise SettingsError("check needs a template", hint="Add -t FOLDER, the folder with template.yaml.")
    app = session.app
    frozen = app.template(template)
    said = options.said_of((encoding, delimiter), ignore, where, first_of, (media_folder, allow_files))
    reading = reading_of(table, column_map, said)
    opened = app.tables.open(table_path(session, table), frozen, reading, base_folder(table))
    lines = Lines.of_template(template)
    try:
        probe_template(app.tables.open(opened.path, frozen, reading, base_folder(table)), app.engine(frozen.engine))
    except TemplateError as error:
        raise lines.error(error) from error
    importer = Importer(opened.checker, app.engine(frozen.engine), Names().take)
    marks = Marks(app.home / "blocked")
    blocked = _place_for(blocked, marks, Path(table))
    count = _write(blocked, columns_of(opened.described["columns"]), _blocked(importer, opened))
    if count:
        marks.mark(blocked)
    if save_map:
        say(f"Wrote   {save(table, opened, reading)}")
    if as_json:
        notes = [*opened.described["notes"], *opened.left_out()]
        data({**importer.tally.as_dict(), "budget": budget, "blocked_csv": str(blocked) if count else None,
              "notes": notes})  # fmt: skip
    else:
        tell_table(opened)
        tell_left_out(opened)
        tell_tally(importer.tally, lines)
        if count:
            say(f"Wrote   {blocked} ({plural(count, 'row')}, with _reason and _fix)")
        tell_cost(importer.tally, budget)
        say("Nothing was submitted.")
    raise typer.Exit(BLOCKED if count else 0)


def _place_for(blocked: Path | None, marks: Marks, table: Path) -> Path:
    """Where blocked rows are written. Raises SettingsError for the table itself."""
    place = blocked or marks.ours_or_free(Path("blocked.csv"), never=table)
    if place.absolute() == table.absolute():
        raise SettingsError(f"--blocked {place} is the table itself", hint="Name another file.")
    return place


def _write(path: Path, columns: Sequence[str], records: Iterator[RowRecord]) -> int:
    """Write the blocked rows, if there are any: a file that is there stays as it is when there are none."""
    first = next(records, None)
    return 0 if first is None else write_blocked(path, columns, chain([first], records), secrets_kept=False)


def _blocked(importer: Importer, opened: OpenTable) -> Iterator[RowRecord]:
    for order in importer.orders(opened.source.rows()):
        row = order.checked.row
        if order.checked.payload is None:
            record = RowRecord(row_id=0, number=row.number, line=row.line, state=RowState.BLOCKED, fields=row.fields,
                               problems=order.checked.problems)  # fmt: skip
            yield record.worded(command)
