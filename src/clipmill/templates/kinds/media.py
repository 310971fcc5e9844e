"""Pictures, videos and sounds: a path or an address in a cell becomes a stored file, measured against its limits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from clipmill.domain.template import SEEN_KINDS, FieldKind, FieldRule
from clipmill.domain.verdict import Problem
from clipmill.errors import MediaError, NotFoundError
from clipmill.media.facts.facts import Facts
from clipmill.media.outside.stored import MediaStore, StoredMedia
from clipmill.templates.kinds.cell import shortened

#: Reads a cell that names a media file.
ReadMedia = Callable[[str], StoredMedia | Problem]

_WORDS = {FieldKind.IMAGE: "a picture", FieldKind.VIDEO: "a video", FieldKind.AUDIO: "a sound",
          FieldKind.SUBTITLE: "a subtitle file"}  # fmt: skip


def media_reader(rule: FieldRule, column: str, base_folder: Path, store: MediaStore) -> ReadMedia:
    """Read paths relative to the folder and http(s) addresses."""
    base = str(base_folder)
    limit = _limit(rule, store)
    judge = _judge(rule, store.limits.image_pixels)

    def read(cell: str) -> StoredMedia | Problem:
        word = cell.strip()
        try:
            if is_address(word):
                stored = store.from_url(word, limit)
            else:
                stored = store.from_path(os.path.join(base, word), limit, shortened(word))  # noqa: PTH118 - see MediaStore
        except NotFoundError as error:
            return Problem("media.missing", str(error), "Correct the path, or put the file there.", column, cell)
        except MediaError as error:
            return Problem("media.unusable", str(error), error.hint or "Use another file.", column, cell)
        name = shortened(word.partition("?")[0])
        complaint = judge(stored.facts)
        if complaint is not None:
            code, reason, fix = complaint
            return Problem(code, f"{name} {reason}", fix, column, cell)
        try:
            return store.looked_through(stored, name)
        except MediaError as error:
            return Problem("media.broken", str(error), error.hint, column, cell)

    return read


def look_ahead(rule: FieldRule, store: MediaStore) -> Callable[[str], None]:
    """Begin the download behind a cell that holds an address."""
    limit = _limit(rule, store)

    def begin(cell: str) -> None:
        if is_address(cell):
            store.look_ahead(cell.strip(), limit)

    return begin


def is_address(cell: str) -> bool:
    """Whether a cell names something on the network rather than on this disk."""
    return "://" in cell


def _limit(rule: FieldRule, store: MediaStore) -> int:
    kind = store.limits.image_bytes if rule.kind is FieldKind.IMAGE else store.limits.media_bytes
    return rule.max_bytes or kind


def _judge(rule: FieldRule, pixels: int) -> Callable[[Facts], tuple[str, str, str] | None]:
    """The first complaint about a file: code, what it is, what to do."""
    most = rule.max_pixels or (pixels if rule.kind is FieldKind.IMAGE else None)

    def complaints(facts: Facts) -> Iterator[tuple[str, str, str]]:
        kind = _kind(facts, rule.kind)
        if kind is not rule.kind:
            yield "media.kind", f"is {_WORDS[kind]}, not {_WORDS[rule.kind]}", f"Use {_WORDS[rule.kind]}."
        elif rule.kind in SEEN_KINDS:
            yield from _size_complaints(facts, rule, most)

    return lambda facts: next(complaints(facts), None)


def _kind(facts: Facts, wanted: FieldKind) -> FieldKind:
    """What a file is good for: one with sound and pictures is a sound where a sound is wanted."""
    if wanted is FieldKind.AUDIO and facts.has_audio:
        return FieldKind.AUDIO
    if facts.kind is FieldKind.VIDEO and not facts.has_video:
        return FieldKind.AUDIO
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
