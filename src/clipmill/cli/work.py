"""The work loop of a command, with its view."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

from clipmill.cli.numbers import summary_line
from clipmill.cli.progress import show_progress
from clipmill.cli.session import Session, shown
from clipmill.cli.terminal import plural, say
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.pipeline.use_cases.ending import Ended, work_on


def work(session: Session, batch: Batch, *, quiet: bool = False) -> Progress:
    """Work on a batch until it is at rest, showing how it goes; then tell what became of its files."""
    try:
        ended = asyncio.run(_work(session, batch, quiet=quiet))
    except KeyboardInterrupt:
        if not quiet:
            say(f"{batch.name}  {summary_line(session.app.batches.progress(batch.id))}")
        raise
    if ended.again and not quiet:
        say(f"Gone    {plural(len(ended.again), 'finished file')} from {shown(Path(batch.out_folder))}: "
            "delivered again", style="yellow")  # fmt: skip
    if ended.lost:
        listed = ",".join(map(str, ended.lost))
        again = "" if ended.progress.batch.state is BatchState.CANCELLED else (
            f": `clipmill retry {batch.id} --rows {listed}` makes what is lost again")  # fmt: skip
        say(f"Lost    {plural(len(ended.lost), 'finished file')} from the folder and from the state folder too{again}",
            style="yellow")  # fmt: skip
    if ended.archive and ended.receipt:
        packed = plural(ended.receipt.files, "file")
        say(f"{shown(ended.archive)}   {packed}   sha256 {ended.receipt.sha256}")
    return ended.progress


async def _work(session: Session, batch: Batch, *, quiet: bool) -> Ended:
    app = session.app
    look = partial(session.look, batch.id)
    view = asyncio.create_task(show_progress(look, app.clock, quiet=quiet))
    try:
        return await work_on(app, batch)
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view
        await app.close()
