"""A table opened for a template: what was detected, which column feeds which field, and the checker for its rows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from clipmill.domain.batch import Batch, Reading
from clipmill.domain.files.exchange import ROW_COLUMN
from clipmill.domain.files.names import safe_name
from clipmill.domain.template import Template
from clipmill.errors import InputError, SourceError, TemplateError
from clipmill.intake.source import open_source
from clipmill.media.outside.stored import MediaStore
from clipmill.pipeline.choosing import chosen
from clipmill.pipeline.each import named_for, rows_for_each, rows_per_line
from clipmill.ports import Source
from clipmill.settings import Limits
from clipmill.templates.columns import match_columns, missing_fields, unused_columns
from clipmill.templates.contract import RowChecker
from clipmill.templates.given import GivenChecker, is_given
from clipmill.templates.reading.lines import SourceLines


def fingerprint(path: Path) -> list[int | str]:
    """What tells a table from the one it was: its size and its content's sha256. Empty when it is gone."""
    try:
        with path.open("rb") as file:
            return [os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()]
    except OSError:
        return []


class TemplateFolders(Protocol):
    """What loads templates."""

    def template(self, folder: Path) -> Template:
        """The template in a folder. Raises TemplateError."""


#: What checks the rows of a table.
AnyChecker = RowChecker | GivenChecker


@dataclass(frozen=True, slots=True)
class Given:
    """A table that is given for a template, and how it is to be read."""

    table: Path
    #: The folder of the template, or the template where it is kept already.
    template: Path | Template
    reading: Reading
    #: Where relative paths of the table begin, where that is not its folder.
    base: Path | None = None


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table, and how it meets its template."""

    path: Path
    #: Where its relative paths begin.
    folder: Path
    source: Source
    #: What the source detected: encoding, delimiter, columns …
    described: Mapping[str, Any]
    #: Column → field.
    columns: Mapping[str, str]
    #: Columns that feed nothing; never dropped without being listed.
    unused: tuple[str, ...]
    #: Fields of the contract that no column feeds.
    missing: tuple[str, ...]
    checker: AnyChecker
    #: Field → the values it has in turn, for a row each.
    each: Mapping[str, Sequence[str]]

    def left_out(self) -> list[str]:
        """What reading the rows has added to the notes: lines, cells and rows that were left out."""
        return [note for note in self.source.describe()["notes"] if note not in self.described["notes"]]


@dataclass(frozen=True, slots=True)
class Tables:
    """Opens tables."""

    media: MediaStore
    limits: Limits
    #: Folders whose files every table may name.
    allowed: Sequence[Path] = ()

    def open(self, path: Path, template: Template, reading: Reading, base_folder: Path | None = None) -> OpenTable:
        """Open a table for a template; paths in it are relative to `base_folder`, its own folder by default.

        Raises SourceError for a table that cannot be read or lacks a required column, TemplateError.
        """
        source = open_source(path, self.limits, encoding=reading.encoding, delimiter=reading.delimiter)
        described = source.describe()
        names = list(described["columns"])
        _check_ignored(names, reading.ignored)
        used = [name for name in names if name not in reading.ignored]
        template = named_for(template, reading.each)
        columns = match_columns(template, list(dict.fromkeys((*used, *reading.each))), reading.mapping)
        of_field = {name: column for column, name in columns.items()}
        source = rows_for_each(chosen(source, reading, names, of_field), reading.each, of_field)
        folder = (base_folder or path.parent).absolute()
        checker = self.checker(template, reading, columns, folder)
        return OpenTable(
            path=path,
            each=reading.each,
            folder=folder,
            source=source,
            described=described,
            columns=columns,
            unused=unused_columns(used, columns),
            missing=missing_fields(template, columns),
            checker=checker,
        )

    def checker(self, template: Template, reading: Reading, columns: Mapping[str, str], folder: Path) -> AnyChecker:
        """What checks rows of these columns, each with the field it feeds; relative paths begin in that folder."""
        if is_given(template):
            return GivenChecker(template, self.media, safe_name)
        allowed: tuple[Path | str, ...] = () if reading.remote else (*reading.allow_files, *self.allowed)
        checker = RowChecker(
            template, base_folder=folder, media=self.media, safe_name=safe_name, columns=columns,
            media_folder="" if reading.remote else reading.media_folder, allowed=allowed, remote=reading.remote,
        )  # fmt: skip
        checker.rows_per_line = rows_per_line(reading.each)
        return checker

    def open_corrected(self, path: Path, template: Template, reading: Reading, batch: Batch) -> OpenTable:
        """Open corrected rows of a batch, its columns mapped as they were; paths are relative to its own table.

        Raises SourceError for a table whose rows do not say which rows of the batch they are.
        """
        source = open_source(path, self.limits, encoding=reading.encoding, delimiter=reading.delimiter)
        described = source.describe()
        if not described.get("is_fed_back"):
            raise SourceError(
                f"{path.name} has no column {ROW_COLUMN}: nobody can tell which rows it corrects",
                hint="Correct the batch's own blocked.csv and give that back: its column _row says which row is which.",
            )
        first = batch.options.reading
        kept = {column: name for column, name in first.mapping.items() if column in described["columns"]}
        media_folder = reading.media_folder or first.media_folder
        allowed = (*first.allow_files, *reading.allow_files)
        told = replace(reading, mapping={**kept, **reading.mapping}, media_folder=media_folder, allow_files=allowed,
                       each={})  # fmt: skip
        opened = self.open(path, template, told, Path(batch.options.folder))
        opened.checker.rows_per_line = rows_per_line(first.each)
        return opened


def columns_fed(batch: Batch, template: Template) -> dict[str, str]:
    """Column → field, as the table of a batch was read."""
    reading = batch.options.reading
    names = dict.fromkeys((*batch.options.columns, *reading.mapping, *reading.each))
    return match_columns(template, [name for name in names if name not in reading.ignored], reading.mapping)


def _check_ignored(columns: Sequence[str], ignored: Sequence[str]) -> None:
    for name in ignored:
        if name not in columns:
            raise SourceError(f"--ignore {name}: the table has no such column", hint=f"It has {', '.join(columns)}.")


def template_of(parts: TemplateFolders, given: Given) -> Template:
    """The template that a table is given for. Raises TemplateError."""
    return parts.template(given.template) if isinstance(given.template, Path) else given.template


def with_line(given: Given, error: TemplateError) -> InputError:
    """An error of a template with the line of its file that it is about, where that lies in a folder."""
    return SourceLines.of_template(given.template).error(error) if isinstance(given.template, Path) else error
