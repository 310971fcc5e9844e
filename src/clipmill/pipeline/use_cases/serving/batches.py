"""Batches as the native API has them: begun from a table however it comes, started, and worked on further."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from clipmill.domain.batch import UNREAD, Batch, BatchState, PauseReason, Progress, Reading
from clipmill.domain.files.names import safe_name
from clipmill.errors import ConflictError, SourceError
from clipmill.hints import Action, Deed
from clipmill.media.outside.fetch import Fetcher
from clipmill.pipeline.use_cases.endpoints import tell_of
from clipmill.pipeline.use_cases.going_on import resume as let_go_on
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.starting import Beginning, abandon, begin, new_table_folder
from clipmill.pipeline.use_cases.serving.templates import reading_of, template_named
from clipmill.pipeline.use_cases.serving.uploads import path_of, unpack_table
from clipmill.shown import shortened
from clipmill.templates.reading.saved import over

#: The table that comes as rows, and one whose name says nothing.
ROWS, TABLE = "rows.jsonl", "table.csv"
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt")
#: How deep the files may lie that come with a table.
_DEPTH = 12
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch as it is asked for."""

    #: A template's id or name, and which edition of it; None: the newest.
    template: str
    edition: int | None = None
    name: str = ""
    reading: Reading = field(default_factory=Reading)
    #: Of `Policy`, by its names, amounts in thousandths; None where it is as the template says.
    policy: Mapping[str, Any] = field(default_factory=dict)
    sample: int | None = None
    dry_run: bool = False
    names: str = ""
    archive: bool = False
    webhook: str = ""
    webhook_secret: str = field(default="", repr=False)
    metadata: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def table_place(parts: ServerParts) -> Iterator[Path]:
    """A folder for a table and what comes with it, which is gone afterwards where no batch was made of it."""
    folder = new_table_folder(parts)
    try:
        yield folder
    except BaseException:
        abandon(folder)
        raise


def begin_batch(parts: ServerParts, table: Path, wish: NewBatch) -> Batch:
    """Make the batch of a table in a folder of its own; its rows are taken in by whoever calls `starting.read_in`.

    Raises NotFoundError for the template, SourceError, TemplateError, SettingsError, MediaError for a webhook that
    nothing may be sent to.
    """
    named = template_named(parts, wish.template, wish.edition)
    if wish.webhook:
        parts.sender.check(wish.webhook)
    reading = over(reading_of(named), wish.reading)
    batch = begin(parts, table, Beginning(
        template=parts.named.template(named.version), name=wish.name or named.name, reading=reading,
        policy={name: value for name, value in wish.policy.items() if value is not None}, sample=wish.sample,
        held=wish.dry_run, names=wish.names, archive=wish.archive or reading.archive,
        kept={"template": named.id, "edition": named.number, "metadata": dict(wish.metadata)},
    ))  # fmt: skip
    if wish.webhook:
        tell_of(parts, batch.id, wish.webhook, wish.webhook_secret)
    return batch


