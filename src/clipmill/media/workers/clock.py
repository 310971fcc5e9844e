"""The clock over one drawing: processor time after which the process that draws is ended, whatever it is doing.

It cannot be asked to stop: a library in C that never returns hears nothing. So the kernel ends it (SIGPROF, which does
that to whoever does not handle it); what it was drawing it told its parent before it began.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import BinaryIO

#: Linux's numbers of clocks, and of the way a timer tells that it is over.
_PROCESS_CLOCK, _THREAD_CLOCK, _BY_SIGNAL = 2, 3, 0

_BEGUN, _DONE = b"begun ", b"done "
#: Seconds between two words on how far a job is.
_TELL_SECONDS = 0.5
#: So much of what it is called is told.
_CHARACTERS = 300
_said: dict[str, BinaryIO] = {}
_allowed = [0.0]
_told_at = [0.0]


class _Event(ctypes.Structure):
    """`struct sigevent`."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("how", ctypes.c_int),
        ("rest", ctypes.c_char * 48),
    )


class _Spec(ctypes.Structure):
    """`struct itimerspec`: how often, and when first, in seconds and billionths."""

    _fields_ = tuple((name, ctypes.c_long) for name in ("every", "every_part", "first", "first_part"))


def begun_in(line: bytes) -> tuple[str, float] | None:
    """What a line of a worker says it begins, and the seconds that may take; None for every other line.

    Nothing is believed: a worker that was broken into may say anything.
    """
    if not line.startswith(_BEGUN):
        return None
    try:
        what, seconds = json.loads(line[len(_BEGUN) :])
        return str(what)[:_CHARACTERS], float(seconds)
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None


def done_in(line: bytes) -> float | None:
    """The share of its job that a line of a worker says is done, 0 to 1; None for every other line."""
    if not line.startswith(_DONE):
        return None
    try:
        return min(max(float(line[len(_DONE) :]), 0.0), 1.0)
    except ValueError:
        return 0.0


def done(share: float) -> None:
    """Tell how much of the job is done, 0 to 1; called often, it tells now and then."""
    now = time.monotonic()
    if "on" in _said and now - _told_at[0] >= _TELL_SECONDS:
        _told_at[0] = now
        _said["on"].write(_DONE + f"{share:.4f}\n".encode())
        _said["on"].flush()


def announce_on(answers: BinaryIO) -> None:
    """Tell what is begun as lines of this file."""
    _said["on"] = answers


def allowed() -> float:
    """Seconds that what is drawn now may take, as far as that can be told beforehand; 0 for no limit."""
    return _allowed[-1]


@contextmanager
def timed(what: str, seconds: float, *, alone: bool = False) -> Iterator[None]:
    """Let what is done in here take so much processor time (seconds) and no more; 0 for no limit.

    Counted is this thread's, for encoders and decoders work beside it in threads of their own: what they do is not the
    drawing's. What libraries draw in threads of theirs is held by a second limit on all threads together, of as many
    times that as there are processors: nobody can spend that sooner than in `seconds`, and codecs have no work for so
    long while this thread gives them none. Where no codec works beside it (`alone`) all threads have no more than that.
    """
    stops = _started(what, seconds, seconds * (1 if alone else _processors())) if seconds else []
    _allowed.append(seconds)
    try:
        yield
    finally:
        _allowed.pop()
        for stop in stops:
            stop()


def _processors() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _started(what: str, seconds: float, together: float) -> list[Callable[[], object]]:
    """Both timers, running; what stops them. Only a worker process is ended by them: no other says what it draws."""
    if "on" not in _said:
        return []
    _said["on"].write(_BEGUN + json.dumps([what, seconds]).encode() + b"\n")
    _said["on"].flush()
    libc = _libc()
    if libc is not None:
        return [_timer(libc, clock, most) for clock, most in ((_THREAD_CLOCK, seconds), (_PROCESS_CLOCK, together))]
    if not hasattr(signal, "setitimer"):  # Windows: only the clock on the wall is left, over the whole job
        return []
    signal.setitimer(signal.ITIMER_PROF, together)
    return [lambda: signal.setitimer(signal.ITIMER_PROF, 0)]


def _timer(libc: ctypes.CDLL, clock: int, seconds: float) -> Callable[[], object]:
    timer, event = ctypes.c_void_p(), _Event(signal=signal.SIGPROF, how=_BY_SIGNAL)
    if libc.timer_create(clock, ctypes.byref(event), ctypes.byref(timer)):
        return lambda: None
    libc.timer_settime(timer, 0, ctypes.byref(_Spec(first=int(seconds), first_part=int(seconds % 1 * 1e9))), None)
    return lambda: libc.timer_delete(timer)


@cache
def _libc() -> ctypes.CDLL | None:
    """The C library, where it has timers over one thread."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "timer_create") else None
