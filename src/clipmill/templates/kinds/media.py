"""Pictures, videos and sounds: a path or an address in a cell becomes a stored file, measured against its limits."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clipmill.domain.media import MediaKind
from clipmill.domain.payload import ASSET_SCHEME
from clipmill.domain.template import SEEN_KINDS, FieldKind, FieldRule
from clipmill.domain.verdict import Problem, Who
from clipmill.errors import MediaError, NoNetworkError, NotFoundError, OutsideError
from clipmill.media.facts.facts import Facts
from clipmill.media.outside.beneath import Beneath
from clipmill.media.outside.meant import Finder, Meant, first_of, last_part, unwrapped
from clipmill.media.outside.stored import MediaStore, StoredMedia
from clipmill.templates.kinds.cell import shortened

#: The code of a problem that is no fault of the row: nothing outside this machine can be reached.
NO_NETWORK = "media.no_network"


class _NotHereError(OutsideError):
    """A table from another machine names a file of this one."""


#: Reads a cell that names a media file.
ReadMedia = Callable[[str], StoredMedia | Problem]

_MISSING = "Correct the path, or put the file there."
_ON_THIS_DISK = re.compile(r"file:", re.IGNORECASE)
#: `//host/…`, `www.…`, and an address with slashes too few or leaning the wrong way; what is right follows it.
_HALF_AN_ADDRESS = re.compile(r"(?:https?:)?[\\/]{2,}(?=[^\\/]+\.)|https?:[\\/]?(?=[^\\/])|(?=www\.)", re.IGNORECASE)

#: How a cell names a file that was uploaded before.
_UPLOAD = re.compile(r"ast_[0-9A-Za-z]{12}")
_WORDS = {MediaKind.IMAGE: "a picture", MediaKind.VIDEO: "a video", MediaKind.AUDIO: "a sound",
          MediaKind.SUBTITLE: "a subtitle file"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of one field lie."""

    #: Relative paths begin here.
    base: str
    #: Files that are named by a cell, or by the end of an address in it, are looked for here first; "" for none.
    media_folder: str
    finder: Finder
    #: Where files may lie at all.
    beneath: Beneath
    #: The table came from another machine: of this one's files only those that came with it may be named.
    remote: bool = False

    @classmethod
    def of(cls, rule: FieldRule, base_folder: Path, media_folder: str = "", allowed: Sequence[Path | str] = (), *,
           remote: bool = False) -> Places:  # fmt: skip
        """The places of a field: files lie beneath the first two folders, or beneath others that are allowed."""
        beneath = Beneath.of(base_folder, media_folder, *allowed)
        return cls(str(base_folder), media_folder, Finder(MediaKind(rule.kind)), beneath, remote)

    def in_media_folder(self, cell: str) -> Meant | None:
        """The files in the media folder that a cell may mean: by the path in it, else by its last part."""
        if not self.media_folder:
            return None
        word = unwrapped(cell)
        is_inside = not is_address(word) and not Path(word).is_absolute() and ".." not in re.split(r"[\\/]", word)
        whole = self.finder.find(self.media_folder, word) if is_inside else None
        part = last_part(word)
        return whole or (self.finder.find(self.media_folder, part) if part not in ("", ".", "..") else None)


def media_reader(rule: FieldRule, column: str, places: Places, store: MediaStore) -> ReadMedia:
    """Read paths relative to the table's folder, names in the media folder, and http(s) addresses."""
    limit = _limit(rule, store)
    judge = _judge(rule, store.limits.image_pixels)

    def read(cell: str) -> StoredMedia | Problem:
        named, count = first_of(cell)
        try:
            stored, name, told = _found(named, places, store, limit)
        except (NotFoundError, MediaError) as error:
            return _problem(error, column, cell)
        complaint = judge(stored.facts)
        if complaint is not None:
            code, reason, fix = complaint
            return Problem(code, f"{name} {reason}", fix, column, cell)
        try:
            seen = store.looked_through(stored, name)
        except MediaError as error:
            forbidden = stored.facts.suffix == ".svg" and "not well-formed" not in str(error)
            code = "media.drawing" if forbidden else "media.broken"  # they are mended differently
            return Problem(code, str(error), error.hint, column, cell)
        several = (f"the first of {count} was taken",) if count > 1 else ()
        remarks = (*several, *told, *(f"{name}: {remark}" for remark in seen.remarks))
        return replace(seen, remarks=tuple(f"{column}: {remark}" for remark in remarks)) if remarks else seen

    return read


def _problem(error: NotFoundError | MediaError, column: str, cell: str) -> Problem:
    """Why a file cannot be had, and who can change that."""
    if isinstance(error, NotFoundError):
        return Problem("media.missing", str(error), error.hint or _MISSING, column, cell)
    if isinstance(error, _NotHereError):
        return Problem("media.local", str(error), error.hint, column, cell)
    if isinstance(error, OutsideError):
        return Problem("media.outside", str(error), error.hint, column, cell, Who.OPERATOR)
    code = NO_NETWORK if isinstance(error, NoNetworkError) else "media.unusable"
    return Problem(code, str(error), error.hint or "Use another file.", column, cell)


