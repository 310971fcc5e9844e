"""What a file is, told by its size and first bytes: a table, or something else that is refused with the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from clipmill.errors import SourceError
from clipmill.intake.lines import reading, too_big
from clipmill.opening import kind_of, open_regular
from clipmill.settings import Limits

#: How much of a file is looked at to find its encoding and delimiter, bytes.
SAMPLE_BYTES = 64 * 1024

_UNPACK = "Unpack it first and give the table inside."
_EXPORT = "Open it and save it as CSV (UTF-8), then give that file."
_PIPE_IN = "Pipe the table in and give `-` as its name."
_OTHER_KINDS = {"a folder": "Name the CSV or JSONL file inside it."}
_ZIP = b"PK\x03\x04"
#: First bytes → what the file is, what to do.
_FOREIGN = (
    (_ZIP, "a zip archive", _UNPACK),
    (b"PK\x05\x06", "an empty zip archive", _UNPACK),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it first, with `gunzip`, and give the table inside."),
    (b"BZh", "compressed with bzip2", "Unpack it first, with `bunzip2`, and give the table inside."),
    (b"\xfd7zXZ\x00", "compressed with xz", "Unpack it first, with `unxz`, and give the table inside."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it first, with `unzstd`, and give the table inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)", _EXPORT),
    (b"%PDF-", "a PDF document", "Give the table it was made from, as CSV."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV and give that file."),
    (b"PAR1", "a Parquet file", "Export it as CSV and give that file."),
    (b"\x89PNG", "a PNG picture", "Give a table with the picture's path in a column."),
    (b"\xff\xd8\xff", "a JPEG picture", "Give a table with the picture's path in a column."),
)  # fmt: skip
_MARKUP = re.compile(r"<(!doctype\s+html|html|head|body|table|\?xml)\b", re.IGNORECASE)
_JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})
_ARRAY = re.compile(r"\[\s*(\{|\Z)")
_OBJECT = re.compile(r'\{[ \t]*["}]')
_OPEN_OBJECT = re.compile(r"\{\s*[\r\n]")


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file."""

    path: Path
    size_bytes: int
    #: The first 64 kB.
    data: bytes

    @property
    def is_whole(self) -> bool:
        """Whether the file is no longer than the sample."""
        return len(self.data) >= self.size_bytes


def read_head(path: Path, limits: Limits) -> Head:
    """Size and first bytes of a table. Raises SourceError for what is missing, empty, too big or no table at all."""
    with reading(path):
        status = path.stat()
        if kind := kind_of(status):
            raise SourceError(f"{path.name} is {kind}, not a table.", hint=_OTHER_KINDS.get(kind, _PIPE_IN))
        if status.st_size > limits.table_bytes:
            raise too_big(path.name, "the file", "table_bytes", limits.table_bytes)
        with open_regular(path) as stream:
            head = Head(path, status.st_size, stream.read(SAMPLE_BYTES))
    _refuse_foreign(head)
    return head


def is_jsonl(path: Path, text: str) -> bool:
    """Whether a table is JSONL, told by its suffix and its first text. Raises SourceError for JSON of another shape."""
    start = text.lstrip()
    if _ARRAY.match(start):
        raise _wrong_shape(path, "a JSON array")
    if _OPEN_OBJECT.match(start):
        raise _wrong_shape(path, "one JSON object over several lines")
    return path.suffix.lower() in _JSONL_SUFFIXES or bool(_OBJECT.match(start))


def refuse_markup(path: Path, text: str) -> None:
    """Raises SourceError for a page or an XML document that was named like a table."""
    if _MARKUP.match(text.lstrip()):
        raise SourceError(
            f"{path.name} is a web page or an XML document, not a table.",
            hint="Open it in a browser or a spreadsheet and save the table as CSV; "
            "if it was downloaded, the download may have given an error page.",
        )


def _refuse_foreign(head: Head) -> None:
    name = head.path.name
    if not head.data:
        raise SourceError(f"{name} is empty.", hint="Give a file with a line of column names and at least one row.")
    for magic, what, fix in _FOREIGN:
        if not head.data.startswith(magic):
            continue
        if magic == _ZIP and (b"xl/" in head.data or b"[Content_Types].xml" in head.data):
            raise SourceError(f"{name} is an Excel workbook (.xlsx), not a table in text form.", hint=_EXPORT)
        raise SourceError(f"{name} is {what}, not a table in text form.", hint=fix)


def _wrong_shape(path: Path, what: str) -> SourceError:
    return SourceError(
        f"{path.name} is {what}; JSONL has one object per line.",
        hint="Write one object per line, without brackets and commas around them: `jq -c '.[]' in.json > out.jsonl`.",
    )
