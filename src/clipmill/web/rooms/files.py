"""What can be taken home of a batch: its files in a zip, its results, the rows that are to be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from clipmill.deliver.blocked import write_blocked
from clipmill.deliver.results import csv_lines, json_lines
from clipmill.domain.batch import Batch
from clipmill.domain.files.names import safe_name
from clipmill.domain.record import RowRecord
from clipmill.domain.row import AMENDABLE, RowState
from clipmill.errors import NotFoundError
from clipmill.making import own_name
from clipmill.web.asking import Ask
from clipmill.web.rooms.batch import seen
from clipmill.web.wording import say

_GUARDED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def downloads(ask: Ask) -> Response:
    """What there is to take home."""
    return ask.page("files.html", **seen(ask, ask.batch().id), tab="files")


def file(ask: Ask) -> Response:
    """One of them. Raises NotFoundError."""
    batch, name = ask.batch(), ask.path("name")
    if name == "results.jsonl":
        return _streamed(batch, name, json_lines(_told(ask, batch)), "application/x-ndjson")
    if name == "results.csv":
        return _streamed(batch, name, csv_lines(batch.options.columns, _told(ask, batch)), "text/csv; charset=utf-8")
    if name == "blocked.csv":
        path = _scratch(ask, ".csv")
        write_blocked(path, batch.options.columns, _told(ask, batch, *AMENDABLE))
        return _sent(batch, path, name)
    if name == "files.zip":
        path = _scratch(ask, ".zip")
        ask.parts.outputs.pack(batch, path)
        return _sent(batch, path, name)
    raise NotFoundError(f"a batch leaves no {name[:60]}")


def _told(ask: Ask, batch: Batch, *states: RowState) -> Iterator[RowRecord]:
    return (record.worded(say) for record in ask.parts.readonly.records(batch.id, *states))


def _streamed(batch: Batch, name: str, lines: Iterator[bytes], kind: str) -> Response:
    headers = {**_GUARDED, "Content-Disposition": f'attachment; filename="{_called(batch, name)}"'}
    return StreamingResponse(lines, 200, headers, kind)


def _sent(batch: Batch, path: Path, name: str) -> Response:
    return FileResponse(path, filename=_called(batch, name), headers=_GUARDED, background=BackgroundTask(path.unlink))


def _scratch(ask: Ask, suffix: str) -> Path:
    return ask.parts.files.scratch(f"download.{own_name()}{suffix}")


def _called(batch: Batch, name: str) -> str:
    """`week-47-results.csv`: plain letters, for a header holds no others."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in batch.name)
    return safe_name(f"{plain.strip('-').lower()[:60] or batch.id}-{name}")
