"""Uploads: what comes over the network is spooled, looked at, and kept by its content."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from clipmill.domain.access import Asset
from clipmill.domain.files.names import safe_name
from clipmill.domain.payload import asset_digest
from clipmill.errors import InputError, SourceError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.shown import megabytes, shortened

#: Tables that a zip may hold beside its media.
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")
_MB = 1024**2
#: How many times its own size a zip may unpack to, and how deep its folders may lie.
_RATIO, _DEPTH = 200, 12
_CHUNK = 1 << 20
#: Purpose of uploads that are media.
MEDIA = ""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What a zip may hold: entries, and bytes in all."""

    entries: int = 10_000
    bytes: int = 2_048 * _MB


@contextmanager
def spooled(parts: ServerParts, name: str) -> Iterator[Path]:
    """A path for what is being received, which is gone afterwards unless it was moved."""
    path = parts.files.scratch(f"upload.{new_id('up')}{Path(safe_name(name)).suffix[:10]}")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def keep_media(parts: ServerParts, path: Path, name: str, *, limit_bytes: int = 0) -> Asset:
    """Keep a picture, a video or a sound that was received, measured; the file is moved. Raises MediaError."""
    stored = parts.media.from_path(str(path), limit_bytes or parts.settings.limits.media_bytes, shortened(name))
    facts = stored.facts
    told: dict[str, Any] = {"kind": str(facts.kind), "suffix": facts.suffix, "width": facts.width,
                            "height": facts.height, "seconds": facts.milliseconds / 1000, "has_audio": facts.has_audio,
                            "reference": stored.reference}  # fmt: skip
    digest = asset_digest(stored.reference) or ""
    return parts.assets.add(Asset(id=new_id("ast"), name=_plain(name), sha256=digest, size_bytes=stored.size,
                                  facts=told))  # fmt: skip


def keep_file(parts: ServerParts, path: Path, wish: Asset) -> Asset:
    """Keep any other file that was received, as `wish` says but for content and size; it is moved."""
    size = path.stat().st_size
    kept = replace(wish, name=_plain(wish.name), sha256=parts.own_files.put(path), size_bytes=size)
    return parts.assets.add(kept)


def path_of(parts: ServerParts, asset: Asset) -> Path:
    """Where the content of an upload lies. Raises NotFoundError."""
    return parts.own_files.path(asset.sha256)


def reference_of(parts: ServerParts, asset_id: str) -> str:
    """What a payload, or a cell, names an uploaded file by. Raises NotFoundError, InputError for what is no media."""
    asset = parts.assets.find(asset_id)
    reference = asset.facts.get("reference")
    if not isinstance(reference, str):
        raise InputError(f"{asset_id} is no picture, video or sound", hint="Upload the file as media.")
    return reference


def table_folder(parts: ServerParts, batch_id: str) -> Path:
    """The folder for a table that came over the network, and what came with it; made, and the owner's alone."""
    folder = parts.home / "tables" / parts.tenant / batch_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def unpack_table(archive: Path, folder: Path) -> Path:
    """Unpack a zip of one table and its media into a folder; the table. Raises SourceError."""
    return _one_table(folder, unpack(archive, folder))


def unpack(archive: Path, folder: Path, limits: ZipLimits = ZipLimits()) -> Sequence[Path]:
    """Unpack a zip into a folder; the paths of its files, below that.

    Names are held inside the folder, and what they unpack to is counted as it is written. Raises SourceError.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _is_clutter(entry.filename)]
            _check_entries(archive, (packed.infolist(), entries), limits)
            for entry in entries:
                _unpack(packed, entry, folder / _inside(entry), sum(each.file_size for each in entries))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceError(f"the zip cannot be read: {shortened(str(error))}", hint="Pack it again.") from error
    return [_inside(entry) for entry in entries]


def _one_table(folder: Path, paths: Sequence[Path]) -> Path:
    tables = [path for path in paths if path.suffix.lower() in _TABLES]
    top = min((len(path.parts) for path in tables), default=0)
    found = [path for path in tables if len(path.parts) == top]
    if len(found) != 1:
        there = f"{len(found)} tables, {', '.join(map(str, found[:3]))}" if found else "no table"
        raise SourceError(f"the zip has {there}", hint="Pack one CSV or JSONL file with the media it names.")
    return folder / found[0]


def _check_entries(archive: Path, found: tuple[Sequence[zipfile.ZipInfo], Sequence[zipfile.ZipInfo]],
                   limits: ZipLimits) -> None:  # fmt: skip
    """Raises SourceError for what would unpack to too much, or elsewhere; `found`: every entry, and those taken."""
    every, entries = found
    if len(every) > limits.entries:
        raise SourceError(f"the zip has {len(every):,} entries; {limits.entries:,} are allowed", hint="Split it.")
    size, packed = sum(entry.file_size for entry in entries), max(1, archive.stat().st_size)
    if size > limits.bytes or size > max(packed, _MB) * _RATIO:
        raise SourceError(f"the zip would unpack to {megabytes(size)}, {size // packed:,} times its size",
                          hint=f"Most is {megabytes(limits.bytes)}, or {_RATIO} times its size.")  # fmt: skip
    for entry in entries:
        _inside(entry)


def _inside(entry: zipfile.ZipInfo) -> Path:
    """Where an entry goes, below the folder. Raises SourceError for one that leads elsewhere, and for links."""
    name = entry.filename.replace("\\", "/")
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0] or not path.parts
    if leads_out or len(path.parts) > _DEPTH or "\0" in name:
        raise SourceError(f"the zip has an entry that leads elsewhere: {shortened(name)}",
                          hint="Pack the files with plain relative names.")  # fmt: skip
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise SourceError(f"the zip has a link: {shortened(name)}", hint="Pack the file itself.")
    return Path(*path.parts)


def _unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(entry) as source, path.open("xb") as target:
        copied(source, target, min(most, entry.file_size))


def copied(source: IO[bytes], target: IO[bytes], most: int) -> int:
    """Copy at most so many bytes; how many. Raises SourceError for more, whatever was declared."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise SourceError("an entry of the zip is larger than it says", hint="Pack it again.")
        target.write(chunk)
    return size


def discard_folder(folder: Path) -> None:
    """Remove what a refused table came with."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_clutter(name: str) -> bool:
    """What other systems pack beside the files."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db")


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return safe_name(last) or "file"
