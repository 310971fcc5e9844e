"""`clipmill row`: all that is known of one row, for people in a page, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.events import event_lines, name_of
from clipmill.cli.options import row_or_part
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import answer, data, plural, show, table
from clipmill.deliver.summary import problems_of
from clipmill.domain.batch import Batch
from clipmill.domain.credits import as_text
from clipmill.domain.record import AttemptRecord, NeedRecord, RowStory
from clipmill.domain.row import RowState
from clipmill.errors import NotFoundError
from clipmill.shown import json_line, shortened

_VALUE, _PAYLOAD = 100, 300


def row(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="N", help="The row's number; p1 is the first part of rows.")],
    batch_id: options.BatchId = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, with every value whole.")] = False,
) -> None:
    """Show all that is known of a row: cells, payload and its versions, parts, attempts, checks, events, files."""
    session = session_of(context)
    batch, meant = session.batch(batch_id), row_or_part(number)
    story = session.app.readonly.story(batch.id, meant)
    files = _files(session, batch, story)
    events = list(session.app.readonly.events(batch.id, meant))
    if as_json:
        trail = [{"at": event.at, "attempt": event.attempt, "kind": event.kind, "data": event.told}
                 for event in events]  # fmt: skip
        data({"batch": batch.id, **story.as_dict(), "events": trail, "files": files})
        return
    record = story.record
    made = "" if record.progress is None else f", {record.progress:.0%} made"
    ahead = "" if story.before_it is None else f", {plural(story.before_it, 'row')} before it"
    names = ", ".join(sorted({need.name for need in story.needed_by}))
    called = f"{name_of(meant)} ({names})" if names else name_of(meant)
    answer(f"{called} of {batch.name}  {batch.id}: {record.state}{made}{ahead}")
    problems = problems_of(record)
    for problem in problems:
        answer(f"  {problem.told}  {problem.fix}")
    for warning in record.every_warning:
        if all(warning != problem.reason for problem in problems):
            answer(f"  {warning}")
    _told("Cells", (f"{name}  {shortened(value, _VALUE)}" for name, value in record.fields.items()))
    if story.now.payload is not None or story.now.plan is not None or story.before:
        _told("Payload", _payload(story))
    _listed("Parts", story.parts)
    _listed("Needed by", story.needed_by)
    if story.attempts:
        answer("Attempts")
        columns = ("attempt", "outcome", "lane", "seed", "version", "began", "seconds", "credits", "job", "key")
        show(table(columns, map(_attempt, story.attempts), right=("attempt", "seed", "version", "seconds", "credits")),
             to_pipe=True)  # fmt: skip
    findings = record.verdict.findings if record.verdict else ()
    _told("Checks", (f"{found.ruling:<7} {found.check:<14} {found.message}".rstrip() for found in findings))
    _told("Events", (shortened(line, _PAYLOAD) for event in events for line in event_lines(event)))
    _told("Files", (f"{name:<14} {path}" for name, path in files.items()))


def _told(title: str, lines: Iterable[str]) -> None:
    for place, line in enumerate(lines):
        if not place:
            answer(title)
        answer(f"  {line}")


def _payload(story: RowStory) -> Iterator[str]:
    for version in (*story.before, story.now):
        until = f", until {_moment(version.replaced_at)} by {version.replaced_by}" if version.replaced_at else ""
        yield f"version {version.version}{until}"
        for name, value in (("plan", version.plan), ("payload", version.payload)):
            if value is not None:
                yield f"  {name}  {shortened(json_line(value), _PAYLOAD)}"
        if version.replaced_at:
            yield f"  cells  {shortened(json_line(version.fields), _PAYLOAD)}"
    if story.record.making.payload_sha256:
        yield f"made of sha256 {story.record.making.payload_sha256}"


def _listed(title: str, needs: tuple[NeedRecord, ...]) -> None:
    if needs:
        answer(title)
        lines = [(need.name, name_of(need.number), need.state, need.lane, as_text(need.credits), need.media[:12],
                  need.digest[:12]) for need in needs]  # fmt: skip
        show(table(("name", "number", "state", "lane", "credits", "file", "digest"), lines, right=["credits"]),
             to_pipe=True)  # fmt: skip


def _attempt(attempt: AttemptRecord) -> tuple[object, ...]:
    cost = "" if attempt.settled is None else as_text(attempt.settled)
    held = f"{cost} of {as_text(attempt.reserved)}" if cost else f"{as_text(attempt.reserved)} held"
    shared = f"{attempt.key} in {attempt.call}" if attempt.call else attempt.key
    took = "" if attempt.seconds is None else f"{attempt.seconds:,.1f}"
    return (attempt.number, attempt.outcome or "under way", attempt.lane, attempt.seed, attempt.version,
            _moment(attempt.admitted_at), took, held, attempt.job, shared)  # fmt: skip


def _files(session: Session, batch: Batch, story: RowStory) -> Mapping[str, Any]:
    """What lies on the disk of a row, by what it is."""
    record, found = story.record, dict[str, str]()
    delivered = Path(batch.out_folder) / record.file_name
    if record.state is RowState.DONE and record.file_name and delivered.is_file():
        found["delivered"] = str(delivered)
    if record.media:
        found["stored"] = _stored(session, record.media)
    for name, digest in (record.verdict.pictures if record.verdict else {}).items():
        found[f"shot {name}"] = _stored(session, digest)
    return {name: path for name, path in found.items() if path}


def _stored(session: Session, digest: str) -> str:
    try:
        return str(session.app.files.path(digest))
    except NotFoundError:
        return ""


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")
