"""`clipmill events`: the audit trail, for people line by line, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import answer, data, say
from clipmill.domain.event import Event

_TRACEBACK = "traceback"


def events(
    context: typer.Context,
    batch_id: options.BatchId = "",
    row: Annotated[int | None, typer.Option(min=1, help="Only what happened to this row.", show_default=False)] = None,
    kind: Annotated[str, typer.Option(help="Only events of this kind, such as retry or failed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Print what happened to a batch, or to one row of it, the oldest first, with tracebacks of internal failures."""
    session = session_of(context)
    batch = session.batch(batch_id)
    found = False
    for event in session.app.readonly.events(batch.id, row or 0, kind):
        found = True
        if as_json:
            data({"at": event.at, "batch": event.batch_id, "row": event.number, "attempt": event.attempt,
                  "kind": event.kind, "data": event.data})  # fmt: skip
        else:
            for line in _lines(event):
                answer(line)
    if not found and not as_json:
        say(f"No such event of {batch.name}  {batch.id}.")


def _lines(event: Event) -> Iterator[str]:
    """The event in one line: when, what of, what happened; where code broke, on lines of their own."""
    moment = datetime.fromtimestamp(event.at).strftime("%Y-%m-%d %H:%M:%S")
    attempt = f", attempt {event.attempt}" if event.attempt else ""
    of = f"row {event.number}{attempt}" if event.number else "batch"
    told = ", ".join(f"{name} {value}" for name, value in event.data.items() if name != _TRACEBACK)
    yield f"{moment}  {of:<20}  {event.kind:<12}  {told}".rstrip()
    for line in str(event.data.get(_TRACEBACK, "")).splitlines():
        yield f"    {line}"
