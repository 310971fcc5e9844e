"""What every command prints with: progress and words on standard error, data on standard output.

Nothing prints but through here, so that no text of others steers the terminal, and no secret of theirs is shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NoReturn, TextIO, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clipmill.cli.wording import in_words, json_in_words
from clipmill.errors import ClipmillError
from clipmill.shown import json_line, shortened, shown

#: Columns where there is no terminal to ask.
_PIPE_WIDTH = 180
_VALUE_CHARACTERS = 60
_CELL_CHARACTERS = 400
_LINE_CHARACTERS = 4_000


class _Watched:
    """Standard error as others write to it: libraries, warnings, the interpreter."""

    def __init__(self, stream: TextIO) -> None:
        self.unwatched = stream

    def write(self, text: str) -> int:
        return self.unwatched.write(shown(in_words(text), lines=True))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unwatched, name)


class _Unwatched:
    """Standard error as we write to it: what may be shown, and the colours around it. To a terminal that was closed
    nothing is said, and the work goes on.
    """

    def write(self, text: str) -> int:
        with suppress(OSError):
            return int(self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    @property
    def _stream(self) -> TextIO:
        return cast("TextIO", getattr(sys.stderr, "unwatched", sys.stderr))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


#: Words for people.
_stderr = cast("TextIO", _Unwatched())
err = Console(file=_stderr, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else _PIPE_WIDTH)
#: Data for pipes.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PIPE_WIDTH)


def say(message: str, *, style: str = "") -> None:
    """A line for people; its text is never read as markup. A flood loses its end."""
    err.print(words(shortened(message, _LINE_CHARACTERS), style))


def note(line: str) -> None:
    """A line of the log, beside whatever view is shown; who made it asked what may be shown."""
    err.print(Text(line))


def answer(message: str) -> None:
    """A line for people that is what they asked for, on standard output."""
    out.print(words(message))


def give(fit: bytes) -> None:
    """What is fit to be shown as it is, on standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(fit)


def words(message: str, style: str = "") -> Text:
    """A text as it may be shown."""
    return Text(shown(in_words(message)), style=style)


def data(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json_in_words(json_line(value)) + "\n")
    sys.stdout.flush()


def complain(error: ClipmillError) -> None:
    """An error: one sentence, and on lines of their own what to do next and what there is to choose from."""
    err.print(Text.assemble(("error: ", "bold red"), words(str(error))))
    if error.hint:
        err.print(Text.assemble(("hint: ", "bold"), words(error.hint)))
    for line in error.listed:
        err.print(words(line))


def end_with(error: ClipmillError) -> NoReturn:
    """Say it, for a person or as JSON, and leave with its exit code."""
    if "--json" in sys.argv:
        hint = "\n".join([error.hint, *error.listed])
        data({"error": str(error), "hint": hint, "exit": error.exit_code})
    else:
        complain(error)
    sys.exit(error.exit_code)


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, right: Iterable[str] = ()) -> Table:
    """A plain table without lines, as the transcripts show it; the columns named in `right` hold numbers."""
    numbers = set(right)
    grid = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for column in columns:
        grid.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(shortened(shown(in_words(str(cell))), _CELL_CHARACTERS)) for cell in row))
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


def watch_errors() -> None:
    """From now on what others write to standard error is shown as everything is."""
    sys.stderr = cast("TextIO", _Watched(sys.stderr))
