"""What scripts need before they are shaped: letters and accents in one, joined letters left together, words told.

Fonts have `é` and often no accent alone, so that one from another font would fall into the letter. Letters of Arabic or
under the headline of Hindi are one stroke: space between them takes a word apart. Thai writes no blanks between words:
where ICU is installed (the extra `words`), its dictionaries say where lines may be broken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from importlib import import_module
from typing import Any

from clipmill.media.fonts.library import whole_in
from clipmill.media.fonts.widths import blank_after

#: A letter with what stands above or below it in characters of their own.
_MARKED = re.compile("[^\\W\\d_][\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0653-\u0655"
                     "\u093c\u09bc\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0c56\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dca\u0dcf\u0ddf"
                     "\u102e\u1100-\u11ff\u1b35\u1dc0-\u1dff\u3099\u309a]+")  # fmt: skip
#: A letter with an accent that there is no one character for: Yoruba's ẹ́, a stressed vowel of Russian.
_LOOSE = re.compile("[^\\W\\d_][\u0300-\u036f]+")
#: Scripts whose letters are mostly from another font than the one asked for.
_FOREIGN = re.compile("[\u0530-\u1cff\ua800-\uabff\ufb1d-\ufefc\U00010000-\U0001efff]")
#: Scripts whose letters join (Arabic, Syriac, N'Ko, Mandaic, Mongolian, Phags-pa, Rohingya, Sogdian, Adlam, …) or hang
#: from one line (Devanagari, Bengali, Gurmukhi, Sharada, Nandinagari, Tirhuta, Siddham, Modi, Takri …).
_JOINED = re.compile("[\u0600-\u074f\u0750-\u077f\u07c0-\u07fa\u0840-\u086f\u0870-\u08ff\u0900-\u0963\u0966-\u09ff"
                     "\u0a00-\u0a7f\u1800-\u18af\u1cd0-\u1cff\ua840-\ua877\ua8e0-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
                     "\U00010ac0-\U00010aff\U00010b80-\U00010baf\U00010d00-\U00010d3f\U00010f30-\U00010fdf"
                     "\U00011180-\U000111df\U00011480-\U000114df\U00011580-\U000116cf\U000119a0-\U000119ff"
                     "\U0001e900-\U0001e95f\u200b-\u200f\u2060]+")  # fmt: skip
#: Thai, Lao, Myanmar and Khmer: where their words end is in no table; a zero-width space says it.
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\uaa60-\uaa7f]+")
#: More letters than this are more than a word, mostly.
_WORD = 12
#: Where a word may be parted, and its markup: only there is a hyphen shown where a line ends.
_SOFT = "\u00ad"
_HYPHEN = f"<span insert_hyphens='true'>{_SOFT}</span>"
#: A slash after which no line is broken, as in browsers.
_SLASH = re.compile("/(?=[A-Za-z/])")
#: Where a line may be broken, without being seen.
BREAK = "\u200b"


def composed(text: str) -> str:
    """The text with every letter and its marks in one character where there is one; all else as it was written."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return _MARKED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def is_joined(text: str) -> bool:
    """Whether a text has letters that belong together, between which no space may stand."""
    return not text.isascii() and _JOINED.search(text) is not None


def tracked(text: str, spacing: int, families: str, size: float) -> str:
    """A text as Pango markup with its letters farther apart, joined ones left as they are; 1024ths of a pixel.

    A spacing of nothing would still take ligatures apart, so nothing is said of joined letters. A letter with a mark
    that the first of the families lacks is drawn by a font that has both. A blank is as wide as in the first of them,
    as browsers have it, whatever font the word before it is from.
    """
    text = _SLASH.sub("/\u2060", text) if "/" in text else text
    if text.isascii():
        return _spaced(escape(text, quote=False), spacing)
    foreign = _FOREIGN.search(text) is not None
    place, parts = 0, []
    for part, joined in _pieces(text):
        own = 0 if joined else spacing
        for number, word in enumerate(part.split(" ")):
            if number:
                family, more = blank_after(families, text[place - 1]) if foreign and place else ("", 0.0)
                blank = f"<span font_family='{escape(family)}'> </span>" if family else " "
                parts.append(_spaced(blank, own + round(more * size)))
                place += 1
            parts.append(_spaced(_whole(word, families), own))
            place += len(word)
    return "".join(parts)


def _spaced(markup: str, spacing: int) -> str:
    return f"<span letter_spacing='{spacing}'>{markup}</span>" if spacing and markup else markup


def _whole(text: str, families: str) -> str:
    """The text as markup, letters whose marks are characters of their own each in one font."""

    def drawn(found: re.Match[str]) -> str:
        family = whole_in(families, found[0])
        return f"<span font_family='{escape(family)}'>{found[0]}</span>" if family else found[0]

    return _LOOSE.sub(drawn, escape(text, quote=False)).replace(_SOFT, _HYPHEN)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Parts of a text in order, and whether the letters of each are joined."""
    end = 0
    for found in _JOINED.finditer(text) if not text.isascii() else ():
        if found.start() > end:
            yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    if end < len(text):
        yield text[end:], False


def has_no_spaces(text: str) -> bool:
    """Whether a text is in a script without spaces between words, which must be broken inside what looks like one."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def breaks_in_words(text: str) -> bool:
    """Whether a line of a text may end inside a word, because nobody here knows where its words end."""
    return has_no_spaces(text) and not knows_words() and any(len(run) > _WORD for run in _UNSPACED.findall(text))


def knows_words() -> bool:
    """Whether the words of such scripts are known: whether ICU is installed."""
    return _icu() is not None


def worded(text: str) -> str:
    """A text with a break allowed between words that no blank parts, where they are known."""
    if not has_no_spaces(text) or BREAK in text or not knows_words():
        return text
    return _UNSPACED.sub(lambda found: BREAK.join(_words(found[0])), text)


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    breakers: Any = _icu()
    return tuple(text[begin:end] for begin, end in breakers.LineBreaker(text, "th").segments())


@lru_cache(maxsize=1)
def _icu() -> Any:
    try:
        return import_module("icu4py.breakers")
    except ImportError:
        return None
