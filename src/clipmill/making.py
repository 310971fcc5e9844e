"""Names of files in the making: each writer has its own, so that two that make the same file do not meet."""

from __future__ import annotations

import os
from itertools import count

_COUNTER = count()


def name_in_the_making(name: str) -> str:
    """A name for what is to be called `name`, hidden, and nobody else's of this process or another."""
    return f".{name}.{os.getpid()}-{next(_COUNTER)}.part"
