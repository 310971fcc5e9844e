"""`clipmill status`: the numbers of a batch, now."""

from __future__ import annotations

from pathlib import Path

import typer

from clipmill.cli import options
from clipmill.cli.numbers import credits_line, summary_line
from clipmill.cli.session import next_steps, session_of
from clipmill.cli.terminal import data, out, plural
from clipmill.deliver.folder import missing
from clipmill.domain.batch import BatchState
from clipmill.domain.row import RowState

#: Of more files only the folder is looked for: numbers are to be there at once.
_LOOKED_AT = 2_000


def status(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Show where every row of a batch is, and what it has cost."""
    session = session_of(context)
    progress = session.progress(session.batch(batch_id).id)
    batch, lost = progress.batch, 0
    if progress.count(RowState.DONE) <= _LOOKED_AT or not Path(batch.out_folder).is_dir():
        lost = len(missing(Path(batch.out_folder), session.app.glance.records(batch.id, RowState.DONE)))
    if as_json:
        data({**progress.as_dict(), "lost": lost})
        return
    paused = f" ({batch.reason})" if batch.state is BatchState.PAUSED else ""
    out.print(f"{batch.name}  {batch.id}  {progress.phase}{paused}  template {batch.template_name}", markup=False)
    out.print(f"  {summary_line(progress)}   = {plural(progress.rows, 'row')}", markup=False)
    out.print(f"  {credits_line(progress)}", markup=False)
    out.print(f"  files in {batch.out_folder}", markup=False)
    if lost:
        out.print(f"  {plural(lost, 'finished file')} not there any more", markup=False)
        out.print(f"Next  clipmill resume {batch.id}   delivers what is not there again", markup=False)
    for line in next_steps(progress):
        out.print(f"Next  {line}", markup=False)
