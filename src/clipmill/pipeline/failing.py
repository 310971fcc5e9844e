"""Errors as failures: what kind of thing went wrong, as the failure table knows it."""

from __future__ import annotations

from clipmill import log
from clipmill.domain.failure import Failure, FailureKind
from clipmill.errors import (
    AnswerLost,
    ClipmillError,
    EngineError,
    InputError,
    MediaError,
    NotFoundError,
    OverTime,
    StoreError,
    WorkerCrash,
)


def failure_of(error: Exception) -> Failure:
    """What kind of failure an error is; one that nobody foresaw tells where it came from."""
    if isinstance(error, EngineError):
        return error.failure
    kinds: tuple[tuple[type[ClipmillError], FailureKind], ...] = (
        (AnswerLost, FailureKind.ENGINE),
        (OverTime, FailureKind.TIME),
        (WorkerCrash, FailureKind.WORKER),
        (MediaError, FailureKind.MEDIA),
        (NotFoundError, FailureKind.WORKER),
        (StoreError, FailureKind.DISK),
        (InputError, FailureKind.TEMPLATE),
    )
    kind = next((kind for error_type, kind in kinds if isinstance(error, error_type)), FailureKind.INTERNAL)
    known = error if isinstance(error, ClipmillError) else ClipmillError(f"{type(error).__name__}: {error}")
    came_from = log.traceback_of(error) if kind is FailureKind.INTERNAL else ""
    return Failure(kind, str(known), fix=known.hint, traceback=came_from)
