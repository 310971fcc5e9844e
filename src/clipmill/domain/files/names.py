"""File names that are safe on every system, and no two alike within a batch."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from clipmill.domain.files.formats import SUFFIXES

#: Longest name, bytes of UTF-8.
LONGEST_BYTES = 120
#: The name of a file whose pattern gave nothing that may stay.
UNNAMED = "unnamed"
#: What clipmill itself writes into a batch's folder; no delivered file may take these names.
ARCHIVE = "archive.zip"
OWN_NAMES = ("report.html", "report", "results.jsonl", "results.csv", "blocked.csv", ARCHIVE)

#: Characters that separate paths somewhere, or that Windows refuses.
_FORBIDDEN = frozenset('/\\<>:"|?*')
#: Unicode categories without a glyph: controls, formats, surrogates, private use, unassigned, line and paragraph ends.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Format characters that words of Persian and Indic scripts (and emoji) need between their letters.
_JOINERS = frozenset("\u200c\u200d")
#: Most names need no second look: ASCII letters, digits, `_` and `-`, of no worrying length, with a suffix.
_ORDINARY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,98}\.[A-Za-z0-9]{1,10}")
#: Where the number of an attempt goes once its file is made: what stands before it, and how many digits it has at
#: least. No safe name holds a `<`.
_ATTEMPT = re.compile(r"<([-_][A-Za-z_-]*)([1-9])>")
#: Bytes that are kept free for that number and for another suffix.
_ATTEMPT_BYTES = 12
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")
#: Two spellings of one format.
_SPELLINGS = {".jpeg": ".jpg"}
#: Names of devices on Windows, with any suffix.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)


def safe_name(text: str) -> str:
    """One path component that any file system takes, 1 to 120 bytes, as close to the text as can be.

    Letters of every script stay (NFC); path separators and characters without a glyph become `-`; dots, spaces and
    hyphens at the start and dots and spaces at the end go; device names of Windows get a `_` before them; a long name
    is cut before its suffix. A safe name is left as it is.
    """
    if _ORDINARY.fullmatch(text) and not _DEVICE.match(text):
        return text
    name = _safer(text)
    while (safer := _safer(name)) != name:
        name = safer
    return name


def with_suffix(name: str, suffix: str) -> str:
    """A safe name that ends in the suffix of what was made: in the place of another format's, else after the name.

    A name that ends right already, in whatever case or spelling, is left as it is.
    """
    stem, given = _parts(name)
    if _spelling(given) == _spelling(suffix):
        return name
    return _fitted(stem, suffix) if is_of_a_format(name) else _fitted(name, suffix)


def is_of_a_format(name: str) -> bool:
    """Whether a name ends in the suffix of some output format."""
    return _spelling(_parts(name)[1]) in SUFFIXES


def numbered(name: str, number: int) -> str:
    """The name with `-<number>` before its suffix, and before the place of an attempt's, still at most 120 bytes."""
    stem, suffix = _parts(name)
    head, mark, rest = stem.partition("<")
    return _fitted(head, f"-{number}{mark}{rest}{suffix}")


def with_attempt(name: str, told: str) -> str:
    """A safe name with a place for the number of an attempt before its suffix; `told` is `-v2` for `-v01`, `-v02` …"""
    stem, suffix = _parts(name)
    mark = f"<{told}>"
    head = _fitted(stem, suffix, LONGEST_BYTES - len(mark) - _ATTEMPT_BYTES)
    return f"{head[: len(head) - len(suffix)]}{mark}{suffix}"


def finished(name: str, attempt: int) -> str:
    """The name of the file that this attempt made, or will make."""
    return _ATTEMPT.sub(lambda found: found[1] + str(max(attempt, 1)).zfill(int(found[2])), name)


def beside(name: str, suffix: str) -> str:
    """What a text beside a file is called, its suffix given without the dot."""
    return f"{_parts(name)[0]}.{suffix}"


