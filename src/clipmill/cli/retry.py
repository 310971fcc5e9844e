"""`clipmill retry`: make rows again, in the same batch."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.moving import RowsNamed, Verb
from clipmill.cli.session import working_session_of
from clipmill.cli.terminal import answer, data, plural
from clipmill.cli.work import work
from clipmill.domain.credits import as_number, with_unit
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases import going_on

_NAMED = Verb("Making again:", "rows that failed, are done, wait for review or are unknown; blocked ones are corrected "
              "and fed back with `clipmill run TABLE --into BATCH`")  # fmt: skip
_FAILED = Verb("Making again:", "rows that failed")


def retry(  # noqa: PLR0913, PLR0917 - one parameter per option of the command
    context: typer.Context,
    batch_id: options.BatchId = "",
    failed: Annotated[bool, typer.Option("--failed", help="Every failed row.")] = False,
    rows: options.RowNumbers = "",
    cause: Annotated[
        str, typer.Option(metavar="CODE", help="Failed rows of this cause, as `clipmill failures` names it.")
    ] = "",
    new_seed: Annotated[bool, typer.Option("--new-seed", help="Draw new seeds.")] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="The seed of the next attempt.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many rows and credits, and make none.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make failed rows again, or the rows named; earlier attempts stay in the audit trail."""
    if not failed and not rows and not cause:
        raise SettingsError("retry needs to know which rows", hint="Add --failed, --cause, or --rows 412,430-436.")
    if seed is not None and new_seed:
        raise SettingsError("--seed and --new-seed: a seed is given or drawn", hint="Leave one of them out.")
    if failed and rows:
        raise SettingsError("--rows and --failed: rows that are named are made again whether they failed or not",
                            hint="Leave one of them out.")  # fmt: skip
    session = working_session_of(context)
    batch = session.batch(batch_id)
    numbers = session.rows(batch, rows)
    if cause:
        numbers = going_on.of_cause(session.app, batch, cause, numbers)
    if dry_run:
        story = partial(session.app.readonly.story, batch.id)
        _tell_price(*going_on.price_of(session.app, batch, numbers, story), as_json=as_json)
        return
    named = RowsNamed(session, batch, numbers)
    moved = going_on.retry(session.app, batch, numbers, new_seeds=new_seed, seed=seed)
    told = named.as_dict(moved)
    if not as_json:
        named.tell(_NAMED if numbers else _FAILED, moved)
    session.end(work(session, batch, quiet=as_json), as_json=as_json, told=told)


def _tell_price(rows: int, parts: int, credits: int, *, as_json: bool) -> None:
    if as_json:
        data({"rows": rows, "parts": parts, "credits": as_number(credits)})
        return
    with_parts = f" and {plural(parts, 'part')}" if parts else ""
    answer(f"{plural(rows, 'row')}{with_parts} would be made again, for up to {with_unit(credits)}. Nothing was done.")
