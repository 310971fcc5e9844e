"""`clipmill results`: one line per input row, in input order, blocked ones included."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.deliver.results import write_results, write_results_csv
from clipmill.errors import SettingsError
from clipmill.making import name_in_the_making


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
    records = session.app.glance.records(batch.id)
    if form not in ("jsonl", "csv"):
        raise SettingsError(f"--format {form}: there is no such form", hint="Use jsonl or csv.")
    path = out or session.app.files.scratch(name_in_the_making("results"))
    if form == "csv":
        write_results_csv(path, batch.options.get("columns", ()), records)
    else:
        write_results(path, records)
    if out is None:
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        path.unlink()
