"""A writer: a file in the making, whatever its format; pictures go in one after the other."""

from __future__ import annotations

import errno
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from pathlib import Path
from types import TracebackType

import cv2
from av.error import FFmpegError

from clipmill.errors import MediaError, ProjectError, StoreError
from clipmill.media.draw.planes import Planes
from clipmill.media.draw.vips import pyvips

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


class MotionHint(Enum):
    """How much a picture resembles those around it."""

    #: The one just before it, and hardly any other.
    QUICK = "quick"
    USUAL = "usual"
    #: Those before and after it for a good while.
    CALM = "calm"


class Writer(AbstractContextManager["Writer"]):
    """A file in the making. Leaving it finishes the file, an error removes it.

    Raises StoreError when the disk is full, MediaError when the encoder refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, planes: Planes, *, key: bool = False, hint: MotionHint = MotionHint.USUAL) -> None:
        """Take the planes as the next picture; `key` makes it one that players can start from, where there are any.


        The planes may be changed afterwards; when they are the same object every time, nothing is copied.
        """
        self.hold(planes, 1, key=key, hint=hint)

    def hold(self, planes: Planes, count: int, *, key: bool = False, hint: MotionHint = MotionHint.USUAL) -> None:
        """Take the planes as the next `count` pictures, the first of them a key: as if each had been written."""
        with translated():
            self._hold(planes, count, key=key, hint=hint)

    def _hold(self, planes: Planes, count: int, *, key: bool, hint: MotionHint) -> None:
        """Encode the same picture so many times. What can say it in fewer words, or can use its hint, does."""
        for number in range(count):
            self._take(planes, key=key and number == 0)

    @abstractmethod
    def _take(self, planes: Planes, *, key: bool) -> None:
        """Encode the next picture."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what is still missing, and close the file."""

    @abstractmethod
    def _give_up(self) -> None:
        """Close the file as it is: it is going to be removed."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file; after an error remove it."""
        done = False
        try:
            with translated():
                self._finish() if kind is None else self._give_up()
            done = kind is None
        finally:
            if not done:
                self._path.unlink(missing_ok=True)


@contextmanager
def translated() -> Iterator[None]:
    """Foreign errors of writing a file as ours: a full disk, a file that grew too large, what an encoder refuses."""
    try:
        yield
    except (FFmpegError, OSError) as error:
        if error.errno in _NO_SPACE:
            hint = "Free space on the disk, then resume."
            raise StoreError(f"the file cannot be written: {error.strerror}", hint=hint) from error
        if error.errno == errno.EFBIG:
            message = "the file became larger than a worker may write (limits.output_bytes)"
            raise ProjectError(message, hint="Make it shorter or smaller, or choose another outputFormat.") from error
        raise MediaError(f"the file cannot be encoded: {error.strerror}") from error
    except (pyvips.Error, cv2.error) as error:
        raise MediaError(f"the picture cannot be encoded: {' '.join(str(error).split())[:200]}") from error
