"""A way of reading a table that is kept in a file: columns for fields, and what else was said about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from clipmill.domain.batch import Reading
from clipmill.errors import SettingsError
from clipmill.making import becoming
from clipmill.rights import as_usual
from clipmill.templates.reading.document import read_document
from clipmill.templates.reading.shape import Reader, boolean, closed, mapping, text

#: What stands behind a table's own name in that of its file.
SUFFIX = ".map.yaml"
#: How tables are read for a template, in its folder.
RUN = "run.yaml"


def beside(table: Path) -> Path:
    """Where the reading of a table is kept: `products.csv.map.yaml` beside `products.csv`."""
    return table.with_name(table.name + SUFFIX)


def load_reading(path: Path) -> Reading:
    """A kept reading. Raises TemplateError naming file and key."""
    found = closed(read_document(path) or {}, _KEYS, path.name)
    return Reading(
        encoding=found.get("encoding", ""),
        delimiter=found.get("delimiter", ""),
        mapping=found.get("map", {}),
        ignored=tuple(found.get("ignore", ())),
        where=found.get("where", ""),
        first_of=found.get("first-of", ""),
        each=found.get("each", {}),
        archive=found.get("zip", False),
    )


def over(kept: Reading, said: Reading) -> Reading:
    """One reading over another: what it says wins."""
    left = {column: name for column, name in kept.mapping.items() if name not in said.mapping.values()}
    return replace(
        said,
        encoding=said.encoding or kept.encoding,
        delimiter=said.delimiter or kept.delimiter,
        mapping={**left, **said.mapping},
        ignored=said.ignored or kept.ignored,
        where=said.where or kept.where,
        first_of=said.first_of or kept.first_of,
        each=said.each or kept.each,
        archive=said.archive or kept.archive,
    )


def save_reading(path: Path, reading: Reading, of: str = "") -> None:
    """Keep a reading. Raises SettingsError where the file cannot be written."""
    said = {"map": dict(reading.mapping), "ignore": list(reading.ignored), "where": reading.where,
            "first-of": reading.first_of, "encoding": reading.encoding, "delimiter": reading.delimiter,
            "each": {name: list(values) for name, values in reading.each.items()}, "zip": reading.archive}  # fmt: skip
    body = yaml.safe_dump({key: value for key, value in said.items() if value}, allow_unicode=True, sort_keys=False)
    if path.is_symlink():
        raise SettingsError(f"{path} is a link, and nothing is written through it", hint="Remove the link.")
    try:
        with becoming(path) as part:
            said_of = of or path.name.removesuffix(SUFFIX)
            part.write_text(f"# How {said_of} is read: column → field, and options.\n{body}", encoding="utf-8")
            as_usual(part)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}", hint="Copy the table elsewhere.") from error


def _pairs(value: Any, where: str) -> dict[str, str]:
    return {column: text(name, f"{where}.{column}") for column, name in mapping(value, where).items()}


def _columns(value: Any, where: str) -> list[str]:
    return [text(item, where) for item in (value if isinstance(value, list) else [value])]


_KEYS: dict[str, Reader] = {
    "map": _pairs, "ignore": _columns, "where": text, "first-of": text, "encoding": text, "delimiter": text,
    "each": lambda value, where: {name: _columns(listed, where) for name, listed in mapping(value, where).items()},
    "zip": boolean,
}  # fmt: skip
