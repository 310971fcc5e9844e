"""Names of rows that are there already: out of another pattern, or out of a table of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from clipmill.domain.batch import Batch
from clipmill.domain.files.names import safe_name, with_suffix
from clipmill.domain.record import RowRecord
from clipmill.domain.row import Row
from clipmill.domain.template import MEDIA_KINDS, FieldKind, Template
from clipmill.errors import InputError, SettingsError, TemplateError
from clipmill.media.outside.stored import MediaStore
from clipmill.ports import Source
from clipmill.templates.contract import RowChecker

#: What the columns of a table of names may be called.
_ROW, _FILE, _NAME = ("row", "_row", "number"), ("file", "_file"), ("name", "new", "new name")


def checker_of_names(
    template: Template, pattern: str, batch: Batch, columns: Mapping[str, str], media: MediaStore
) -> RowChecker:
    """Names rows by a pattern from the cells they have; no media are opened. Raises SettingsError."""
    rules = (
        replace(rule, kind=FieldKind.TEXT if rule.kind in MEDIA_KINDS else rule.kind, unique=False, required=False)
        for rule in template.contract
    )
    named = replace(template, output_name=pattern, body={}, contract=tuple(rules))
    try:
        checker = RowChecker(named, base_folder=Path(), media=media, columns=columns, safe_name=safe_name)
    except TemplateError as error:
        raise SettingsError(str(error).replace("template.yaml: output.name", "--name"), hint=error.hint) from error
    checker.batch = {"id": batch.id, "name": batch.name}
    return checker


def by_pattern(checker: RowChecker, record: RowRecord) -> str:
    """The name of one row, with the suffix of its file. Raises InputError."""
    checked = checker.check(Row(record.number, record.fields, record.line))
    if not checked.file_name:
        raise InputError(f"row {record.number} cannot be named so: {checked.problems[0].told}",
                         hint=checked.problems[0].fix)  # fmt: skip
    return with_suffix(checked.file_name, PurePath(record.pattern).suffix)


def by_table(source: Source, records: Mapping[int, RowRecord]) -> dict[int, str]:
    """The names that a table gives rows, which it calls by their numbers or by the names of their files.

    Raises SettingsError for one that does not say which is which, or names a row that is not there.
    """
    columns = {column.strip().casefold(): column for column in source.describe()["columns"]}
    called = {which: next((columns[name] for name in names if name in columns), "") for which, names in
              (("row", _ROW), ("file", _FILE), ("name", _NAME))}  # fmt: skip
    if not called["name"] or not (called["row"] or called["file"]):
        raise SettingsError("--names: the table has no columns that say which file gets which name",
                            hint="It needs the columns row and name, or file and name.")  # fmt: skip
    files = {record.file_name: number for number, record in records.items()}
    found: dict[int, str] = {}
    for row in source.rows():
        if row.problems:
            raise SettingsError(f"--names: line {row.line}: {row.problems[0].told}", hint=row.problems[0].fix)
        told = (row.fields.get(called["row"] or called["file"]) or "").strip()
        name = (row.fields.get(called["name"]) or "").strip()
        number = files.get(told) if not called["row"] else int(told) if told.isdecimal() else None
        if number not in records or number is None:
            kind = "row" if called["row"] else "file"
            raise SettingsError(f"--names: line {row.line}: the batch has no finished {kind} {told!r}",
                                hint="Name rows and files that are done, as results.jsonl tells them.")  # fmt: skip
        if number in found:
            raise SettingsError(f"--names: line {row.line}: {told!r} is named twice", hint="Leave one of them out.")
        if name:
            found[number] = with_suffix(safe_name(name), PurePath(records[number].pattern).suffix)
    return found
