"""A face: one style of a family as its file describes it: names, weight, slant, coverage, whether it has colours."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from clipmill.errors import MediaError
from clipmill.media.fonts.cmap import Coverage, read_cmap
from clipmill.media.fonts.tables import FontTables, read_faces

_WEIGHTS = {100: "Thin", 200: "ExtraLight", 300: "Light", 400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold",
            800: "ExtraBold", 900: "Black"}  # fmt: skip
#: Without these nothing can be laid out or named; and one of the second line must hold what is drawn.
_NEEDED = ("cmap", "head", "hhea", "hmtx", "maxp", "name")
_DRAWN = ("glyf", "CFF ", "CFF2", "CBDT", "sbix")
_COLOURED = ("CBDT", "sbix", "COLR")
#: Numbers of names: the family as people know it, and the family in four styles at most.
_FAMILY, _PLAIN_FAMILY = 16, 1
_ENGLISH = (0x0409, 0)
_MOST_NAMES = 4096
_UNICODE, _MACINTOSH, _WINDOWS = 0, 1, 3
_ITALIC = 0x01 | 0x200


@dataclass(frozen=True)
class Face:
    """One style of a family."""

    tables: FontTables
    #: As people know it, in English where it has an English name.
    family: str
    #: Every name a text may call it by.
    names: frozenset[str]
    #: Lightest and heaviest weight; the same but for a variable font.
    weights: tuple[int, int]
    italic: bool
    #: Whether glyphs have colours of their own.
    coloured: bool

    @property
    def path(self) -> Path:
        """Its file."""
        return self.tables.path

    @cached_property
    def coverage(self) -> Coverage:
        """The characters it has; none where that cannot be read any more."""
        try:
            return read_cmap(self.tables.read("cmap"))
        except (MediaError, OSError):
            return Coverage()

    @property
    def style(self) -> str:
        """`Bold Italic`, or `Thin to Black` for a variable font."""
        light, heavy = (_weight_name(weight) for weight in self.weights)
        return (light if light == heavy else f"{light} to {heavy}") + (" Italic" if self.italic else "")


def load_faces(path: Path) -> tuple[Face, ...]:
    """The faces of a font file. Raises MediaError saying what is wrong with one that cannot be used."""
    try:
        return tuple(_face(tables) for tables in read_faces(path))
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}") from error


@lru_cache(maxsize=8192)
def faces_of(path: Path) -> tuple[Face, ...]:
    """The faces of a font file; none for a file that cannot be used."""
    try:
        return load_faces(path)
    except MediaError:
        return ()


def _face(tables: FontTables) -> Face:
    lacking = [tag for tag in _NEEDED if tag not in tables.places]
    if lacking or not any(tag in tables.places for tag in _DRAWN):
        what = lacking[0] if lacking else "glyf"
        raise MediaError(f"{tables.path.name} is broken: its table {what!r} is missing")
    named = _read_names(tables.read("name"))
    if not any(named.values()):
        raise MediaError(f"{tables.path.name} says no family name: a text cannot ask for it")
    weight, italic = _read_style(tables.read("OS/2"), tables.read("head"))
    return Face(
        tables=tables,
        family=_best(named[_FAMILY]) or _best(named[_PLAIN_FAMILY]),
        names=frozenset(named[_FAMILY].values()) | frozenset(named[_PLAIN_FAMILY].values()),
        weights=_read_axis(tables.read("fvar")) or (weight, weight),
        italic=italic,
        coloured=any(tag in tables.places for tag in _COLOURED),
    )


def _read_names(table: bytes) -> dict[int, dict[int, str]]:
    """Number of a name → language → the name: the two numbers for families, and no others."""
    found: dict[int, dict[int, str]] = {_FAMILY: {}, _PLAIN_FAMILY: {}}
    try:
        count, strings = struct.unpack_from(">HH", table, 2)
        for place in range(6, 6 + 12 * min(count, _MOST_NAMES), 12):
            platform, _encoding, language, number, length, offset = struct.unpack_from(">6H", table, place)
            raw = table[strings + offset : strings + offset + length]
            if number in found and (text := _decoded(platform, raw)):
                found[number].setdefault(language, text)
    except struct.error:
        pass  # what was read before the table ended counts
    return found


def _decoded(platform: int, raw: bytes) -> str:
    """A name as text on one line; nothing for encodings of the last century."""
    if platform in (_UNICODE, _WINDOWS):
        text = raw.decode("utf-16-be", "replace")
    elif platform == _MACINTOSH and raw.isascii():
        text = raw.decode("ascii")
    else:
        return ""
    return " ".join("".join(char for char in text if char.isprintable()).split())[:100]


def _best(names: dict[int, str]) -> str:
    return next((names[language] for language in _ENGLISH if language in names), next(iter(names.values()), ""))


def _read_style(os2: bytes, head: bytes) -> tuple[int, bool]:
    """Weight (1–1000) and whether it slants."""
    if len(os2) >= 64:
        weight, selection = struct.unpack_from(">H", os2, 4)[0], struct.unpack_from(">H", os2, 62)[0]
        return min(max(weight, 1), 1000), bool(selection & _ITALIC)
    mac = struct.unpack_from(">H", head, 44)[0] if len(head) >= 46 else 0
    return (700 if mac & 1 else 400), bool(mac & 2)


def _read_axis(fvar: bytes) -> tuple[int, int] | None:
    """The weights of a variable font."""
    try:
        begin, _reserved, count, size = struct.unpack_from(">4H", fvar, 4)
        for place in range(begin, begin + size * min(count, 64), max(size, 1)):
            tag, least, _default, most = struct.unpack_from(">4s3i", fvar, place)
            if tag == b"wght":
                return round(least / 65536), round(most / 65536)
    except struct.error:
        pass
    return None


def _weight_name(weight: int) -> str:
    return _WEIGHTS[min(max(round(weight / 100), 1), 9) * 100]
