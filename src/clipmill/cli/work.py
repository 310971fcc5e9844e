"""The work loop of a command, with its view."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from clipmill.app import new_id
from clipmill.cli.numbers import summary_line
from clipmill.cli.progress import show_progress
from clipmill.cli.session import Session, shown
from clipmill.cli.terminal import plural, say
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
        progress = await app.worker().run(batch.id)
        again, gone = app.outputs.lost(batch)
        if again:
            if not quiet:
                say(f"Gone    {plural(len(again), 'finished file')} from {shown(Path(batch.out_folder))}: "
                    "delivered again", style="yellow")  # fmt: skip
            app.verbs.deliver_again(batch.id, again)
            progress = await app.worker().run(batch.id)
        if gone:
            say(lost_line(batch.id, gone), style="yellow")
        return progress
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view
        await app.close()


def lost_line(batch_id: str, numbers: Sequence[int]) -> str:
    """What is said of done rows whose files are nowhere any more."""
    listed = ",".join(map(str, numbers))
    return (f"Lost    {plural(len(numbers), 'finished file')} from the folder and from the state folder too: "
            f"`clipmill retry {batch_id} --rows {listed}` makes what is lost again")  # fmt: skip


def _is_sample_over(progress: Progress) -> bool:
    """The sample is made, and there is a rest to make."""
    waits = progress.count(RowState.READY) > 0 and progress.admissible == 0
    return waits and progress.batch.priority_limit == 0 and progress.batch.state is BatchState.RUNNING
