"""Logs: what happens inside, line by line, for whoever runs clipmill (docs/decisions/logs.md).

Silent until `begin`. A line that nobody asked for costs a comparison; structlog is loaded with the first that is told.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from clipmill.shown import discreet, discreet_all, json_line, shown

#: From everything to what must be mended.
LEVELS = ("debug", "info", "warning", "error")
#: A longer traceback loses its middle: where it began and where it ended tell most.
_LONGEST_TRACEBACK = 6_000
#: Tracebacks that are remembered, so that the same bug in many rows is told in full once.
_MOST_TRACEBACKS = 100
#: What every line of the running work is told with: batch, row, attempt, worker.
_keys: ContextVar[Mapping[str, Any]] = ContextVar("keys", default={})  # noqa: B039 - nobody writes into it


class _Lines:
    """Makes lines of a form from a level on, and hands them on."""

    def __init__(self, level: str, form: str, write: Callable[[str], None]) -> None:
        self._least = LEVELS.index(level)
        self._form = form
        self._write = write
        self._tracebacks = set[str]()

    def tell(self, level: str, event: str, facts: Mapping[str, Any]) -> None:
        if LEVELS.index(level) < self._least:
            return
        told = {**_keys.get(), **facts}
        came_from = told.pop("traceback", "")
        if came_from and came_from not in self._tracebacks and len(self._tracebacks) < _MOST_TRACEBACKS:
            self._tracebacks.add(came_from)
            told["exception"] = came_from
        getattr(self._logger, level)(event, **told)

    @cached_property
    def _logger(self) -> Any:
        import structlog  # noqa: PLC0415 - half a second of a busy machine that most commands need not pay

        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        made: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper("iso")]
        made += [_without_secrets, _as_json if self._form == "json" else plain]
        return structlog.wrap_logger(self, made, structlog.BoundLogger)

    def debug(self, line: str) -> None:
        """Hand on what structlog made of it."""
        self._write(shown(line, lines=True))

    info = warning = error = debug


def _without_secrets(_logger: Any, _method: str, told: Mapping[str, Any]) -> Any:
    return discreet_all(told)


def _as_json(_logger: Any, _method: str, told: Mapping[str, Any]) -> str:
    return json_line(told)


_lines: list[_Lines] = []


def begin(level: str, form: str, write: Callable[[str], None]) -> None:
    """From now on tell what is of this level or above, as `plain` text or `json`."""
    _lines[:] = [_Lines(level, form, write)]


@contextmanager
def keyed(**keys: Any) -> Iterator[None]:
    """Tell everything that happens within, also in tasks begun there, with these keys."""
    token = _keys.set({**_keys.get(), **keys})
    try:
        yield
    finally:
        _keys.reset(token)


def debug(event: str, **facts: Any) -> None:
    """What is normal and happens all the time."""
    _tell("debug", event, facts)


def info(event: str, **facts: Any) -> None:
    """What becomes of rows."""
    _tell("info", event, facts)


def warning(event: str, **facts: Any) -> None:
    """What went wrong and is mended by itself."""
    _tell("warning", event, facts)


def error(event: str, **facts: Any) -> None:
    """What somebody must mend; `traceback` says where."""
    _tell("error", event, facts)


def _tell(level: str, event: str, facts: Mapping[str, Any]) -> None:
    for lines in _lines:
        lines.tell(level, event, facts)


def traceback_of(error: BaseException) -> str:
    """Where an error came from, as Python tells it: of bounded length, and without secrets."""
    told = discreet("".join(traceback.format_exception(error))).strip()
    if len(told) > _LONGEST_TRACEBACK:
        told = f"{told[: _LONGEST_TRACEBACK // 3]}\n…\n{told[-_LONGEST_TRACEBACK * 2 // 3 :]}"
    return told.encode("utf-8", "backslashreplace").decode()
