"""The cells of a row: kept as they are, with a problem for every character that cannot be shown or was never text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clipmill.domain.verdict import Problem
from clipmill.intake.lines import size_of, too_big
from clipmill.settings import Limits

#: Control characters, without TAB, LF and CR, which belong to text.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
#: What stands for a byte that is no text in the file's encoding, and half a character in JSON.
BAD_BYTE = re.compile(r"[\ud800-\udfff]")

#: A row that asks for nothing: a video of it is never meant.
EMPTY_ROW = Problem("row.empty", "The row has no content in any column", "Fill it, or delete the line.")

_UNFIT = re.compile(f"{CONTROL.pattern}|{BAD_BYTE.pattern}")


def is_plain(text: str) -> bool:
    """Whether there is nothing in a text that `text_problems` would find."""
    return text.isprintable() or not _UNFIT.search(text)


def check_sizes(fields: Mapping[str, str], where: str, limits: Limits) -> None:
    """Raises SourceError for a cell above `cell_bytes`; `where` is file and line."""
    for position, (name, cell) in enumerate(fields.items(), 1):
        if len(cell) * 4 > limits.cell_bytes and size_of(cell) > limits.cell_bytes:
            raise too_big(f"{where}, column {position} (“{name}”)", "the cell", "cell_bytes", limits.cell_bytes)


def text_problems(fields: Mapping[str, str]) -> tuple[Problem, ...]:
    """One problem for every cell with characters that are no text, with their position."""
    found = (
        _control_problem(position, name, cell) or _encoding_problem(position, name, cell)
        for position, (name, cell) in enumerate(fields.items(), 1)
    )
    return tuple(problem for problem in found if problem)


def storable(cell: str) -> str:
    """The cell with U+FFFD for what is no text: every other character stays, and the whole can be stored."""
    return BAD_BYTE.sub("\ufffd", cell)


def _control_problem(position: int, name: str, cell: str) -> Problem | None:
    found = CONTROL.search(cell)
    if not found:
        return None
    where = f"column {position} (“{name}”), character {found.start() + 1}"
    return Problem(
        code="text.control_character",
        reason=f"Control character U+{ord(found[0]):04X} at {where}",
        fix="Delete the character, or type the cell anew.",
        column=name,
        value=storable(cell),
    )


def _encoding_problem(position: int, name: str, cell: str) -> Problem | None:
    found = BAD_BYTE.search(cell)
    if not found:
        return None
    return Problem(
        code="text.encoding",
        reason=f"Column {position} (“{name}”), character {found.start() + 1}, is not text in the file's encoding",
        fix="Type the cell anew and save as UTF-8, or name the file's encoding with --encoding.",
        column=name,
        value=storable(cell),
    )
