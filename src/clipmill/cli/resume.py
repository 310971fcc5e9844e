"""`clipmill resume` and `clipmill continue`: go on with a batch where it stands."""

from __future__ import annotations

from pathlib import Path

import typer

from clipmill.cli import options
from clipmill.cli.session import Session, session_of
from clipmill.cli.terminal import say
from clipmill.cli.work import work
from clipmill.domain.batch import Batch, BatchState, PauseReason, Reading
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
    _resume(session_of(context), batch_id, {"budget": budget, "window": window}, as_json=as_json)


def go_on(
    context: typer.Context,
    batch_id: options.BatchId = "",
    budget: options.Budget = None,
    window: options.Window = None,
    as_json: options.AsJson = False,
) -> None:
    """Make the rest of a batch after its sample was looked at."""
    policy = {"budget": budget, "window": window}
    _resume(session_of(context), batch_id, policy, everything=True, as_json=as_json)


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
    session.end(work(session, batch, quiet=as_json), as_json=as_json)


def _finish_import(session: Session, batch: Batch) -> None:
    """The process ended while it read the table: read on under the frozen template."""
    app = session.app
    if not app.presence.dead([batch.id]):
        raise SettingsError(
            f"another process is still reading the table of {batch.id}", hint="Wait for it, or stop it."
        )
    if fingerprint(Path(batch.source)) != batch.options["fingerprint"]:
        raise SettingsError(
            f"{batch.source} has changed since {batch.id} began to read it",
            hint="Bring the old table back, or cancel the batch and run the new table.",
        )
    reading = Reading(**batch.options["reading"])
    opened = app.tables.open(Path(batch.source), app.batches.template(batch.id), reading, Path(batch.options["folder"]))
    with app.presence.announce(batch.id):
        app.opening.fill(batch, opened, app.engine(batch.engine))
