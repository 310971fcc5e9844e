"""Words: what a caption says, cut into the pieces that are said one after the other, each with its exact time.

A piece is a word between blanks; in scripts that write none between words, a character with the marks on it.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from clipmill.domain.timeline.elements.subtitle import Caption
from clipmill.domain.timeline.timing import exact
from clipmill.media.draw.writing import composed
from clipmill.media.fonts.scripts import script_of

#: Scripts without blanks between words.
_UNSPACED = frozenset({"Han", "Kana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar"})
#: Never first on a line: small kana, marks that lengthen or repeat.
_CLINGS = frozenset("ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻ゝゞヽヾ｡｣､･ｰ")
#: Vowels of Thai and Lao that are written before the consonant they belong to, and those that follow it.
_BEFORE = frozenset("เแโใไເແໂໃໄ")
_AFTER = frozenset("ะาำๅๆະາຳໆ")
_ZWJ = "\u200d"
#: Longer pieces are cut, so that none is too wide for a picture.
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class Spoken:
    """One piece and when it is said, seconds."""

    text: str
    start: Fraction
    end: Fraction
    #: What stands between it and the piece before it: nothing, a blank or a line break.
    gap: str = ""

    @property
    def weight(self) -> Fraction:
        """How many words it counts for: a character of a script without blanks is half a word."""
        return Fraction(1, 2) if len(clusters(self.text)) <= 2 and _is_unspaced(self.text[0]) else Fraction(1)


def spoken(caption: Caption, transform: str = "none") -> tuple[Spoken, ...]:
    """The pieces of a caption in reading order, inside its time, none beginning before the one before it."""
    start, end = exact(caption.start), exact(caption.end)
    pieces = tuple(_timed(caption) if caption.words else spread(atoms(clean(caption.text)), start, end))
    return tuple(_in_order(_cased(pieces, transform), start, end))


def spread(parts: Iterable[tuple[str, str]], start: Fraction, end: Fraction) -> Iterator[Spoken]:
    """(gap, text) of pieces said between two moments: each takes time in proportion to its length + 1."""
    parts = tuple(parts)
    ends = list(itertools.accumulate(len(text) + 1 for _, text in parts))
    for place, (gap, text) in enumerate(parts):
        before = ends[place - 1] if place else 0
        first, last = (start + (end - start) * Fraction(edge, ends[-1]) for edge in (before, ends[place]))
        yield Spoken(text, first, last, gap)


def clean(text: str) -> str:
    """The text composed, without controls and empty lines, its blanks single."""
    lines = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", composed(text))
    kept = ("".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cs") or char == "\t")
            for line in lines)  # fmt: skip
    return "\n".join(line for line in (re.sub(r"[ \t]+", " ", line).strip() for line in kept) if line)


def atoms(text: str) -> Iterator[tuple[str, str]]:
    """(gap, text) of every piece of a clean text."""
    for found in re.finditer(r"([ \n]*)([^ \n]+)", text):
        gap = "\n" if "\n" in found[1] else found[1][:1]
        for place, part in enumerate(_parts(found[2])):
            yield gap if place == 0 else "", part


def clusters(text: str) -> tuple[str, ...]:
    """The characters as readers see them: a letter with its marks, an emoji with its joiners, an Indic syllable."""
    if text.isascii():
        return tuple(text)
    found: list[str] = []
    for char in text:
        if found and _joins(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return tuple(found)


def _joins(before: str, char: str) -> bool:
    """Whether a character belongs to the cluster before it."""
    last = before[-1]
    if unicodedata.category(char) in ("Mn", "Mc", "Me") or char in _AFTER or char == _ZWJ:
        return True
    if last == _ZWJ or last in _BEFORE or 0x1F3FB <= ord(char) <= 0x1F3FF or 0xE0020 <= ord(char) <= 0xE007F:
        return True
    if _is_flag(char):
        return len(before) == 1 and _is_flag(before)
    # A virama makes one syllable of two consonants.
    return unicodedata.combining(last) == 9 and unicodedata.category(char) == "Lo"


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


@lru_cache(maxsize=4096)
def _is_unspaced(char: str) -> bool:
    if char.isascii():
        return False
    script = script_of(char)
    return script is not None and script.name in _UNSPACED


def _parts(chunk: str) -> list[str]:
    """A text without blanks as pieces: whole, or by character where its script has no blanks; none too long."""
    if chunk.isascii() and len(chunk) <= _LONGEST:
        return [chunk]
    parts: list[str] = []
    opened = False
    for cluster in clusters(chunk):
        alone = _is_unspaced(cluster[0])
        if parts and (opened or _closes(cluster) or (not alone and _goes_on(parts[-1]))):
            parts[-1] += cluster
        else:
            parts.append(cluster)
        opened = unicodedata.category(cluster[0]) in ("Ps", "Pi")
    return parts


def _goes_on(part: str) -> bool:
    """Whether a word may have one character more."""
    return not _is_unspaced(part[0]) and len(clusters(part)) < _LONGEST


def _closes(cluster: str) -> bool:
    """Whether it may not stand first on a line."""
    return cluster[0] in _CLINGS or unicodedata.category(cluster[0]) in ("Pe", "Pf", "Po")


def _timed(caption: Caption) -> Iterator[Spoken]:
    """The words with their own times, written as the caption's text has them where it holds them all in order."""
    words = [(clean(word.text).replace("\n", " "), exact(word.start), exact(word.end)) for word in caption.words]
    words = [word for word in words if word[0]]
    written = _found_in(clean(caption.text), [text for text, _, _ in words])
    for place, (word, start, end) in enumerate(words):
        gap, text = written[place] if written else (_gap(words[place - 1][0], word) if place else "", word)
        if len(clusters(text)) <= _LONGEST:
            yield Spoken(text, start, end, gap)
        else:
            pieces = tuple(spread(atoms(text), start, max(start, end)))
            yield replace(pieces[0], gap=gap)
            yield from pieces[1:]


