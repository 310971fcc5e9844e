"""The door of intake: a path becomes a source, whatever kind of table it is."""

from __future__ import annotations

from pathlib import Path

from clipmill.intake.csv_file import CsvFile
from clipmill.intake.detect import is_jsonl, read_head, refuse_markup
from clipmill.intake.encoding import detect_encoding
from clipmill.intake.jsonl_file import JsonlFile
from clipmill.intake.lines import reading
from clipmill.ports import Source
from clipmill.settings import Limits


def open_source(path: Path, limits: Limits, *, encoding: str = "", delimiter: str = "") -> Source:
    """The table at `path`, its encoding, kind, delimiter and columns found in its first 64 kB.

    `encoding` is a codec's name, `delimiter` a name (comma, semicolon, tab, pipe) or a character; empty means detect.
    A delimiter makes it CSV. Standard input is spooled into a file first (`spool_standard_input`). Raises SourceError.
    """
    head = read_head(path, limits)
    with reading(path):
        found = detect_encoding(head.data, is_whole=head.is_whole, named=encoding)
        text = found.decode(head.data)
        refuse_markup(path, text)
        if not delimiter and is_jsonl(path, text):
            return JsonlFile(head, found, limits)
        return CsvFile(head, found, limits, delimiter=delimiter)
