"""`clipmill failures`: why rows failed, are blocked or wait, by cause, with who can fix it and how."""

from __future__ import annotations

import typer

from clipmill.cli import options
from clipmill.cli.session import feed_back_step, review_step, session_of
from clipmill.cli.terminal import data, say, show, table
from clipmill.deliver.summary import problems_of
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.failure import Remedy, helps
from clipmill.domain.line.cause import Cause, Causes
from clipmill.domain.row import RowState

_ROWS_SHOWN = 8


def failures(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """List the causes of failed, blocked and waiting rows, the commonest first."""
    session = session_of(context)
    batch = session.batch(batch_id)
    causes = Causes()
    states = (RowState.FAILED, RowState.BLOCKED, RowState.UNKNOWN, RowState.REVIEW)
    for record in session.app.readonly.records(batch.id, *states):
        for problem in problems_of(record):
            causes.add(record.state, record.number, problem)
    if as_json:
        data({"batch": batch.id, "causes": [cause.as_dict() for cause in causes]})
        return
    if not causes:
        say(f"No row of {batch.name}  {batch.id} failed, is blocked or waits.")
        return
    show(
        table(["rows", "state", "code", "cause", "which", "who", "fix"], map(_cells, causes), right=["rows"]),
        to_pipe=True,
    )
    for step in steps_of(batch, causes):
        say(f"Next    {step}")


def steps_of(batch: Batch, causes: Causes) -> list[str]:
    """The commands that can help with these causes, and none that cannot."""
    states = {cause.state for cause in causes}
    remedies = {helps(cause.example.code) for cause in causes if cause.state == RowState.FAILED}
    steps = []
    if Remedy.RETRY in remedies and batch.state is not BatchState.CANCELLED:
        steps.append(f"clipmill retry {batch.id} --failed")
    if Remedy.CORRECT in remedies or RowState.BLOCKED in states:
        steps += feed_back_step(batch)
    if Remedy.NEW_BATCH in remedies:
        steps.append(
            f"correct the template {batch.template_name}, then run the table again: a batch keeps its template"
        )
    reported = [cause for cause in causes if helps(cause.example.code) is Remedy.REPORT]
    steps += [f"clipmill events {batch.id} --row {cause.rows.first[0]}   (to report the bug)" for cause in reported]
    if RowState.REVIEW in states:
        steps.append(review_step(batch))
    return steps


def _cells(cause: Cause) -> list[object]:
    shown = ", ".join(str(number) for number in cause.rows.first[:_ROWS_SHOWN])
    which = f"row {shown}" + (" …" if cause.rows.count > _ROWS_SHOWN else "")
    return [
        cause.rows.count,
        cause.state,
        cause.example.code,
        cause.reason,
        which,
        cause.example.who,
        cause.example.fix,
    ]
