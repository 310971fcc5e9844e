"""The work loop of a command, with its view."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from clipmill.app import new_id
from clipmill.cli.numbers import summary_line
from clipmill.cli.progress import show_progress
from clipmill.cli.session import Session
from clipmill.cli.terminal import say
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.row import RowState


def work(session: Session, batch: Batch, *, quiet: bool = False) -> Progress:
    """Work on a batch until it is at rest, showing how it goes; then write what it leaves."""
    app = session.app
    app.engine(batch.engine)
    try:
        with app.presence.announce(f"{batch.id}.{new_id('wrk')}"):
            progress = asyncio.run(_work(session, batch, quiet=quiet))
    except KeyboardInterrupt:
        if not quiet:
            say(f"{batch.name}  {summary_line(app.batches.progress(batch.id))}")
        raise
    if _is_sample_over(progress):
        app.opening.end_sample(progress.batch)
        progress = app.batches.progress(batch.id)
    with app.presence.turn(f"{batch.id}.outputs"):
        app.outputs.write(app.batches.progress(batch.id))
    return progress


async def _work(session: Session, batch: Batch, *, quiet: bool) -> Progress:
    app = session.app
    look = partial(app.batches.progress, batch.id)
    view = asyncio.create_task(show_progress(look, app.clock, quiet=quiet))
    try:
        return await app.worker().run(batch.id)
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view
        await app.close()


def _is_sample_over(progress: Progress) -> bool:
    """The sample is made, and there is a rest to make."""
    waits = progress.count(RowState.READY) > 0 and progress.admissible == 0
    return waits and progress.batch.priority_limit == 0 and progress.batch.state is BatchState.RUNNING
