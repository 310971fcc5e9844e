"""The sample table of a track: how long each sample lasts, how large it is and where it lies."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence

from clipmill.media.write.mp4.boxes import MOST_32_BITS, box, full_box, longs, table, words


class SampleTable:
    """Samples in the order they are decoded in, in chunks that lie in one piece."""

    def __init__(self) -> None:
        #: Bytes of each sample.
        self._sizes = array("I")
        #: Where each chunk begins among the samples of the file, bytes, and how many samples there are in it.
        self._chunks: list[list[int]] = []
        self._end = -1

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, at: int, size: int) -> None:
        """The next sample, which lies at this place among the samples of the file; what adjoins is one chunk."""
        if at == self._end:
            self._chunks[-1][1] += 1
        else:
            self._chunks.append([at, 1])
        self._sizes.append(size)
        self._end = at + size

    def to_box(self, description: bytes, base: int, more: Sequence[bytes]) -> bytes:
        """The `stbl` box; `description` is the sample entry, `base` where samples begin in the file."""
        sizes = array("I", self._sizes)
        if sizes.itemsize != 4 or words(1) != array("I", [1]).tobytes():
            sizes.byteswap()
        return box(
            b"stbl",
            full_box(b"stsd", words(1), description),
            *more,
            full_box(b"stsc", table((first, count, 1) for first, count in self._chunk_counts())),
            full_box(b"stsz", words(0, len(self)), sizes.tobytes()),
            self._offsets(base),
        )

    def _chunk_counts(self) -> Iterator[tuple[int, int]]:
        """The number of each chunk, from 1 on, with another number of samples than the one before it."""
        numbered = enumerate((count for _, count in self._chunks), 1)
        for count, group in itertools.groupby(numbered, key=lambda each: each[1]):
            yield next(group)[0], count

    def _offsets(self, base: int) -> bytes:
        places = [base + begin for begin, _ in self._chunks]
        if max(places, default=0) > MOST_32_BITS:
            return full_box(b"co64", words(len(places)), longs(*places))
        return full_box(b"stco", words(len(places)), words(*places))


def counted(values: Iterable[int]) -> bytes:
    """Numbers as a table of how often each follows itself."""
    return table((sum(1 for _ in group), value) for value, group in itertools.groupby(values))
