"""`clipmill batches`: every batch of this state folder, the newest first."""

from __future__ import annotations

from pathlib import Path

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of, shown
from clipmill.cli.terminal import data, show, table
from clipmill.domain.batch import Progress
from clipmill.domain.row import RowState
from clipmill.store.asking import written


def batches(context: typer.Context, as_json: options.AsJson = False) -> None:
    """List the batches, the newest first: name, state, rows, and the folder of the files."""
    session = session_of(context)
    found = [session.app.attended(progress) for progress in session.app.readonly.every()]
    if as_json:
        data({"batches": [{**each.as_dict(), "created_at": each.batch.created_at} for each in found]})
        return
    columns = ["id", "name", "state", "rows", "done", "begun", "files in"]
    show(table(columns, map(_cells, found), right=["rows", "done"]), to_pipe=True)


def _cells(progress: Progress) -> list[object]:
    batch = progress.batch
    done = f"{progress.count(RowState.DONE):,}"
    return [batch.id, batch.name, progress.phase, f"{progress.rows:,}", done, written(batch.created_at),
            shown(Path(batch.out_folder))]  # fmt: skip