class FileNames:
    """The names of one batch's folder: each is given out once, whatever its case.

    A name is remembered as 64 bits, so that a million of them take about 100 MB; two names with the same bits would
    only cost the second an unneeded `-2`. One with a place for an attempt's number has the names of all its attempts.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken: set[int] = set()
        #: Names up to their last number: of those with a place for one, and of the others.
        self._open: set[int] = set()
        self._fixed: set[int] = set()
        #: Names without their suffixes, of those with files beside them; nobody knows which of the earlier ones have.
        self._beside: set[int] = set()
        for name in OWN_NAMES:
            self.add(name)
        for name in taken:
            self.add(name, beside=True)
        #: Names asked for more than once → the number the next one gets.
        self._next: dict[int, int] = {}

    def take(self, name: str, *, beside: bool = False) -> str:
        """The name, or with `-2`, `-3` … where it is taken. The name must be safe already.

        `beside`: there will be files under its name with other suffixes.
        """
        key, free = _key(name), name
        if self.has(name, beside=beside):
            number = self._next.get(key, 2)
            while self.has(free := numbered(name, number), beside=beside):
                number += 1
            self._next[key] = number + 1
        self.add(free, beside=beside)
        return free

    def has(self, name: str, *, beside: bool = False) -> bool:
        """Whether another row has the name, or an attempt of another row may have."""
        if beside and _key(_parts(name)[0]) in self._beside:
            return True
        upto, is_open = _up_to_number(name)
        if is_open:
            return _key(upto) in self._open or _key(upto) in self._fixed
        return _key(name) in self._taken or (bool(self._open) and bool(upto) and _key(upto) in self._open)

    def add(self, name: str, *, beside: bool = False) -> None:
        """Take the name, whoever has it."""
        upto, is_open = _up_to_number(name)
        if is_open:
            self._open.add(_key(upto))
        else:
            self._taken.add(_key(name))
            if upto:
                self._fixed.add(_key(upto))
        if beside:
            self._beside.add(_key(_parts(name)[0]))


def _up_to_number(name: str) -> tuple[str, bool]:
    """A name without the number it ends in, empty where it ends in none; and whether that is an attempt's."""
    stem, suffix = _parts(name)
    found = _ATTEMPT.search(stem)
    if found:
        return f"{stem[: found.start()]}{found[1]}{suffix}", True
    plain = stem.rstrip("0123456789")
    return (plain + suffix if plain != stem else ""), False


def _safer(text: str) -> str:
    """One round of all the rules; a cut may lay bare what another rule has to see."""
    stem, suffix = _parts(_printable(text))
    stem = stem.lstrip(".- ").rstrip(". ") or UNNAMED
    if _DEVICE.match(stem + suffix):
        stem = f"_{stem}"
    return _fitted(stem, suffix)


def _printable(text: str) -> str:
    """NFC, with each run of characters that cannot stay as one `-` and every kind of space as a space."""
    kept = "".join(
        "\0" if _must_go(char) else " " if char.isspace() else char for char in unicodedata.normalize("NFC", text)
    )
    return unicodedata.normalize("NFC", re.sub("\0+", "-", kept))


def _spelling(suffix: str) -> str:
    """The suffix as formats are told apart by it."""
    suffix = suffix.lower()
    return _SPELLINGS.get(suffix, suffix)


def _must_go(char: str) -> bool:
    """Whether the character may not be part of a name."""
    return char in _FORBIDDEN or (unicodedata.category(char) in _UNPRINTABLE and char not in _JOINERS)


def _parts(name: str) -> tuple[str, str]:
    """Stem and suffix; the suffix has its dot, or is empty."""
    name = name.rstrip(". ")
    found = _SUFFIX.search(name)
    return (name[: found.start()], found.group()) if found else (name, "")


def _fitted(stem: str, suffix: str, longest: int = LONGEST_BYTES) -> str:
    """Stem and suffix in so many bytes, the stem cut between two characters."""
    room = longest - len(suffix.encode())
    cut = stem.encode()[:room].decode(errors="ignore")
    return (cut if cut == stem else cut.rstrip(". ")) + suffix


def _key(name: str) -> int:
    """The name as file systems that fold case and composition see it, 64 bits of it."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "big")
