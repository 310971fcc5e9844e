"""The file that is meant by a name that is not quite its own: another Unicode form, other capitals, slashes, a suffix.

Looked for only where such a name would lie if it were right, and taken only where no second file can be meant.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from clipmill.domain.media import MediaKind
from clipmill.errors import OutsideError
from clipmill.media.outside.beneath import Beneath

#: Suffixes people write for files of each kind.
_SUFFIXES: Mapping[MediaKind, frozenset[str]] = {
    MediaKind.IMAGE: frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".webp", ".svg", ".svgz"}),
    MediaKind.VIDEO: frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".ogv", ".gif"}),
    MediaKind.AUDIO: frozenset({".mp3", ".wav", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".mp4", ".webm"}),
    MediaKind.SUBTITLE: frozenset({".srt", ".vtt", ".ass", ".ssa"}),
}
_ANY_SUFFIX = frozenset().union(*_SUFFIXES.values())
#: What spreadsheets and chat programs leave around a name.
_AROUND = " \t\r\n\u00a0\u200b\u200e\u200f\u2060\ufeff\"'`<>“”„‟‘’‚«»"
_FILE_ADDRESS = re.compile(r"file:(?://(?:localhost)?)?(?=.)", re.IGNORECASE)
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
#: Between two addresses in one cell; a comma inside of one is its own.
_BETWEEN_ADDRESSES = re.compile(r"(?<!\s)(?:\s*+[,;|]\s*+|\s++)(?=[\"']?(?:https?:)?//)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"[,;|\r\n]+")
_MOST_NAMED = 5
_MOST_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Meant:
    """Files that a name may mean: one is meant, of several nobody can tell."""

    #: Absolute paths, and the same as they are written from the folder they were looked for in.
    paths: tuple[str, ...]
    shown: tuple[str, ...]
    #: What is different in the name: `capitals`, `slashes` …
    how: str = ""


def unwrapped(name: str) -> str:
    """The name without what stands around it and belongs to nobody."""
    return name.strip(_AROUND)


def last_part(name: str) -> str:
    """The file's own name, of a path or of an address without its query."""
    path = re.split(r"[?#]", name, maxsplit=1)[0] if "://" in name or name.startswith("//") else name
    part = unwrapped(path).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _decoded(part) or part


def first_of(cell: str) -> tuple[str, int]:
    """The first of the files that a cell names, as shops' exports put all pictures of a product into one, and how many.

    Names are several only where each ends as media files do: `Lamp, oak.jpg` is one.
    """
    listed = cell.strip()
    if listed.startswith("[") and listed.endswith("]"):
        listed = listed[1:-1]
    pieces = [piece for piece in map(unwrapped, _BETWEEN_ADDRESSES.split(listed)) if piece]
    if len(pieces) < 2 and "://" not in listed:
        names = [piece for piece in map(unwrapped, _BETWEEN_NAMES.split(listed)) if piece]
        pieces = names if all(os.path.splitext(name)[1].lower() in _ANY_SUFFIX for name in names) else []  # noqa: PTH122
    return (pieces[0], len(pieces)) if len(pieces) > 1 or (pieces and listed != cell.strip()) else (cell, 1)