def _found(cell: str, places: Places, store: MediaStore, limit: int) -> tuple[StoredMedia, str, tuple[str, ...]]:
    """The file a cell means, what it is called, and how it was found. Raises NotFoundError, MediaError."""
    word = cell.strip()
    if word.startswith(ASSET_SCHEME):
        return store.from_reference(word), shortened(word), ()
    if places.remote and _UPLOAD.fullmatch(word):
        return store.from_upload(word), word, ()
    meant = places.in_media_folder(cell)
    if meant is not None:
        stored, name = _taken(meant, word, places, store, limit)
        how = f" ({meant.how})" if meant.how else ""
        other = (f"{name} was taken for {shortened(word.partition('?')[0])}{how}",) if how else ()
        return stored, name, (f"taken from the folder {places.media_folder}", *other)
    if is_address(word):
        address = unwrapped(word)
        return store.from_url(address, limit), shortened(address.partition("?")[0]), ()
    try:
        path = os.path.join(places.base, word)  # noqa: PTH118 - see MediaStore
        return store.from_path(path, limit, shortened(word), places.beneath), shortened(word), ()
    except (NotFoundError, OutsideError) as error:
        meant = None if _is_elsewhere(word, places) else _meant(cell, word, places)
        if meant is None and places.remote:
            raise _NotHereError(
                f"{shortened(word)} names a file, and the table came without it",
                hint="Give an http or https address, or upload the file and name that.",
            ) from error
        if meant is None:
            raise
    stored, name = _taken(meant, word, places, store, limit)
    return stored, name, (f"{name} was taken for {shortened(word)} ({meant.how})",)


def _is_elsewhere(word: str, places: Places) -> bool:
    """Whether a remote table names a path that cannot have come with it."""
    return places.remote and (Path(word).is_absolute() or ".." in re.split(r"[\\/]", word))


def _meant(cell: str, word: str, places: Places) -> Meant | None:
    """The files that a cell may mean. Raises OutsideError, and MediaError for what is half an address."""
    try:
        meant = places.finder.find(places.base, cell, places.beneath)
    except OutsideError:
        _refuse_half_an_address(word)
        raise
    if meant is None:
        _refuse_half_an_address(word)
    return meant


def _taken(meant: Meant, word: str, places: Places, store: MediaStore, limit: int) -> tuple[StoredMedia, str]:
    """The one file that is meant. Raises NotFoundError naming all that could be, OutsideError."""
    for path in meant.paths:
        places.beneath.place(path, shortened(word))
    if len(meant.paths) > 1:
        listed, both = " and ".join(map(shortened, meant.shown)), "both " if len(meant.paths) == 2 else ""
        raise NotFoundError(f"{shortened(word)} does not exist, and {listed} could {both}be meant",
                            hint="Write the name of one of them.")  # fmt: skip
    name = shortened(meant.shown[0])
    return store.from_path(meant.paths[0], limit, name, places.beneath), name


def _refuse_half_an_address(word: str) -> None:
    """Raises MediaError for what begins as an address does, without saying that it is one."""
    found = _HALF_AN_ADDRESS.match(word)
    if found is not None:
        raise MediaError(f"{shortened(word)} is an address without https:",
                         hint=f"Write {shortened('https://' + word[found.end():])}")  # fmt: skip


def look_ahead(rule: FieldRule, places: Places, store: MediaStore) -> Callable[[str], None]:
    """Begin the download behind a cell that holds an address."""
    limit = _limit(rule, store)

    def begin(cell: str) -> None:
        cell, _ = first_of(cell)
        if is_address(cell) and places.in_media_folder(cell) is None:
            store.look_ahead(unwrapped(cell), limit)

    return begin


def is_address(cell: str) -> bool:
    """Whether a cell names something on the network rather than on this disk."""
    return "://" in cell and not _ON_THIS_DISK.match(unwrapped(cell))


def _limit(rule: FieldRule, store: MediaStore) -> int:
    kind = store.limits.image_bytes if rule.kind is FieldKind.IMAGE else store.limits.media_bytes
    return rule.max_bytes or kind


def _judge(rule: FieldRule, pixels: int) -> Callable[[Facts], tuple[str, str, str] | None]:
    """The first complaint about a file: code, what it is, what to do."""
    most = rule.max_pixels or (pixels if rule.kind is FieldKind.IMAGE else None)

    def complaints(facts: Facts) -> Iterator[tuple[str, str, str]]:
        wanted = MediaKind(rule.kind)
        kind = _kind(facts, wanted)
        if kind is not wanted:
            yield "media.kind", f"is {_WORDS[kind]}, not {_WORDS[wanted]}", f"Use {_WORDS[wanted]}."
        elif rule.kind in SEEN_KINDS:
            yield from _size_complaints(facts, rule, most)

    return lambda facts: next(complaints(facts), None)


def _kind(facts: Facts, wanted: MediaKind) -> MediaKind:
    """What a file is good for: one with sound and pictures is a sound where a sound is wanted."""
    if facts.has_audio and wanted is MediaKind.AUDIO:
        return MediaKind.AUDIO
    if facts.kind is MediaKind.VIDEO and not facts.has_video:
        return MediaKind.AUDIO
    return facts.kind


def _size_complaints(facts: Facts, rule: FieldRule, most: int | None) -> Iterator[tuple[str, str, str]]:
    width, height = facts.width, facts.height
    has = f"is {width} × {height} pixels"
    if most is not None and width * height > most:
        yield "media.pixels", f"{has}; at most {most:,} in all are allowed", "Scale it down."
    drawn = facts.suffix == ".svg"  # a drawing is sharp in any size
    if not drawn and (width < (rule.min_width or 0) or height < (rule.min_height or 0)):
        least = f"{rule.min_width or 1} × {rule.min_height or 1}"
        yield "media.small", f"{has}; at least {least} are needed", "Use a larger picture."
    aspect = width / height
    low, high = rule.min_aspect, rule.max_aspect
    if (low is not None and aspect < low) or (high is not None and aspect > high):
        if low is not None and high is not None:
            fits = f"{low:g} to {high:g} fit"
        else:
            fits = f"{low:g} or more fits" if low is not None else f"at most {high:g} fits"
        yield "media.aspect", f"{has}, width ÷ height {aspect:.2f}; {fits}", "Crop it, or use another picture."
