"""The physical lines of a text file: counted, limited, kept for the record under way, and given again when asked."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from clipmill.errors import SourceError
from clipmill.intake.encoding import Encoding
from clipmill.opening import open_regular
from clipmill.settings import Limits


class Lines:
    """Iterates over physical lines (ended by LF, CR LF or CR) and remembers those of the current record."""

    def __init__(self, stream: TextIO, name: str, limits: Limits) -> None:
        self._stream = stream
        self._name = name
        self._limit = limits.line_bytes
        #: Lines read so far, which is also the number of the last one.
        self.number = 0
        #: Lines of the record under way; whoever reads records clears it after each.
        self.held: list[str] = []
        self._size = 0
        self._back: deque[str] = deque()
        #: Characters that could be read again before so much had been that every record now has to end on its line.
        self._patience = 4 * limits.line_bytes

    @property
    def start(self) -> int:
        """Line the current record starts on."""
        return self.number - len(self.held) + 1

    def put_back(self, keep: int) -> None:
        """Hold the first lines only: those after them are read again, by the next iteration."""
        again = self.held[keep:]
        self._back.extendleft(reversed(again))
        self.number -= len(again)
        self._patience -= sum(map(len, again))
        del self.held[keep:]

    def __iter__(self) -> Iterator[str]:
        """Every line with its end; it stops where a record of several lines outgrows `line_bytes`.

        Raises SourceError for one line that does.
        """
        held, certain = self.held, self._limit // 4
        for line in self._lines():
            if held and self._patience < 0:
                self._back.appendleft(line)
                return
            held.append(line)
            self.number += 1
            if (len(held) > 1 or len(line) > certain) and self._outgrows(line):
                return
            yield line

    def _lines(self) -> Iterator[str]:
        while self._back:
            yield self._back.popleft()
        for line in iter(partial(self._stream.readline, self._limit + 1), ""):
            self._patience += 8 * len(line)
            yield line

    def _outgrows(self, line: str) -> bool:
        """Add up the bytes of a record that is long or has several lines."""
        if len(self.held) <= 2:
            self._size = sum(size_of(earlier) for earlier in self.held[:-1])
        self._size += size_of(line)
        if self._size > self._limit and len(self.held) == 1:
            raise too_big(f"{self._name}, line {self.start:,}", "the line", "line_bytes", self._limit)
        return self._size > self._limit


def size_of(text: str) -> int:
    """Bytes of a text in UTF-8, whatever the encoding of its file."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


@contextmanager
def open_lines(path: Path, encoding: Encoding, limits: Limits) -> Iterator[Lines]:
    """The lines of a file, after its byte order mark. Raises SourceError for everything that goes wrong underneath."""
    with reading(path), open_regular(path) as raw:
        raw.seek(encoding.skip_bytes)
        # Bytes that are no text become lone surrogates: their row is blocked, the rest of the table is read.
        with io.TextIOWrapper(raw, encoding=encoding.codec, errors="surrogateescape", newline="") as stream:
            yield Lines(stream, path.name, limits)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """The one place where errors of the file system and of codecs become SourceError."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError(f"There is no file {path}.", hint="Check the path; it is relative to this folder.") from error
    except PermissionError as error:
        raise SourceError(f"{path} may not be read by this user.", hint="Change the file's permissions.") from error
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check the disk and the path."
        ) from error
    except UnicodeError as error:
        raise SourceError(
            f"{path.name} is not in the encoding it seems or was said to be: {error}.",
            hint="Save the table as UTF-8, or name its encoding with --encoding.",
        ) from error


def too_big(where: str, what: str, limit: str, value: int, hint: str = "") -> SourceError:
    """The refusal of anything larger than a limit in bytes, with the limit's name and value."""
    raise_it = f"Make it smaller, or raise the setting `limits.{limit}`."
    return SourceError(
        f"{where}: {what} is larger than {value:,} bytes (limit {limit}).", hint=f"{hint} {raise_it}".strip()
    )
