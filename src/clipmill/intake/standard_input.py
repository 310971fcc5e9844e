"""Standard input as a file: its bytes are kept first, so that an interrupted batch can be read again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

from clipmill.errors import SourceError
from clipmill.hints import Action, Deed
from clipmill.intake.lines import reading, too_big
from clipmill.making import becoming
from clipmill.settings import Limits

_PIPED = Action(Deed.RUN, options={"table": "-"})
_BLOCK_BYTES = 1024**2


def spool_standard_input(into: Path, limits: Limits, stream: BinaryIO | None = None) -> Path:
    """Copy standard input (or `stream`) into the file `into`, which appears only when it is whole; its path.

    Raises SourceError when nothing is piped in, when it is above `table_bytes`, and when the file cannot be written.
    """
    source = stream if stream is not None else sys.stdin.buffer
    if source.isatty():
        raise SourceError("No table was piped in.", hint=f"Pipe one in (`{_PIPED}`) or name a file.")
    with reading(into), becoming(into) as part:
        _copy(source, part, limits)
    return into


def _copy(source: BinaryIO, part: Path, limits: Limits) -> None:
    size = 0
    with part.open("wb") as target:
        while block := source.read(_BLOCK_BYTES):
            size += len(block)
            if size > limits.table_bytes:
                raise too_big("standard input", "the table", "table_bytes", limits.table_bytes)
            target.write(block)
    if not size:
        raise SourceError("Standard input is empty.", hint="Check the command before the pipe: it gave nothing.")
