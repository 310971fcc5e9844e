"""Characters: which of them need a glyph to be seen, and how those that have none are named to people."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right

from clipmill.media.fonts.scripts import script_of

#: Kinds that are drawn by no glyph: controls, formats, surrogates, blanks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
#: Formats that are seen all the same: signs that enclose Arabic, Syriac and Kaithi numbers, and marks of annotations.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\ufff9\ufffa\ufffb\U000110bd\U000110cd")
#: What Unicode wants ignored where it cannot be drawn (Default_Ignorable_Code_Point), has another kind, and Pango
#: leaves out too: joiners, variation selectors, places kept free for the like. Beginnings and ends, both included.
_IGNORED = (
    (0x034F, 0x034F), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
#: More than this many are counted rather than listed.
_NAMED = 12


def needs_glyph(char: str) -> bool:
    """Whether a character is seen, so that a font must have it."""
    if unicodedata.category(char) in _UNSEEN:
        return char in _SEEN
    place = bisect_right(_IGNORED, (ord(char), 0x10FFFF)) - 1
    return place < 0 or ord(char) > _IGNORED[place][1]


def named(characters: str) -> str:
    """Characters as people can tell them: `连 衣 裙 (Han) and 👗 (emoji: dress)`."""
    groups: dict[str, list[str]] = {}
    for char in characters[:_NAMED]:
        groups.setdefault(_kind(char), []).append(_shown(char))
    parts = [f"{' '.join(chars)} ({kind})" for kind, chars in groups.items()]
    if len(characters) > _NAMED:
        parts.append(f"{len(characters) - _NAMED:,} more")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _kind(char: str) -> str:
    """The script of a character, or its name where it belongs to none."""
    category, script = unicodedata.category(char), script_of(char)
    if category == "Co":
        return "for private use"
    if category == "Cn":
        return "no character yet" if script is None else script.name
    name = unicodedata.name(char, "unnamed").lower()
    if script is None:
        return name
    return f"emoji: {name}" if script.name == "Emoji" else script.name


def _shown(char: str) -> str:
    """The character, or its number where it would not be seen alone."""
    return f"U+{ord(char):04X}" if unicodedata.category(char) in ("Co", "Cn", "Cf", "Mn", "Me", "Mc") else char
