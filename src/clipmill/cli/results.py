"""`clipmill results`: one line per input row, in input order, blocked ones included."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.deliver.results import write_results, write_results_csv
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
    records = session.app.rows.records(batch.id)
    if form == "csv":
        write_results_csv(out or Path("/dev/stdout"), batch.options.get("columns", ()), records)
    elif form != "jsonl":
        raise SettingsError(f"--format {form}: there is no such form", hint="Use jsonl or csv.")
    elif out:
        write_results(out, records)
    else:
        for record in records:
            sys.stdout.write(json.dumps(record.as_dict(), ensure_ascii=False) + "\n")
