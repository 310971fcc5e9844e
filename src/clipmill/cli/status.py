"""`clipmill status`: the numbers of a batch, now."""

from __future__ import annotations

import typer

from clipmill.cli import options
from clipmill.cli.numbers import credits_line, summary_line
from clipmill.cli.session import next_steps, session_of
from clipmill.cli.terminal import data, out, plural
from clipmill.domain.batch import BatchState


def status(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Show where every row of a batch is, and what it has cost."""
    session = session_of(context)
    progress = session.progress(session.batch(batch_id).id)
    if as_json:
        data(progress.as_dict())
        return
    batch = progress.batch
    paused = f" ({batch.reason})" if batch.state is BatchState.PAUSED else ""
    out.print(f"{batch.name}  {batch.id}  {progress.phase}{paused}  template {batch.template_name}", markup=False)
    out.print(f"  {summary_line(progress)}   = {plural(progress.rows, 'row')}", markup=False)
    out.print(f"  {credits_line(progress)}", markup=False)
    out.print(f"  files in {batch.out_folder}", markup=False)
    for line in next_steps(progress):
        out.print(f"Next  {line}", markup=False)
