"""`clipmill results`: one line per input row, in input order, blocked ones included."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import give
from clipmill.cli.wording import command
from clipmill.deliver.results import csv_lines, json_lines, write_results, write_results_csv
from clipmill.errors import SettingsError


def results(
    context: typer.Context,
    batch_id: options.BatchId = "",
    form: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file; default standard output.", show_default=False)
    ] = None,
) -> None:
    """Print what became of every row, while the batch runs or after."""
    session = session_of(context)
    batch = session.batch(batch_id)
    records = (record.worded(command) for record in session.app.readonly.records(batch.id))
    if form not in ("jsonl", "csv"):
        raise SettingsError(f"--format {form}: there is no such form", hint="Use jsonl or csv.")
    columns = batch.options.columns
    if out is None:
        for line in csv_lines(columns, records) if form == "csv" else json_lines(records):
            give(line)
    elif form == "csv":
        write_results_csv(out, columns, records)
    else:
        write_results(out, records)
