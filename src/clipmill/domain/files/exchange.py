"""The exchange table: what the writer and the reader of `blocked.csv` agree on, so that nothing is lost on the way.

Spreadsheets run a cell that starts with `=`, `+`, `-`, `@`, in whatever width, as a formula, some after blanks or what
is not seen (OWASP, CSV injection), so such a cell is written with an apostrophe before it. A cell that already has
apostrophes there gets one more: reading takes exactly one off again, and every text comes back as it was.

Characters that steer a screen are written out, `\\x1b` for ESC, for the table is looked at in terminals too.
Backslashes before them, and before what only looks like them, are written twice.
"""

from __future__ import annotations

import re

from clipmill.shown import legible

#: What the table is called in a batch's folder.
TABLE_NAME = "blocked.csv"
#: Our column with the number of the row in its batch.
ROW_COLUMN = "_row"
#: Our column with where the row is instead: blocked, or failed.
STATE_COLUMN = "_state"
#: Our column with the reasons why the row was not made.
REASON_COLUMN = "_reason"
#: Our column with what to do about it.
FIX_COLUMN = "_fix"
#: All of them, in the order they are written; none of them is a field.
OUR_COLUMNS = (ROW_COLUMN, STATE_COLUMN, REASON_COLUMN, FIX_COLUMN)

#: What is not seen before a formula, blanks but the ordinary one; and the signs a formula begins with, wide ones too.
_UNSEEN = r"\0-\x1f\x7f-\xa0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_FORMULA = rf"(?:[\t\r\n]|[{_UNSEEN}]*[=+\-@\uff1d\uff0b\uff0d\uff20])"
_NEEDS_ARMOUR = re.compile(f"'*{_FORMULA}")
_HAS_ARMOUR = re.compile(f"'+{_FORMULA}")
#: How a character is written out.
_FORM = re.compile(r"x[0-9a-f]{2}|u[0-9a-f]{4}|U00(?:0[0-9a-f]|10)[0-9a-f]{4}")
_BACKSLASHES = re.compile(r"\\+")
_WRITTEN_OUT = re.compile(rf"(?<!\\)(\\+)({_FORM.pattern})")


def armour(cell: str) -> str:
    """The cell as it may be shown to a spreadsheet: never a formula."""
    return "'" + cell if _NEEDS_ARMOUR.match(cell) else cell


def disarm(cell: str) -> str:
    """The inverse of `armour`."""
    return cell[1:] if _HAS_ARMOUR.match(cell) else cell


def written(cell: str) -> str:
    """The cell as the exchange table has it."""

    def doubled(found: re.Match[str]) -> str:
        after = cell[found.end() : found.end() + 2]
        is_read = _FORM.match(cell, found.end()) or not legible(after, lines=True).startswith(after[:1])
        return found[0] * 2 if is_read else found[0]

    return armour(legible(_BACKSLASHES.sub(doubled, cell), lines=True))


def read_back(cell: str) -> str:
    """The inverse of `written`."""
    return _WRITTEN_OUT.sub(_read_out, disarm(cell))


def _read_out(found: re.Match[str]) -> str:
    pairs, is_one = divmod(len(found[1]), 2)
    character = chr(int(found[2][1:], 16)) if is_one else ""
    if character and character.isprintable():  # never written out
        return found[0]
    return "\\" * pairs + (character or found[2])
