"""`clipmill pause` and `clipmill cancel`: stop admitting rows, for now or for good."""

from __future__ import annotations

import asyncio

import typer

from clipmill.cli import options
from clipmill.cli.numbers import summary_line
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import data, plural, say
from clipmill.domain.batch import Batch, BatchState
from clipmill.domain.row import RowState
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.ending import call_off


def pause(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Admit no more rows of a batch; rows under way finish, for they are paid for."""
    session = session_of(context)
    batch = session.batch(batch_id)
    if batch.state is not BatchState.CANCELLED and session.app.batches.progress(batch.id).is_over:
        raise SettingsError(f"{batch.id} is finished: there is nothing to pause")
    batch = session.app.verbs.pause(batch.id)
    progress = session.app.batches.progress(batch.id)
    if as_json:
        data(progress.as_dict())
    else:
        say(f"Paused {batch.name}  {batch.id}; {plural(progress.active, 'row')} under way will finish.")
        say(f"Next    clipmill resume {batch.id}")


def cancel(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Cancel for good every row of a batch that is not under way, done or failed; finished files stay.

    The batch is closed: failed rows stay failed, and no row is made again or taken back.
    What a process that was killed left under way is given back, or carried to its end where it may be paid for.
    """
    session = session_of(context)
    batch = session.batch(batch_id)
    progress = session.progress(batch.id)
    if progress.count(RowState.DONE) == progress.rows:
        raise SettingsError(f"{batch.id} is finished: there is nothing to cancel")
    moved = asyncio.run(_call_off(session, batch, attended=progress.attended))
    progress = session.app.batches.progress(batch.id)
    if as_json:
        data({**progress.as_dict(), "moved": moved})
    else:
        say(f"Cancelled {plural(moved, 'row')} of {batch.name}  {batch.id}; "
            f"{plural(progress.active, 'row')} under way will finish and be kept.")  # fmt: skip
        if not moved:
            say(f"There are no rows that are ready, blocked or wait for review: {summary_line(progress)}")
            say("It is closed for good all the same.")


async def _call_off(session: Session, batch: Batch, *, attended: bool) -> int:
    try:
        return await call_off(session.app, batch, attended=attended)
    finally:
        await session.app.close()
