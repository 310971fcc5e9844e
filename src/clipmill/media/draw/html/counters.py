"""Counters: the markers of list items."""

from __future__ import annotations

SIGNS = frozenset({"disc", "circle", "square"})
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def number_text(kind: str, number: int) -> str:
    """The marker of an item: the name of a sign, or its number with a dot."""
    if kind in SIGNS:
        return kind
    shown = {"alpha": _alpha, "roman": _roman}.get(kind.rpartition("-")[2], str)(number)
    return f"{shown.upper() if kind.startswith('upper') else shown}."


def _alpha(number: int) -> str:
    text = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text
