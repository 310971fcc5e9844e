"""The sentence that follows an unknown word: what was probably meant, and what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LISTED = 20


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, None when none is like it."""
    by_lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def hint_for(word: str, known: Iterable[str]) -> str:
    """`Did you mean max_length? Allowed: max_length, min_length.`"""
    words = sorted(known)
    guess = closest(word, words)
    listed = ", ".join(words[:_LISTED]) + (", …" if len(words) > _LISTED else "")
    return (f"Did you mean {guess}? " if guess else "") + (
        f"Allowed: {listed}." if words else "Nothing is allowed here."
    )