def table_of_rows(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as a table. Raises SourceError where there are none."""
    if not rows:
        raise SourceError("there are no rows", hint="Give at least one.")
    path = folder / ROWS
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
    return path


def table_from(parts: ServerParts, folder: Path, address: str) -> Path:
    """Fetch the table behind an address, or a zip of it and its media. Raises MediaError, SourceError."""
    fetcher = Fetcher(parts.own_files, parts.settings)
    try:
        found = fetcher.fetch(address, parts.settings.limits.table_bytes)
    finally:
        fetcher.close()
    return table_in(folder, parts.own_files.path(found.digest), urlsplit(address).path.rpartition("/")[2])


def table_of_asset(parts: ServerParts, folder: Path, asset_id: str) -> Path:
    """The table that was uploaded before, or the zip of it and its media. Raises NotFoundError, SourceError."""
    asset = parts.assets.find(asset_id)
    return table_in(folder, path_of(parts, asset), asset.name)


def table_in(folder: Path, source: Path, name: str, *, move: bool = False) -> Path:
    """The table of a file that was received under this name, in its folder: itself, or what a zip holds."""
    with source.open("rb") as file:
        is_zip = file.read(len(_ZIP)) == _ZIP
    if is_zip:
        return unpack_table(source, folder)
    path = folder / table_name(name)
    if move:
        source.replace(path)
    else:
        shutil.copyfile(source, path)
    return path


def table_name(name: str) -> str:
    """What a table is called in its folder."""
    safe = safe_name(name.replace("\\", "/").rpartition("/")[2])
    return safe if Path(safe).suffix.lower() in _TABLES else TABLE


def check_held(batch: Batch) -> None:
    """Raises ConflictError for a batch that does not wait for a start."""
    check_taking(batch)
    if not batch.options.held:
        raise ConflictError(f"{batch.id} was started already")


def start(parts: ServerParts, batch: Batch) -> Batch:
    """Let a batch go that was held once it was checked. Raises ConflictError."""
    check_held(batch)
    parts.batches.update(batch.id, "started", options=replace(batch.options, held=False))
    return parts.verbs.resume(batch.id)


def changed(parts: ServerParts, batch: Batch, policy: Mapping[str, Any]) -> Batch:
    """The batch under its policy as changed; what is None stays as it is."""
    said = {name: value for name, value in policy.items() if value is not None}
    return parts.batches.update(batch.id, "changed", _is_open, **said) if said else batch


def go_on(parts: ServerParts, batch: Batch, *, everything: bool) -> Batch:
    """Let a batch go on, all of it after its sample. Raises ConflictError."""
    check_taking(batch)
    if batch.options.held:
        parts.batches.update(batch.id, "started", options=replace(batch.options, held=False))
    return let_go_on(parts, batch, everything=everything).batch


def prefer(parts: ServerParts, batch: Batch, priority: int | None, weight: int | None, name: str | None) -> Batch:
    """Have a batch served before others, or after them, or give it another name. Raises ConflictError."""
    policy = {key: value for key, value in (("priority", priority), ("weight", weight)) if value is not None}
    named = {} if name is None else {"name": name}
    check_open(batch)
    said = {**policy, **named}
    return parts.batches.update(batch.id, "changed", _is_open, **said) if said else batch


def _is_open(now: Progress) -> bool:
    return now.batch.state is not BatchState.CANCELLED


def _check_read(batch: Batch) -> None:
    if batch.state is BatchState.IMPORTING:
        raise ConflictError(f"{batch.id} is still being read", hint="Come again when its table is read.")
    if batch.state in UNREAD:
        raise ConflictError(f"{batch.id}: {batch.reason}", hint=f"Correct the table, and `{Action(Deed.RUN)}` it.")


def is_held(batch: Batch) -> bool:
    """Whether it stands still until somebody starts it."""
    return batch.options.held and (batch.state in UNREAD or batch.reason == PauseReason.USER)


def pause(parts: ServerParts, batch: Batch) -> Batch:
    """Admit no more rows. Raises ConflictError for one that is being read or was cancelled."""
    check_open(batch)
    _check_read(batch)
    return parts.verbs.pause(batch.id)


def beside_table(folder: Path, table: Path, files: Sequence[tuple[Path, str]]) -> None:
    """Put the files that came with a table beside it, under their senders' names. Raises SourceError for two of one."""
    for path, name in files:
        safe = PurePosixPath(name.replace("\\", "/"))
        if not name or safe.is_absolute() or ".." in safe.parts or len(safe.parts) > _DEPTH:
            raise SourceError(f"{shortened(name)!r} is no name for a file", hint="Give a plain relative name.")
        target = folder.joinpath(*safe.parts)
        if target.exists():
            raise SourceError(f"{shortened(name)} came twice", hint="Give every file a name of its own.")
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


def check_taking(batch: Batch) -> None:
    """Raises ConflictError for a batch that takes no corrected rows."""
    check_open(batch)
    _check_read(batch)


def check_open(batch: Batch) -> None:
    """Raises ConflictError for a batch that was cancelled."""
    if batch.state is BatchState.CANCELLED:
        raise ConflictError(f"{batch.id} was cancelled for good", hint=f"Start a new batch with `{Action(Deed.RUN)}`.")
