"""Drafts: tables that lie ready before there is a batch of them, and how their columns may meet a template."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import clipmill
from clipmill.domain.batch import Reading
from clipmill.domain.row import Row
from clipmill.domain.template import FieldRule, Template
from clipmill.errors import NotFoundError, SourceError
from clipmill.intake.source import open_source
from clipmill.pipeline.use_cases.serving.batches import table_in
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.starting import abandon, new_table_folder
from clipmill.pipeline.use_cases.serving.uploads import copied, spooled, table_folder
from clipmill.shown import megabytes
from clipmill.templates.columns import candidates, match_columns

#: The bundled examples, one folder each.
EXAMPLES = Path(clipmill.__file__).parent / "examples"
#: The one that is offered to begin with, and its table.
EXAMPLE, _EXAMPLE_TABLE = "product-promo", "products.csv"
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt")
_DRAFT = re.compile(r"tab_[0-9A-Za-z]{12}")
#: Rows that are shown of a table, and that are counted before somebody is kept waiting.
_SHOWN, COUNTED = 3, 2_000
_PLAIN = Reading()


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """A table that lies ready."""

    id: str
    path: Path
    #: What was detected: format, encoding, delimiter, columns, notes.
    described: Mapping[str, Any]
    #: The first of its rows.
    rows: Sequence[Row]
    #: How many there are, COUNTED at the most.
    counted: int

    @property
    def columns(self) -> list[str]:
        """Its columns, in their order."""
        return list(self.described["columns"])


@dataclass(frozen=True, slots=True)
class Feed:
    """A field of a contract and the column that feeds it, or may."""

    rule: FieldRule
    #: Empty: none.
    column: str
    #: Why that column: `same name`, `as the template says`, `guess`, `chosen`; empty where there is none.
    how: str

    @property
    def is_needed(self) -> bool:
        """Whether no row can be made without it."""
        return self.rule.required and self.rule.fallback is None


def keep_table(parts: ServerParts, name: str, source: IO[bytes], limit: int) -> BatchDraft:
    """Keep a table, or a zip of one and its media, until a batch is made of it. Raises SourceError."""
    folder = new_table_folder(parts)
    try:
        with spooled(parts, name) as path:
            with path.open("wb") as target:
                _copied(source, target, limit)
            table_in(folder, path, name)
        return draft(parts, folder.name)
    except BaseException:
        abandon(folder)
        raise


def _copied(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    try:
        size = copied(source, target, limit)
    except SourceError as error:
        raise SourceError(f"the table has more than {megabytes(limit)}", hint="Split it.") from error
    if not size:
        raise SourceError("the table is empty", hint="Choose a file with a line of column names and rows below it.")


def example_table(parts: ServerParts) -> BatchDraft:
    """The table of the bundled example with its pictures, as if somebody had sent them."""
    packed, folder = io.BytesIO(), EXAMPLES / EXAMPLE
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [folder / _EXAMPLE_TABLE, *sorted((folder / "pictures").iterdir())]:
            archive.write(path, str(path.relative_to(folder)))
    packed.seek(0)
    return keep_table(parts, "products.zip", packed, len(packed.getvalue()))


def draft(parts: ServerParts, draft_id: str) -> BatchDraft:
    """A table that lies ready. Raises NotFoundError, SourceError."""
    folder = parts.home / "tables" / parts.tenant / draft_id
    if not _DRAFT.fullmatch(draft_id) or not folder.is_dir():
        raise NotFoundError("this table is not here any more", hint="Choose it again.")
    path = _table_of(table_folder(parts, draft_id))
    source = open_source(path, parts.settings.limits)
    rows = list(islice(source.rows(), COUNTED))
    return BatchDraft(draft_id, path, source.describe(), rows[:_SHOWN], len(rows))


def _table_of(folder: Path) -> Path:
    """The one table of a folder: that which lies highest. Raises SourceError."""
    found = sorted((path for path in folder.rglob("*") if path.suffix.lower() in _TABLES and path.is_file()),
                   key=lambda path: (len(path.parts), path.suffix == ".txt", path))  # fmt: skip
    if not found:
        raise SourceError("there is no table in what was sent", hint="Choose a CSV or JSONL file, or a zip with one.")
    return found[0]


def feeds(template: Template, columns: Sequence[str], told: Reading = _PLAIN) -> list[Feed]:
    """Every field of a template's contract with the column that most likely feeds it.

    `told` is how tables are read for it otherwise. Nothing is refused here: what is missing has no column.
    """
    relaxed = replace(template, contract=tuple(replace(rule, required=False) for rule in template.contract))
    names = {rule.name for rule in template.contract}
    known = {column: name for column, name in told.mapping.items() if column in columns and name in names}
    try:
        matched = match_columns(relaxed, [column for column in columns if column not in told.ignored], known)
    except SourceError:  # two columns fit a field: a person says which
        matched = known
    column_of = {name: column for column, name in matched.items()}
    found, left = [], [column for column in columns if column not in matched]
    for rule in template.contract:
        column, how = column_of.get(rule.name, ""), ""
        if column:
            how = _how(rule, column, known)
        elif rule.required and (guesses := candidates(rule, left)):
            column, how = guesses[0], "guess"
            left.remove(column)
        found.append(Feed(rule, column, how))
    return found


def _how(rule: FieldRule, column: str, known: Mapping[str, str]) -> str:
    if column in (rule.column, *rule.aliases) or column in known:
        return "as the template says"
    return "same name" if column == rule.name else "guess"


def chosen(template: Template, columns: Sequence[str], asked: Mapping[str, str]) -> list[Feed]:
    """The same as a person chose it: field → column; a column that is not there is none."""
    return [Feed(rule, column, "chosen") if (column := asked.get(rule.name, "")) in columns else Feed(rule, "", "")
            for rule in template.contract]  # fmt: skip


def reading_for(columns: Sequence[str], fed: Sequence[Feed]) -> Reading:
    """How the table is read: these columns and no others. Raises SourceError for what cannot be."""
    mapping: dict[str, str] = {}
    for feed in fed:
        if feed.column in mapping:
            raise SourceError(f"the column {feed.column} feeds both {mapping[feed.column]} and {feed.rule.name}",
                              hint="Choose another column for one of them.")  # fmt: skip
        if feed.column:
            mapping[feed.column] = feed.rule.name
        elif feed.is_needed:
            raise SourceError(f"no column feeds {feed.rule.name}, and no row can be made without it",
                              hint=f"Choose the column for {feed.rule.name}.")  # fmt: skip
    return Reading(mapping=mapping, ignored=[column for column in columns if column not in mapping])
