"""The sentence that follows an unknown word: what was probably meant, and what there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

#: So many words are listed.
LISTED = 20
#: Of more words, and for a longer one, nobody looks for what was meant.
_COMPARED = 1_000
_LONGEST = 100


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, None when none is like it."""
    if len(word) > _LONGEST:
        return None
    by_lower = {name.lower(): name for name in islice(known, _COMPARED)}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def hint_for(word: str, known: Iterable[str]) -> str:
    """`Did you mean max_length? Allowed: max_length, min_length.`"""
    words = sorted(known)
    guess = closest(word, words)
    listed = ", ".join(words[:LISTED]) + (", …" if len(words) > LISTED else "")
    return (f"Did you mean {guess}? " if guess else "") + (
        f"Allowed: {listed}." if words else "Nothing is allowed here."
    )
