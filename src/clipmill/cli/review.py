"""`clipmill approve` and `clipmill reject`: decide about rows whose files are outside the template's limits."""

from __future__ import annotations

from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.moving import RowsNamed, Verb
from clipmill.cli.session import working_session_of
from clipmill.cli.work import work
from clipmill.pipeline.use_cases import going_on

_APPROVED = Verb("Approved", "rows that wait for review")
_REJECTED = Verb("Rejected", "rows that wait for review, or by --rows are done")


def approve(
    context: typer.Context,
    batch_id: options.BatchId = "",
    rows: options.RowNumbers = "",
    as_json: options.AsJson = False,
) -> None:
    """Deliver files that wait for review: all of them, or the rows named."""
    session = working_session_of(context)
    batch = session.batch(batch_id)
    numbers = session.rows(batch, rows)
    named = RowsNamed(session, batch, numbers)
    moved = session.app.verbs.approve(batch.id, numbers)
    told = named.as_dict(moved)
    if not as_json:
        named.tell(_APPROVED, moved)
    session.end(work(session, batch, quiet=True), as_json=as_json, told=told)


def reject(
    context: typer.Context,
    batch_id: options.BatchId = "",
    rows: options.RowNumbers = "",
    reason: Annotated[str, typer.Option(help="Kept in the audit trail.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Make them again with a new seed.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Drop files that wait for review, or make them again; with --rows, finished ones too."""
    session = working_session_of(context)
    batch = session.batch(batch_id)
    numbers = session.rows(batch, rows)
    named = RowsNamed(session, batch, numbers)
    moved = going_on.reject(session.app, batch, numbers, reason=reason, again=again)
    told = named.as_dict(moved)
    if not as_json:
        named.tell(_REJECTED, moved, ", made again" if again else "")
    session.end(work(session, batch, quiet=as_json), as_json=as_json, told=told)
