"""Text, choices and truth values."""

from __future__ import annotations

import re

from clipmill.domain.template import FieldRule
from clipmill.domain.verdict import Problem
from clipmill.templates.kinds.cell import ReadCell, quoted
from clipmill.templates.nearest import closest

#: Control characters and halves of characters: no font shows them, XML forbids them.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def text(rule: FieldRule, column: str) -> ReadCell:
    """Text as it is, spaces and all, within its length in characters."""
    shortest, longest = rule.min_length or 0, rule.max_length

    def read(cell: str) -> str | Problem:
        length = len(cell)
        if longest is not None and length > longest:
            return Problem("text.too_long", f"{column} has {length} characters; at most {longest} fit",
                           f"Shorten it to {longest} characters.", column, cell)  # fmt: skip
        if length < shortest:
            return Problem("text.too_short", f"{column} has {length} characters; at least {shortest} are needed",
                           f"Write {shortest} characters or more.", column, cell)  # fmt: skip
        bad = _UNSHOWABLE.search(cell)
        if bad:
            return Problem("text.unshowable", f"{column} holds a character that cannot be shown (U+{ord(bad[0]):04X})",
                           "Delete the character.", column, _UNSHOWABLE.sub("\ufffd", cell))  # fmt: skip
        return cell

    return read


def choice(rule: FieldRule, column: str) -> ReadCell:
    """One of the choices; capitals do not matter, the choice is used as the contract writes it."""
    exact = frozenset(rule.choices)
    loose = {name.casefold(): name for name in reversed(rule.choices)}
    listed = ", ".join(rule.choices)

    def read(cell: str) -> str | Problem:
        word = cell.strip()
        found = word if word in exact else loose.get(word.casefold())
        if found is not None:
            return found
        guess = closest(word, rule.choices)
        fix = f"Write {guess}." if guess else f"Write one of: {listed}."
        return Problem("enum.unknown", f"{quoted(word)} is not one of: {listed}", fix, column, cell)

    return read


def boolean(rule: FieldRule, column: str) -> ReadCell:
    """true, yes, 1 and false, no, 0, in any case."""

    def read(cell: str) -> bool | Problem:
        value = _TRUTH.get(cell.strip().lower())
        if value is None:
            return Problem("boolean.unknown", f"{quoted(cell.strip())} is neither true nor false",
                           "Write true or false.", column, cell)  # fmt: skip
        return value

    return read
