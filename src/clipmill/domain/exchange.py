"""The exchange table: what the writer and the reader of `blocked.csv` agree on, so that nothing is lost on the way.

Spreadsheets run a cell that starts with `=`, `+`, `-`, `@`, TAB or CR as a formula (OWASP, CSV injection), so such a
cell is written with an apostrophe before it. A cell that already has apostrophes there gets one more: reading takes
exactly one off again, and every text comes back as it was.
"""

from __future__ import annotations

import re

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

_NEEDS_ARMOUR = re.compile(r"'*[=+\-@\t\r]")
_HAS_ARMOUR = re.compile(r"'+[=+\-@\t\r]")


def armour(cell: str) -> str:
    """The cell as it may be shown to a spreadsheet: never a formula."""
    return "'" + cell if _NEEDS_ARMOUR.match(cell) else cell


def disarm(cell: str) -> str:
    """The inverse of `armour`."""
    return cell[1:] if _HAS_ARMOUR.match(cell) else cell
