"""`clipmill approve` and `clipmill reject`: decide about rows whose files are outside the template's limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.domain.row import RowState


def approve(
    context: typer.Context,
    batch_id: options.BatchId = "",
    rows: options.RowNumbers = "",
    as_json: options.AsJson = False,
) -> None:
    """Deliver files that wait for review: all of them, or the rows named."""
    session = session_of(context)
    batch = session.batch(batch_id)
    moved = session.app.verbs.approve(batch.id, session.rows(batch, rows))
    if not as_json:
        say(f"Approved {plural(moved, 'row')} of {batch.name}  {batch.id}")
    session.end(work(session, batch, quiet=True), as_json=as_json)


def reject(
    context: typer.Context,
    batch_id: options.BatchId = "",
    rows: options.RowNumbers = "",
    reason: Annotated[str, typer.Option(help="Kept in the audit trail.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Make them again with a new seed.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Drop files that wait for review, or make them again; with --rows, finished ones too."""
    session = session_of(context)
    batch = session.batch(batch_id)
    numbers = frozenset(session.rows(batch, rows))
    delivered = [r for r in session.app.glance.records(batch.id, RowState.DONE) if r.number in numbers]
    moved = session.app.verbs.reject(batch.id, sorted(numbers), reason=reason, again=again)
    session.app.outputs.withdraw(Path(batch.out_folder), delivered)
    if not as_json:
        say(f"Rejected {plural(moved, 'row')} of {batch.name}  {batch.id}" + (", made again" if again else ""))
    if again and moved:
        batch = session.app.verbs.resume(batch.id)
    session.end(work(session, batch, quiet=as_json), as_json=as_json)
