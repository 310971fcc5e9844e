"""Logs: what happens inside, line by line, for whoever runs clipmill (docs/decisions/logs.md)."""

from __future__ import annotations

import traceback

from clipmill.shown import discreet

#: A longer traceback loses its middle: where it began and where it ended tell most.
_LONGEST_TRACEBACK = 6_000


def traceback_of(error: BaseException) -> str:
    """Where an error came from, as Python tells it: of bounded length, and without secrets."""
    told = discreet("".join(traceback.format_exception(error))).strip()
    if len(told) > _LONGEST_TRACEBACK:
        told = f"{told[: _LONGEST_TRACEBACK // 3]}\n…\n{told[-_LONGEST_TRACEBACK * 2 // 3 :]}"
    return told.encode("utf-8", "backslashreplace").decode()
