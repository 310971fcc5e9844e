"""Colours: hex in its CSS forms and the names of CSS Color 4, all made `#RRGGBB` (or `#RRGGBBAA`)."""

from __future__ import annotations

import re

from clipmill.domain.template import FieldRule
from clipmill.domain.timeline.colour import NAMES
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.cell import ReadCell, quoted

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_BARE_HEX = re.compile(r"[0-9a-fA-F]{6}")


def colour(rule: FieldRule, column: str) -> ReadCell:
    """`#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa` or a CSS name, in any case."""

    def read(cell: str) -> str | Problem:
        word = cell.strip()
        if _HEX.fullmatch(word):
            digits = word[1:].upper()
            return "#" + (digits if len(digits) >= 6 else "".join(digit * 2 for digit in digits))
        if word.lower() in NAMES:
            return f"#{NAMES[word.lower()].upper()}"
        fix = f"Write #{word.upper()}." if _BARE_HEX.fullmatch(word) else "Write a CSS hex colour such as #2DD4BF."
        return Problem("colour.unknown", f"{quoted(word)} is not a colour", fix, column, cell)

    return read
