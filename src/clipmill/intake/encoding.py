"""The encoding of a text file: said by its user or its byte order mark, seen to be UTF-8, or guessed and told so."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass

from clipmill.errors import SourceError


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes become text."""

    #: Python's name of the codec.
    codec: str
    #: As people say it: `UTF-8 with BOM`.
    label: str
    #: Bytes of byte order marks before the text.
    skip_bytes: int = 0
    #: What the user must know about a guess; empty when it is none.
    note: str = ""

    def decode(self, data: bytes, *, final: bool = False) -> str:
        """The text of the first bytes of a file; a character cut off at the end is left out unless they are `final`."""
        decoder = codecs.getincrementaldecoder(self.codec)("surrogateescape")
        return decoder.decode(data[self.skip_bytes :], final)


#: Byte order marks, longest first: UTF-32 little-endian begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32 little-endian with BOM"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32 big-endian with BOM"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16 little-endian with BOM"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16 big-endian with BOM"),
)
#: Encodings that spreadsheets and shop systems really write, commonest first, and what people call them.
_LEGACY = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253",
    "cp1254": "Windows-1254", "cp1255": "Windows-1255", "cp1256": "Windows-1256", "cp932": "Shift JIS",
    "gb18030": "GB 18030", "big5": "Big5", "cp949": "EUC-KR", "euc_jp": "EUC-JP", "mac_roman": "Mac Roman",
    "koi8_r": "KOI8-R",
}  # fmt: skip
_LABELS = {
    **_LEGACY, "utf-8": "UTF-8", "ascii": "ASCII", "utf-16": "UTF-16", "utf-16-le": "UTF-16 little-endian",
    "utf-16-be": "UTF-16 big-endian", "iso8859-1": "ISO 8859-1", "iso8859-2": "ISO 8859-2",
    "iso8859-15": "ISO 8859-15", "shift_jis": "Shift JIS", "euc_kr": "EUC-KR", "gbk": "GBK",
    "mac-roman": "Mac Roman", "koi8-r": "KOI8-R",
}  # fmt: skip
#: What the error handler `surrogateescape` puts in the place of bytes that are no text.
_BAD_BYTES = frozenset(map(chr, range(0xDC80, 0xDD00)))


def detect_encoding(sample: bytes, *, is_whole: bool, named: str = "") -> Encoding:
    """The encoding of the file that is, or begins with, `sample`; `named` is what the user said. Raises SourceError."""
    marked = _marked(sample)
    if named:
        return _named(named, marked)
    return marked or _wide(sample) or _utf8(sample, is_whole) or _guessed(sample)


def _marked(sample: bytes) -> Encoding | None:
    for mark, codec, label in _MARKS:
        if sample.startswith(mark):
            repeats = 1
            while sample.startswith(mark, repeats * len(mark)):
                repeats += 1
            return Encoding(codec, label, repeats * len(mark))
    return None


def _named(name: str, marked: Encoding | None) -> Encoding:
    """The encoding the user asked for; a byte order mark that agrees with it is skipped."""
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=name).close()
        codec = codecs.lookup(name).name
        codecs.getincrementaldecoder(codec)("surrogateescape").decode(b"", False)
    except (LookupError, ValueError, TypeError) as error:
        raise SourceError(
            f"There is no text encoding called {name!r}.",
            hint="Usual names are utf-8, utf-16, windows-1252, iso-8859-1, shift_jis and gb18030.",
        ) from error
    if marked and marked.codec.startswith(codec.removesuffix("-sig")):
        return marked
    return Encoding(codec.removesuffix("-sig"), _LABELS.get(codec.removesuffix("-sig"), codec.upper()))


def _wide(sample: bytes) -> Encoding | None:
    """UTF-16 without a mark: in mostly Latin text every other byte is zero."""
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0 : half * 2 : 2].count(0) / half, sample[1 : half * 2 : 2].count(0) / half
    if odd > 0.4 and even < 0.05:
        return Encoding("utf-16-le", _LABELS["utf-16-le"])
    if even > 0.4 and odd < 0.05:
        return Encoding("utf-16-be", _LABELS["utf-16-be"])
    return None


def _utf8(sample: bytes, is_whole: bool) -> Encoding | None:
    """UTF-8, also where a few bytes are damaged: text in another encoding hardly ever forms whole UTF-8 characters."""
    encoding = Encoding("utf-8", "UTF-8")
    text = encoding.decode(sample, final=is_whole)
    bad = sum(character in _BAD_BYTES for character in text) if not text.isascii() else 0
    if not bad:
        return encoding
    good = sum(not character.isascii() for character in text) - bad
    if good > bad:
        return Encoding("utf-8", "UTF-8", note="Some bytes are not UTF-8; the rows they are in are blocked.")
    return None


def _guessed(sample: bytes) -> Encoding:
    """The likeliest of the older encodings, with what it and its rivals make of the text, for a person to judge."""
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    ranked = _ranked(telling) or ["cp1252"]
    codec = ranked[0]
    shown = {rival: _excerpt(telling, rival) for rival in ranked[:3]}
    rivals = [f"{_LEGACY[rival]} would give “{text}”" for rival, text in shown.items() if text != shown[codec]]
    note = (
        f"The file is not UTF-8. {_LEGACY[codec]} is a guess and gives “{shown[codec]}”"
        + (f"; {' and '.join(rivals)}" if rivals else "")
        + ". If it is wrong, name the right one with --encoding."
    )
    return Encoding(codec, f"{_LEGACY[codec]} (guessed)", note=note)


def _ranked(telling: bytes) -> list[str]:
    """Likely codecs, best first; among equals the commoner one, because short texts look alike in several."""
    import charset_normalizer  # noqa: PLC0415 - few tables are not UTF-8

    scores = {
        codec: (round(match.chaos, 2), -round(match.coherence, 1))
        for match in reversed(list(charset_normalizer.from_bytes(telling[:16384], cp_isolation=list(_LEGACY))))
        for codec in match.could_be_from_charset
        if codec in _LEGACY
    }
    common = list(_LEGACY)
    return sorted(scores, key=lambda codec: (scores[codec], common.index(codec)))


def _excerpt(telling: bytes, codec: str) -> str:
    """The first words that have a letter outside ASCII."""
    words = [word for word in telling.decode(codec, "replace").split() if not word.isascii()]
    return " ".join(words[:3])[:60]
