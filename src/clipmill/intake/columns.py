"""The columns of a table: names cleaned of what cannot be seen, each there once, and told where they changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from clipmill.domain.files.exchange import OUR_COLUMNS, ROW_COLUMN, read_back
from clipmill.errors import SourceError
from clipmill.intake.cells import BAD_BYTE, CONTROL
from clipmill.settings import Limits

#: Marks without width: byte order marks, zero-width spaces, soft hyphens, direction marks.
_INVISIBLE = re.compile("[\ufeff\u200b\u2060\u00ad\u180e\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
#: Joiners are part of words in Persian and Hindi; at the ends of a name they are strays.
_JOINERS = "\u200c\u200d"
_LOOK_ALIKE_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of a table."""

    #: Every column in order, our own included.
    names: tuple[str, ...]
    #: Sentences the user should read.
    notes: tuple[str, ...] = ()

    @property
    def is_fed_back(self) -> bool:
        """Whether this is a corrected `blocked.csv`: its rows keep their numbers."""
        return ROW_COLUMN in self.names

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that hold the user's data."""
        return tuple(name for name in self.names if name not in OUR_COLUMNS)


def clean_name(raw: str) -> str:
    """A column name without invisible characters, outer white space and doubled or unusual inner spaces."""
    return " ".join(_INVISIBLE.sub("", raw).split()).strip(_JOINERS).strip()


def read_columns(cells: Sequence[str], where: str, limits: Limits, filled: Sequence[bool] = ()) -> Columns:
    """The columns a header names; `where` is file and line. Raises SourceError with the positions of what is wrong.

    `filled` tells which columns have something in them. Nameless ones at the end that have nothing are cut off, others
    are called by their position.
    """
    told = len(cells)
    cells = _without_empty_end(cells, filled)
    if len(cells) > limits.columns:
        raise SourceError(
            f"{where}: the header has {len(cells):,} columns; at most {limits.columns:,} are read (limit columns).",
            hint="Leave out the columns that no video needs, or raise the setting `limits.columns`.",
        )
    names = [clean_name(cell) for cell in cells]
    if ROW_COLUMN in names:
        names = [read_back(name) for name in names]
    if not any(names):
        raise SourceError(f"{where}: no column has a name.", hint="Write the names of the columns into the first line.")
    nameless = [position for position, name in enumerate(names, 1) if not name]
    for position in nameless:
        names[position - 1] = _by_position(position, names)
    for position, name in enumerate(names, 1):
        _check_name(position, name, where)
    _refuse_duplicates(names, where)
    _refuse_half_ours(names, where)
    notes = [*_end_notes(len(cells), told), *_nameless_notes(nameless, names, filled)]
    return Columns(tuple(names), (*notes, *_notes(cells, names, nameless)))


def _without_empty_end(cells: Sequence[str], filled: Sequence[bool]) -> Sequence[str]:
    width = len(cells)
    while width > 1 and not clean_name(cells[width - 1]) and not any(filled[width - 1 : width]):
        width -= 1
    return cells[:width]


def _end_notes(width: int, told: int) -> list[str]:
    if told > width + 1:
        return [f"Columns {width + 1} to {told} have neither a name nor anything in them: they are left out."]
    return [f"Column {told} has neither a name nor anything in it: it is left out."] if told > width else []


def _by_position(position: int, names: Sequence[str]) -> str:
    name = f"column {position}"
    return name if name not in names else f"unnamed {name}"


def _nameless_notes(nameless: Sequence[int], names: Sequence[str], filled: Sequence[bool]) -> list[str]:
    return [
        f"Column {position} has no name{'' if any(filled[position - 1 : position]) else ' and nothing in it'}: "
        f"it is called “{names[position - 1]}” here."
        for position in nameless
    ]


def _check_name(position: int, name: str, where: str) -> None:
    if found := CONTROL.search(name) or BAD_BYTE.search(name):
        raise SourceError(
            f"{where}: the name of column {position} has a character that is no text (U+{ord(found[0]):04X}).",
            hint="Is this a table in text form? If it is, save it as UTF-8 and type the name anew.",
        )


def _refuse_duplicates(names: Sequence[str], where: str) -> None:
    first: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        if name in first:
            raise SourceError(
                f"{where}: columns {first[name]} and {position} are both called “{name}”.",
                hint="Rename or delete one of them; only one could be used.",
            )
        first[name] = position


def _refuse_half_ours(names: Sequence[str], where: str) -> None:
    ours = [name for name in names if name in OUR_COLUMNS]
    if ours and ROW_COLUMN not in ours:
        raise SourceError(
            f"{where}: column “{ours[0]}” belongs to a blocked.csv, but column “{ROW_COLUMN}” is missing.",
            hint=f"Bring {ROW_COLUMN} back from the original blocked.csv, or rename “{ours[0]}” if it is yours.",
        )


def _notes(cells: Sequence[str], names: Sequence[str], nameless: Sequence[int]) -> list[str]:
    notes = []
    for position, (cell, name) in enumerate(zip(cells, names, strict=True), 1):
        if clean_name(cell) != cell and position not in nameless:
            notes.append(f"Column {position} is read as “{name}”: white space or invisible characters were taken off.")
        if len(scripts := _scripts(name)) > 1:
            listed = " and ".join(script.capitalize() for script in sorted(scripts))
            notes.append(f"The name of column {position}, “{name}”, mixes {listed} letters that look alike.")
    if ROW_COLUMN in names:
        notes.append("The rows keep the numbers in column _row; _row, _state, _reason and _fix are not fields.")
    return notes


def _scripts(name: str) -> set[str]:
    words = {unicodedata.name(character, "").split(" ")[0] for character in name if character.isalpha()}
    return words & _LOOK_ALIKE_SCRIPTS