def _gap(before: str, after: str) -> str:
    """What two words that come without a text are written with between them."""
    return "" if _is_unspaced(before[-1]) and _is_unspaced(after[0]) else " "


def _found_in(text: str, words: list[str]) -> list[tuple[str, str]]:
    """(gap, text) for every word with the punctuation around it, empty where the text does not hold them all."""
    begins, place, flat = [], 0, text.replace("\n", " ")
    for word in words:
        begin = flat.find(word, place)
        if begin < 0:
            return []
        begins.append(begin)
        place = begin + len(word)
    found: list[tuple[str, str]] = []
    edges = [0, *(_cut(text, begins[n - 1] + len(words[n - 1]), begins[n]) for n in range(1, len(words))), len(text)]
    for first, last in itertools.pairwise(edges):
        part = text[first:last]
        blank = part[: len(part) - len(part.lstrip())]
        found.append(("\n" if "\n" in blank else blank[:1], " ".join(part.split())))
    return found


def _cut(text: str, end: int, begin: int) -> int:
    """Where what stands between two words is parted: at its last blank, else after it."""
    blanks = [place for place in range(end, begin) if text[place] in " \n"]
    return blanks[-1] if blanks else begin


def _cased(pieces: tuple[Spoken, ...], transform: str) -> tuple[Spoken, ...]:
    if transform == "uppercase":
        return tuple(replace(piece, text=piece.text.upper()) for piece in pieces)
    if transform == "lowercase":
        return tuple(replace(piece, text=piece.text.lower()) for piece in pieces)
    if transform == "capitalize":
        return tuple(
            replace(piece, text=re.sub(r"(?<!\S)\S", lambda first: first[0].upper(), piece.text))
            if piece.gap or place == 0
            else piece
            for place, piece in enumerate(pieces)
        )
    return pieces


def _in_order(pieces: tuple[Spoken, ...], start: Fraction, end: Fraction) -> Iterator[Spoken]:
    """The pieces inside the caption's time, each beginning no earlier and ending no later than the next begins."""
    begins = list(itertools.accumulate((min(max(piece.start, start), end) for piece in pieces), max))
    for place, piece in enumerate(pieces):
        last = begins[place + 1] if place + 1 < len(pieces) else end
        yield replace(piece, start=begins[place], end=min(max(piece.end, begins[place]), last))
