"""The name of a shared entry: a digest of everything it depends on, written in one way only."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from fractions import Fraction


def name_of(*key: Hashable) -> str:
    """sha256 of a key, hex.

    A key is made of text, bytes, numbers, None, tuples and frozen dataclasses of these. Raises TypeError for anything
    else: what has no one way of being written could be taken for something it is not.
    """
    return hashlib.sha256(_written(key).encode()).hexdigest()


def _written(value: object) -> str:
    if value is None or isinstance(value, (str, bytes, int, float, Fraction)):
        return repr(value)
    if isinstance(value, tuple):
        return f"({','.join(map(_written, value))})"
    if is_dataclass(value) and not isinstance(value, type):
        held = ",".join(_written(getattr(value, field.name)) for field in fields(value))
        return f"{type(value).__qualname__}({held})"
    raise TypeError(f"{value!r} cannot be part of a shared entry's name")
