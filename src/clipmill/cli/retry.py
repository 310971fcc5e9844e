"""`clipmill retry`: make rows again, in the same batch."""

from __future__ import annotations

from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import plural, say
from clipmill.cli.work import work
from clipmill.errors import SettingsError


def retry(
    context: typer.Context,
    batch_id: options.BatchId = "",
    failed: Annotated[bool, typer.Option("--failed", help="Every failed row.")] = False,
    rows: options.RowNumbers = "",
    new_seed: Annotated[bool, typer.Option("--new-seed", help="Draw new seeds.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make failed rows again, or the rows named; earlier attempts stay in the audit trail."""
    if not failed and not rows:
        raise SettingsError("retry needs to know which rows", hint="Add --failed, or --rows 412,430-436.")
    session = session_of(context)
    batch = session.batch(batch_id)
    retried = session.app.verbs.retry(batch.id, session.rows(batch, rows), new_seeds=new_seed)
    if not as_json:
        say(f"Making {plural(retried.rows, 'row')} of {batch.name}  {batch.id} again")
        for state, count in retried.skipped.items():
            say(f"Left alone: {plural(count, 'row')} {state}")
    if retried.rows:
        batch = session.app.verbs.resume(batch.id)
    session.end(work(session, batch, quiet=as_json), as_json=as_json)
