"""`clipmill resume` and `clipmill continue`: go on with a batch where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import typer

from clipmill.cli import options
from clipmill.cli.numbers import summary_line
from clipmill.cli.session import Session, working_session_of
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.domain.batch import Batch, BatchState, PauseReason, Progress, Waits
from clipmill.domain.row import RowState
from clipmill.errors import SettingsError
from clipmill.pipeline.table import fingerprint


def resume(
    context: typer.Context,
    batch_id: options.BatchId = "",
    budget: options.Budget = None,
    window: options.Window = None,
    as_json: options.AsJson = False,
) -> None:
    """Go on with an interrupted, paused or stopped batch; `--budget` and `--window` change its policy."""
    _resume(working_session_of(context), batch_id, {"budget": budget, "window": window}, as_json=as_json)


def go_on(
    context: typer.Context,
    batch_id: options.BatchId = "",
    budget: options.Budget = None,
    window: options.Window = None,
    as_json: options.AsJson = False,
) -> None:
    """Make the rest of a batch after its sample was looked at."""
    policy = {"budget": budget, "window": window}
    _resume(working_session_of(context), batch_id, policy, everything=True, as_json=as_json)


def _resume(
    session: Session, batch_id: str, policy: dict[str, int | None], *, everything: bool = False, as_json: bool
) -> None:
    batch = session.batch(batch_id)
    if batch.state is BatchState.IMPORTING:
        _finish_import(session, batch)
    looked_at = batch.reason == PauseReason.SAMPLE
    batch = session.app.verbs.resume(batch.id, everything=everything or looked_at, **policy)
    if not as_json:
        say(f"Going on with {batch.name}  {batch.id}")
        for sentence in waits(
            session.app.glance.progress(batch.id), session.app.glance.waits(batch.id), _FromHere(session)
        ):
            say(f"        {sentence}")
    session.end(work(session, batch, quiet=as_json), as_json=as_json)


class Seen(Protocol):
    """What can be seen from here of those who hold rows."""

    def is_gone(self, worker: str) -> bool:
        """Whether a worker is surely not there any more."""

    def until(self, moment: float) -> str:
        """How far off a moment is."""


class _FromHere:
    """What this machine sees: the locks of its workers, and its clock."""

    def __init__(self, session: Session) -> None:
        self._app = session.app

    def is_gone(self, worker: str) -> bool:
        """Whether a worker of this machine is not there any more."""
        return bool(self._app.presence.dead([worker]))

    def until(self, moment: float) -> str:
        """`in 12 s`, or `now`."""
        left = moment - self._app.clock.now()
        return f"in {left:.0f} s" if left >= 1 else "now"


def waits(progress: Progress, found: Waits, seen: Seen) -> Iterator[str]:
    """A sentence for everything that keeps rows of the batch from going on at once."""
    for holder in found.holders:
        rows = plural(holder.rows, "row")
        if seen.is_gone(holder.worker):
            yield f"{rows} of a worker that ended {'goes' if holder.rows == 1 else 'go'} on from where it was"
        else:
            yield (f"{rows} under way in another process; should it have ended on another machine, its rows are "
                   f"free {seen.until(holder.until)}")  # fmt: skip
    if found.later:
        yield f"{plural(found.later, 'row')} tried again later, the first {seen.until(found.first_at)}"
    if waiting := progress.count(RowState.REVIEW):
        yield f"{plural(waiting, 'row')} for you: `clipmill approve` or `clipmill reject`; the report shows them"
    if unknown := progress.count(RowState.UNKNOWN):
        yield f"{plural(unknown, 'row')} whose outcome nobody knows: `clipmill failures` says which"
    if not progress.active and not progress.count(RowState.READY):
        yield f"nothing is left to make: {summary_line(progress)}"


def _finish_import(session: Session, batch: Batch) -> None:
    """The process ended while it read the table: read on under the frozen template."""
    app = session.app
    if not app.presence.dead([batch.id]):
        raise SettingsError(
            f"another process is still reading the table of {batch.id}", hint="Wait for it, or stop it."
        )
    now = fingerprint(Path(batch.source))
    if not now:
        rows = app.opening.take_as_read(batch)
        say(f"Gone    {batch.source}, before it was read to its end: the {plural(rows, 'row')} read by then go on",
            style="yellow")  # fmt: skip
        say("        once it is back, run it again: those rows are found made")
        return
    if now != batch.options.fingerprint:
        raise SettingsError(
            f"{batch.source} has changed since {batch.id} began to read it",
            hint="Bring the old table back, or cancel the batch and run the new table.",
        )
    options = batch.options
    opened = app.tables.open(Path(batch.source), app.batches.template(batch.id), options.reading, Path(options.folder))
    with app.presence.announce(batch.id):
        app.opening.fill(batch, opened, app.engine(batch.engine))
