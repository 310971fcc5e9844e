"""Adding fonts: files of the user's, checked in pure Python and copied to where they are always searched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clipmill.errors import MediaError, StoreError
from clipmill.making import becoming
from clipmill.media.fonts.faces import Face, load_faces
from clipmill.media.fonts.library import SUFFIXES

#: The largest fonts, those with every Chinese character in every weight, have half of this.
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Added:
    """One file that was asked for, and what became of it."""

    source: Path
    #: Its copy; None for a file that cannot be used.
    path: Path | None = None
    faces: tuple[Face, ...] = ()
    #: Whether the very same file was there before.
    again: bool = False
    #: Why it cannot be used.
    refusal: str = ""


def add_fonts(sources: Iterable[Path], into: Path) -> tuple[Added, ...]:
    """Check and copy font files, and those in folders, into a folder; what became of each.

    Raises MediaError for a path that is not there, and for a folder without fonts; StoreError when copying fails.
    """
    files = [path for source in sources for path in _files(source)]
    return tuple(_added(path, into) for path in dict.fromkeys(files))


def _files(source: Path) -> Iterator[Path]:
    if source.is_dir():
        found = sorted(path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        if not found:
            raise MediaError(f"{source} has no TTF, OTF or TTC files in it")
        yield from found
    elif source.exists():  # what is no file is told by its kind
        yield source
    else:
        raise MediaError(f"{source} is not there", hint="Give the path of a font file, or of a folder with fonts.")


def _added(source: Path, into: Path) -> Added:
    try:
        content, faces = _checked(source)
    except MediaError as error:
        return Added(source, refusal=str(error))
    target = into / source.name
    if target.exists() and target.read_bytes() != content:
        target = target.with_stem(f"{target.stem}-{hashlib.sha256(content).hexdigest()[:8]}")
    if target.exists():
        return Added(source, target, faces, again=True)
    try:
        into.mkdir(parents=True, exist_ok=True)
        with becoming(target) as part:
            part.write_bytes(content)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    return Added(source, target, faces)


def _checked(source: Path) -> tuple[bytes, tuple[Face, ...]]:
    """The content of a font file and its faces. Raises MediaError for one that cannot be used."""
    try:
        size = source.stat().st_size
        if size > _MOST_BYTES:
            raise MediaError(f"{source.name} has {size:,} bytes; fonts up to {_MOST_BYTES:,} can be added")
        faces = load_faces(source)
        if source.suffix.lower() not in SUFFIXES:
            raise MediaError(f"{source.name} is a font, but is not called one: rename it to end in .ttf, .otf or .ttc")
        if not any(face.coverage for face in faces):
            raise MediaError(f"{source.name} has no Unicode characters: no text can use it")
        return source.read_bytes(), faces
    except OSError as error:
        raise MediaError(f"{source.name} cannot be read: {error.strerror or error}") from error
