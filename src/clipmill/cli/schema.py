"""`clipmill schema`: what a project may be, for editors and for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from clipmill.cli.terminal import give, say
from clipmill.deliver.atomic import replacing
from clipmill.domain.timeline.describe import project_schema


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write it into this file.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema of a project, generated from the models that check it."""
    text = json.dumps(project_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        give(text.encode())
        return
    with replacing(out) as file:
        file.write(text.encode())
    say(f"Wrote   {out}")
