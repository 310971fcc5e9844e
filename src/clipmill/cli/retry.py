"""`clipmill retry`: make rows again, in the same batch."""

from __future__ import annotations

from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.moving import Named, Verb
from clipmill.cli.session import working_session_of
from clipmill.cli.work import work
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases import going_on

_NAMED = Verb("Making again:", "rows that failed, are done, wait for review or are unknown; blocked ones are corrected "
              "and fed back with `clipmill run TABLE --into BATCH`")  # fmt: skip
_FAILED = Verb("Making again:", "rows that failed")


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
    session = working_session_of(context)
    batch = session.batch(batch_id)
    numbers = session.rows(batch, rows)
    named = Named(session, batch, numbers)
    moved = going_on.retry(session.app, batch, numbers, new_seeds=new_seed)
    told = named.as_dict(moved)
    if not as_json:
        named.tell(_NAMED if numbers else _FAILED, moved)
    session.end(work(session, batch, quiet=as_json), as_json=as_json, told=told)
