"""What every command prints with: progress and words on standard error, data on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from clipmill.errors import ClipmillError

#: Columns where there is no terminal to ask.
_PIPE_WIDTH = 180
_VALUE_CHARACTERS = 60

#: Words for people.
err = Console(stderr=True, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH)
#: Data for pipes.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def say(message: str, *, style: str = "") -> None:
    """A line for people; its text is never read as markup."""
    err.print(Text(message, style=style))


def data(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def complain(error: ClipmillError) -> None:
    """An error: one sentence, and on its own line what to do next."""
    err.print(Text.assemble(("error: ", "bold red"), str(error)))
    if error.hint:
        err.print(Text.assemble(("hint: ", "bold"), error.hint))


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, right: Iterable[str] = ()) -> Table:
    """A plain table without lines, as the transcripts show it; the columns named in `right` hold numbers."""
    numbers = set(right)
    grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for column in columns:
        grid.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(escape(str(cell)) for cell in row))
    return grid


def show(grid: Table, *, to_pipe: bool = False) -> None:
    """Print a table; `to_pipe` sends it to standard output."""
    (out if to_pipe else err).print(grid)


def shorten(value: str) -> str:
    """A value fit for one line."""
    flat = " ".join(value.split())
    return flat if len(flat) <= _VALUE_CHARACTERS else flat[: _VALUE_CHARACTERS - 1] + "…"


def plural(count: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1,000 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
