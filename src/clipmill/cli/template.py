"""`clipmill template save`: what a batch was made with, kept as a template of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, say
from clipmill.pipeline.use_cases.saving import save_template

group = typer.Typer(no_args_is_help=True)


@group.callback()
def template() -> None:
    """Keep what a batch was made with, so that next time only the table changes."""


@group.command()
def save(
    context: typer.Context,
    batch_id: Annotated[str, typer.Argument(metavar="BATCH", help="A batch: its id, its name, or latest.")],
    name: Annotated[Path, typer.Argument(metavar="NAME", help="The folder to make; nothing is written over.")],
    as_json: options.AsJson = False,
) -> None:
    """Keep a batch's template with the mapping, choice of rows, names, window, budget and archive of that batch."""
    session = session_of(context)
    batch = session.batch(batch_id)
    left = save_template(session.app, batch, name)
    if as_json:
        data({"batch": batch.id, "folder": str(name), "left_out": list(left)})
        return
    say(f"Saved   {name} of {batch.name}  {batch.id}")
    if left:
        say(f"Left    {' '.join(left)}: a template opens no folders; say it again next time", style="yellow")
    say(f"Next    clipmill run TABLE -t {options.quoted(name)}")
