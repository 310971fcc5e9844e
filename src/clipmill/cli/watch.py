"""`clipmill watch`: follow a batch that another process works on."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

import typer

from clipmill.cli import options
from clipmill.cli.codes import INTERRUPTED
from clipmill.cli.progress import show_progress
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import data, say
from clipmill.domain.batch import Progress

_LOOK_SECONDS = 1.0


def watch(context: typer.Context, batch_id: options.BatchId = "", as_json: options.AsJson = False) -> None:
    """Follow a batch until it is at rest; leaving the view changes nothing. `--json` prints one object a second."""
    session = session_of(context)
    batch = session.batch(batch_id)
    if session.progress(batch.id).is_interrupted and not as_json:
        say(f"Nobody works on {batch.name}  {batch.id} now: `clipmill resume {batch.id}` goes on with it.")
    try:
        progress = asyncio.run(_watch(session, batch.id, as_json=as_json))
    except KeyboardInterrupt:
        say("Left the view; the batch goes on.")
        raise typer.Exit(INTERRUPTED) from None
    session.end(progress, as_json=as_json)


async def _watch(session: Session, batch_id: str, *, as_json: bool) -> Progress:
    look = partial(session.look, batch_id)
    view = asyncio.create_task(show_progress(look, session.app.clock, quiet=as_json))
    try:
        while not (seen := await asyncio.to_thread(look))[0].is_at_rest:
            progress, pace = seen
            if as_json:
                data({**progress.as_dict(), "pace": pace.as_dict()})
            await session.app.clock.sleep(_LOOK_SECONDS)
        return seen[0]
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view
