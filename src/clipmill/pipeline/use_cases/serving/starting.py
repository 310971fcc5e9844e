"""Batches of tables that came over the network: begun at once, read in by whoever has time, and started when asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clipmill.domain.batch import UNREAD, Batch, Options, Reading
from clipmill.domain.template import Policy, Template
from clipmill.errors import InputError, SettingsError
from clipmill.pipeline.outputs import columns_of
from clipmill.pipeline.use_cases.opening import finish_import
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.pricing import engines_of
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.requests.single import out_folder
from clipmill.pipeline.use_cases.serving.uploads import discard_folder, table_folder
from clipmill.pipeline.use_cases.table import OpenTable, fingerprint
from clipmill.templates.versions import versioned


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How a batch is to be."""

    template: Template
    name: str
    reading: Reading = field(default_factory=Reading)
    #: Of `Policy`, by its names; what is not said is as the template says it.
    policy: Mapping[str, Any] = field(default_factory=dict)
    #: Rows to make first and look at; None for all at once.
    sample: int | None = None
    #: Whether it stands still, once it is checked, until somebody starts it.
    held: bool = False
    #: The pattern of its files' names; empty: that of the template.
    names: str = ""
    #: Whether finished files are packed when it is at rest.
    archive: bool = False
    public_id: str = ""
    surface: str = ""
    #: What the surface keeps with it, JSON values.
    kept: Mapping[str, Any] = field(default_factory=dict)


def begin(parts: ServerParts, table: Path, wish: Beginning) -> Batch:
    """Make the batch of a table that lies in a folder of its own (`table_folder`); `read_in` takes in its rows.

    Media are named by address, upload or a path that came with the table. Raises SourceError, TemplateError,
    SettingsError for an engine that is not installed, InputError for a public id that there is.
    """
    for name in engines_of(wish.template):
        parts.engine(name)
    reading = replace(wish.reading, remote=True)
    opened = parts.tables.open(table, wish.template, reading)
    template = opened.checker.template
    if wish.names:
        template = versioned(replace(template, output_name=wish.names))
    batch = _batch_of(parts, opened, template, wish)
    parts.batches.create(batch, template)
    return batch


def _batch_of(parts: ServerParts, opened: OpenTable, template: Template, wish: Beginning) -> Batch:
    batch_id = new_id("bat")
    folder = out_folder(parts, batch_id)
    options = Options(
        columns=columns_of(list(dict.fromkeys((*opened.described["columns"], *opened.each)))),
        reading=replace(wish.reading, mapping=opened.columns, remote=True),
        unchecked=wish.sample is None, sample=wish.sample,
        folder=str(opened.folder), fingerprint=fingerprint(opened.path), held=wish.held, kept=wish.kept,
        archive=str(folder / "files.zip") if wish.archive else "",
    )  # fmt: skip
    policy: Policy = replace(template.policy, **wish.policy)
    return Batch(
        id=batch_id, name=wish.name, template_name=template.name, template_version=template.version,
        engine=template.engine, source=str(opened.path.absolute()), out_folder=str(folder), policy=policy,
        options=options, public_id=wish.public_id, surface=wish.surface, tenant=parts.tenant,
    )  # fmt: skip


def read_in(parts: ServerParts, batch_id: str) -> None:
    """Take in the rows of a batch's table, from where whoever did so was cut off; one that is read is left alone.

    What is wrong with the table fails the batch, which says so. For a thread, and parts, of its own.
    """
    batch = parts.batches.find(batch_id)
    with suppress(InputError):  # which the batch tells
        if batch.state in UNREAD:
            finish_import(parts, batch)


def unread(parts: ServerParts, batches: Iterable[Batch]) -> list[str]:
    """Of these batches those that nobody reads, and somebody should."""
    remote = [batch.id for batch in batches if batch.options.reading.remote and batch.state in UNREAD]
    return list(parts.presence.dead(remote))


def new_table_folder(parts: ServerParts) -> Path:
    """A folder for a table and its media, before there is a batch of it."""
    return table_folder(parts, new_id("tab"))


def abandon(folder: Path) -> None:
    """Remove what a table came with that no batch was made of."""
    discard_folder(folder)


def policy_of(said: Mapping[str, Any], known: Sequence[str] = tuple(Policy.__dataclass_fields__)) -> dict[str, Any]:
    """What was said of a policy, by the names it has. Raises SettingsError for another name."""
    for name in said:
        if name not in known:
            raise SettingsError(f"a batch has no {name}", hint=f"It has {', '.join(known)}.")
    return {name: value for name, value in said.items() if value is not None}
