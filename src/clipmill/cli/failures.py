"""`clipmill failures`: why rows failed or are blocked, by cause, with who can fix it and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, say, show, table
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem

_ROWS_SHOWN = 8


@dataclass(slots=True)
class _Cause:
    problem: Problem
    state: str
    rows: list[int] = field(default_factory=list)


def failures(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """List the causes of failed, blocked and waiting rows, the commonest first."""
    session = session_of(context)
    batch = session.batch(batch_id)
    states = (RowState.FAILED, RowState.BLOCKED, RowState.UNKNOWN, RowState.REVIEW)
    causes = _by_cause(session.app.rows.records(batch.id, *states))
    if as_json:
        data({"batch": batch.id, "causes": [
            {**cause.problem.as_dict(), "state": cause.state, "rows": cause.rows} for cause in causes]})  # fmt: skip
        return
    if not causes:
        say(f"No row of {batch.name}  {batch.id} failed or is blocked.")
        return
    show(
        table(
            ["rows", "state", "cause", "which", "who", "fix"],
            [[len(c.rows), c.state, c.problem.reason, _numbers(c.rows), c.problem.who, c.problem.fix] for c in causes],
            right=["rows"],
        ),
        to_pipe=True,
    )
    if any(cause.state == RowState.FAILED for cause in causes):
        say(f"Next    clipmill retry {batch.id} --failed")


def _by_cause(records: Iterable[RowRecord]) -> list[_Cause]:
    causes: dict[tuple[str, str, str], _Cause] = {}
    for record in records:
        for problem in record.problems or (_waiting(record),):
            key = (str(record.state), problem.code, problem.column if problem.column else problem.reason)
            causes.setdefault(key, _Cause(problem, str(record.state))).rows.append(record.number)
    return sorted(causes.values(), key=lambda cause: -len(cause.rows))


def _waiting(record: RowRecord) -> Problem:
    """What a row without a problem of its own waits for."""
    if record.verdict and record.state is RowState.REVIEW:
        return Problem("review", record.verdict.reason, "clipmill approve, or clipmill reject --again")
    return Problem(str(record.state), "the engine's answer was lost", "Look the job up at the engine, then retry.")


def _numbers(rows: list[int]) -> str:
    shown = ", ".join(str(number) for number in rows[:_ROWS_SHOWN])
    return f"row {shown}" + (" …" if len(rows) > _ROWS_SHOWN else "")
