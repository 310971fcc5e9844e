"""Failing: errors of ours as failures of a row, the same for every engine on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import (
    ClipmillError,
    DearError,
    EngineError,
    MediaError,
    NotFoundError,
    ProjectError,
    StoreError,
    WorkerCrash,
)

#: What a worker raises → the kind of failure it is.
_FAILURES: tuple[tuple[type[ClipmillError], FailureKind], ...] = (
    (MediaError, FailureKind.MEDIA),
    (DearError, FailureKind.TIME),
    (ProjectError, FailureKind.DATA),
    (NotFoundError, FailureKind.MEDIA),
    (StoreError, FailureKind.DISK),
)


@contextmanager
def failures() -> Iterator[None]:
    """Errors of ours as failures of the row; a crash of the worker stays one."""
    try:
        yield
    except (EngineError, WorkerCrash):
        raise
    except ClipmillError as error:
        kind = next((kind for cls, kind in _FAILURES if isinstance(error, cls)), FailureKind.INTERNAL)
        raise EngineError(Failure(kind, str(error), fix=error.hint)) from error