class Finder:
    """Looks for files of one kind in folders, whose lists are kept as long as the folders stay the same."""

    def __init__(self, kind: MediaKind | None = None) -> None:
        self._suffixes = _SUFFIXES[kind] if kind is not None else _ANY_SUFFIX
        self._kept: dict[str, tuple[int, _Listing]] = {}

    def find(self, folder: str, name: str, beneath: Beneath | None = None) -> Meant | None:
        """What a name may mean that counts from a folder; None where nothing is like it.

        Where it may lie outside of what is allowed nobody looks; raises OutsideError where it means nothing else.
        """
        if len(name) > _MOST_CHARACTERS or "\0" in name:
            return None
        outside: OutsideError | None = None
        for path, how in _forms(name):
            try:
                if beneath is not None:
                    beneath.place(os.path.join(folder, path), name)  # noqa: PTH118 - a text, as everything here
            except OutsideError as error:
                outside = outside or error
                continue
            found = self._walked(folder, path)
            if found is not None:
                places, told = found
                shown = tuple(place if Path(path).is_absolute() else os.path.relpath(place, folder) for place in places)
                return Meant(places, shown, ", ".join(dict.fromkeys([*how, *told])))
        if outside is not None:
            raise outside
        return None

    def _walked(self, folder: str, path: str) -> tuple[tuple[str, ...], list[str]] | None:
        """The files at a path whose every part may be written differently; those of an absolute one only at its end."""
        parts = [part for part in path.split("/") if part not in ("", ".")]
        at, told = folder, list[str]()
        if Path(path).is_absolute():
            at, parts = str(Path(path).parent), parts[-1:]
        for part in parts[:-1]:
            found, how = self._listing(at).folders(part) if part != ".." else ([part], "")
            if len(found) != 1:
                return None
            at, told = str(Path(at, found[0])), [*told, *filter(None, [how])]
        names, how = self._listing(at).files(parts[-1]) if parts else ([], "")
        places = tuple(str(Path(at, name)) for name in names[:_MOST_NAMED])
        return (places, [*told, *filter(None, [how])]) if places else None

    def _listing(self, folder: str) -> _Listing:
        try:
            changed = Path(folder).stat().st_mtime_ns
            known = self._kept.get(folder)
            if known is None or known[0] != changed:
                with os.scandir(folder) as entries:
                    listed = [(entry.name, entry.is_dir()) for entry in entries]
                known = self._kept[folder] = changed, _Listing(listed, self._suffixes)
        except (OSError, ValueError):
            return _Listing([], self._suffixes)
        return known[1]


class _Listing:
    """The names in a folder, by what makes two names alike: the first likeness that any has decides."""

    def __init__(self, listed: Sequence[tuple[str, bool]], suffixes: frozenset[str]) -> None:
        self._suffixes = suffixes
        likenesses = (("", str), ("another Unicode form", _composed), ("capitals or blanks", _folded))
        self._alike = {
            is_dir: [(how, alike, _by(alike, (name for name, its in listed if its is is_dir)))
                     for how, alike in likenesses]
            for is_dir in (False, True)
        }  # fmt: skip
        self._stems = _by(self._stem, (name for name, is_dir in listed if not is_dir))

    def folders(self, name: str) -> tuple[list[str], str]:
        """Folders this may be, and what is different."""
        return self._first(name, is_dir=True)

    def files(self, name: str) -> tuple[list[str], str]:
        """Files this may be, and what is different: at last the suffix."""
        found, how = self._first(name, is_dir=False)
        if found:
            return found, how
        stems = dict.fromkeys((self._stem(name), _folded(name)))
        return sorted({each for stem in stems for each in self._stems.get(stem, ())}), "another suffix"

    def _first(self, name: str, *, is_dir: bool) -> tuple[list[str], str]:
        for how, alike, names in self._alike[is_dir]:
            if found := names.get(alike(name)):
                return sorted(found), how
        return [], ""

    def _stem(self, name: str) -> str:
        """The name without a suffix that files of this kind have."""
        folded = _folded(name)
        stem, _, ending = folded.rpartition(".")
        return stem if stem and f".{ending}" in self._suffixes else folded


def _by(alike: Callable[[str], str], names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(alike(name), []).append(name)
    return found


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


@lru_cache(maxsize=65_536)
def _folded(name: str) -> str:
    """Letters of either case, of any form and width, and any blanks, as one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())


def _forms(name: str) -> Iterator[tuple[str, list[str]]]:
    """The name with ever more of its clothing taken off, and what that was."""
    told: list[str] = []
    for how, undressed in _CLOTHING:
        changed = undressed(name)
        if changed and changed != name:
            name, told = changed, [*told, how]
        elif how:
            continue
        yield name, told


def _without_scheme(name: str) -> str:
    return _FILE_ADDRESS.sub("", name, count=1) if _FILE_ADDRESS.match(name) else name


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def _relative(name: str) -> str:
    return name.lstrip("/")


def _decoded(name: str) -> str:
    """The name with its escapes undone; never one that leads to another folder by that."""
    if not _ESCAPED.search(name):
        return name
    try:
        plain = unquote(name, errors="strict")
    except UnicodeDecodeError:
        return name
    leads = plain.count("/") != name.count("/") or "\\" in plain or "\0" in plain
    return name if leads or plain.split("/").count("..") != name.split("/").count("..") else plain


_CLOTHING: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("", str), ("quotes or blanks around it", unwrapped), ("file:", _without_scheme), ("slashes", _slashed),
    ("%20 and the like", _decoded), ("a slash before it", _relative),
)  # fmt: skip
