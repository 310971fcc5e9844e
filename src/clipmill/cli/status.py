"""`clipmill status`: the numbers of a batch, now."""

from __future__ import annotations

from pathlib import Path

import typer

from clipmill.cli import options
from clipmill.cli.numbers import credits_line, parts_line, summary_line
from clipmill.cli.session import halts, next_steps, session_of
from clipmill.cli.terminal import answer, data, plural
from clipmill.deliver.folder import missing
from clipmill.domain.batch import BatchState
from clipmill.domain.row import RowState

#: Of more files only the folder is looked for: numbers are to be there at once.
_LOOKED_AT = 2_000


def status(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Show where every row of a batch is, and what it has cost."""
    session = session_of(context)
    progress, pace = session.look(session.batch(batch_id).id)
    batch, lost = progress.batch, 0
    if progress.count(RowState.DONE) <= _LOOKED_AT or not Path(batch.out_folder).is_dir():
        lost = len(missing(Path(batch.out_folder), session.app.readonly.records(batch.id, RowState.DONE)))
    if as_json:
        data({**progress.as_dict(), "lost": lost, "pace": pace.as_dict()})
        return
    paused = f" ({batch.reason})" if batch.state in (BatchState.PAUSED, BatchState.FAILED) else ""
    answer(f"{batch.name}  {batch.id}  {progress.phase}{paused}  template {batch.template_name}")
    answer(f"  {summary_line(progress)}   = {plural(progress.rows, 'row')}")
    if parts := parts_line(progress):
        answer(f"  {parts}")
    if pace.told and progress.phase == "running":
        answer(f"  {pace.rows_per_minute:,.1f} rows a minute: {pace.told} left")
    for halt in halts(progress, session.app.time.now()):
        answer(f"  {halt}")
    answer(f"  {credits_line(progress)}")
    answer(f"  files in {batch.out_folder}")
    if lost:
        answer(f"  {plural(lost, 'finished file')} not there any more")
        closed = batch.state is BatchState.CANCELLED
        again = f"deliver {batch.id} --to {options.quoted(batch.out_folder)}" if closed else f"resume {batch.id}"
        answer(f"Next  clipmill {again}   delivers what is not there again")
    for line in next_steps(progress):
        answer(f"Next  {line}")
