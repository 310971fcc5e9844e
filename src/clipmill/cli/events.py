"""`clipmill events`: the audit trail, for people line by line, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, say
from clipmill.domain.event import Event

_TRACEBACK = "traceback"


def events(
    context: typer.Context,
    batch_id: options.BatchId = "",
    rows: options.RowNumbers = "",
    kind: Annotated[str, typer.Option(help="Only events of this kind, such as retry or failed.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Print what happened to a batch, or to rows of it, the oldest first, with tracebacks of internal failures."""
    session = session_of(context)
    batch = session.batch(batch_id)
    wanted = [options.row_or_part(rows)] if rows.startswith("p") else session.rows(batch, rows)
    found = False
    asked = partial(_events, session, batch.id, frozenset(wanted))
    for event in asked(kind):
        found = True
        if as_json:
            data({"at": event.at, "batch": event.batch_id, "row": event.number, "attempt": event.attempt,
                  "kind": event.kind, "data": event.told})  # fmt: skip
        else:
            for line in event_lines(event):
                answer(line)
    if not found and not as_json:
        there = ", ".join(sorted({event.kind for event in asked()}))
        say(f"No such event of {batch.name}  {batch.id}{f'; there are {there}' if there else ''}.")


def _events(session: Session, batch_id: str, wanted: frozenset[int], kind: str = "") -> Iterator[Event]:
    only = next(iter(wanted)) if len(wanted) == 1 else 0
    found = session.app.readonly.events(batch_id, only, kind)
    return (event for event in found if not wanted or event.number in wanted)


def event_lines(event: Event) -> Iterator[str]:
    """The event in one line: when, what of, what happened; where code broke, on lines of their own."""
    moment = datetime.fromtimestamp(event.at).strftime("%Y-%m-%d %H:%M:%S")
    attempt = f", attempt {event.attempt}" if event.attempt else ""
    of = f"{name_of(event.number)}{attempt}" if event.number else "batch"
    told = ", ".join(f"{name} {_words(value)}" for name, value in event.told.items()
                     if name != _TRACEBACK and value not in ("", None))  # fmt: skip
    yield f"{moment}  {of:<20}  {event.kind:<12}  {told}".rstrip()
    for line in str(event.data.get(_TRACEBACK, "")).splitlines():
        yield f"    {line}"


def _words(value: object) -> object:
    """`done 2 failed 1` of numbers by name."""
    return " ".join(f"{name} {part}" for name, part in value.items()) if isinstance(value, Mapping) else value


def name_of(number: int) -> str:
    """A row of the table, or a part of one, as people call it: `row 3`, `part p1`."""
    return f"part p{-number}" if number < 0 else f"row {number}"
