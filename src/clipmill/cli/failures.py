"""`clipmill failures`: why rows failed, are blocked or wait, by cause, with who can fix it and how."""

from __future__ import annotations

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, say, show, table
from clipmill.deliver.summary import problems_of
from clipmill.domain.cause import Cause, Causes
from clipmill.domain.row import RowState

_ROWS_SHOWN = 8


def failures(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """List the causes of failed, blocked and waiting rows, the commonest first."""
    session = session_of(context)
    batch = session.batch(batch_id)
    causes = Causes()
    states = (RowState.FAILED, RowState.BLOCKED, RowState.UNKNOWN, RowState.REVIEW)
    for record in session.app.glance.records(batch.id, *states):
        for problem in problems_of(record):
            causes.add(record.state, record.number, problem)
    if as_json:
        data({"batch": batch.id, "causes": [cause.as_dict() for cause in causes]})
        return
    if not causes:
        say(f"No row of {batch.name}  {batch.id} failed, is blocked or waits.")
        return
    show(table(["rows", "state", "cause", "which", "who", "fix"], map(_cells, causes), right=["rows"]), to_pipe=True)
    if any(cause.state == RowState.FAILED for cause in causes):
        say(f"Next    clipmill retry {batch.id} --failed")


def _cells(cause: Cause) -> list[object]:
    shown = ", ".join(str(number) for number in cause.rows.first[:_ROWS_SHOWN])
    which = f"row {shown}" + (" …" if cause.rows.count > _ROWS_SHOWN else "")
    return [cause.rows.count, cause.state, cause.reason, which, cause.example.who, cause.example.fix]
