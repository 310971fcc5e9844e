"""`clipmill status`: the numbers of a batch, now."""

from __future__ import annotations

import typer

from clipmill.cli import options
from clipmill.cli.numbers import credits_line, summary_line
from clipmill.cli.session import next_steps, session_of
from clipmill.cli.terminal import answer, data, plural
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
    answer(f"{batch.name}  {batch.id}  {progress.phase}{paused}  template {batch.template_name}")
    answer(f"  {summary_line(progress)}   = {plural(progress.rows, 'row')}")
    answer(f"  {credits_line(progress)}")
    answer(f"  files in {batch.out_folder}")
    for line in next_steps(progress):
        answer(f"Next  {line}")
