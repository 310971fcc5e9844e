"""Entities of markup as the characters they stand for, however they are written."""

from __future__ import annotations

import html
import re

#: A number that stands for no character, of more digits than Python turns into a number.
_TOO_LONG = re.compile(r"&#[0-9]{20,}")


def without_entities(text: str) -> str:
    """The text with `&amp;`, `&#65;` and their kin as browsers read them; a number too large is U+FFFD."""
    return html.unescape(with_short_numbers(text))


def with_short_numbers(text: str) -> str:
    """The same text, for whoever puts entities in by the standard library, which refuses numbers of many digits."""
    return _TOO_LONG.sub(_shortened, text) if "&#" in text else text


def _shortened(found: re.Match[str]) -> str:
    digits = found[0][2:].lstrip("0")
    return f"&#{digits if 0 < len(digits) < 8 else 0}"
