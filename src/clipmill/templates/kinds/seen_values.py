"""Which values a unique field has had: 64-bit hashes and row numbers in flat arrays, 24 bytes for each value."""

from __future__ import annotations

from array import array

_SMALLEST = 1024
_MASK = (1 << 64) - 1


class SeenValues:
    """Value → number of the first row that had it. Two values meet by chance once in 10^7 batches of 10^6 rows."""

    def __init__(self) -> None:
        self._count = 0
        self._hashes = array("Q", bytes(8 * _SMALLEST))
        self._rows = array("Q", bytes(8 * _SMALLEST))

    def first(self, value: str, number: int) -> int:
        """The row that had this value first: `number` itself, which is remembered, when none had."""
        if 2 * self._count >= len(self._rows):
            self._grow()
        digest = hash(value) & _MASK
        slot = self._slot(digest)
        if self._rows[slot]:
            return self._rows[slot]
        self._hashes[slot], self._rows[slot] = digest, number
        self._count += 1
        return number

    def _slot(self, digest: int) -> int:
        """Where the hash lies, or the free place where it belongs (a row number is never 0)."""
        hashes, rows, last = self._hashes, self._rows, len(self._rows) - 1
        slot = digest & last
        while rows[slot] and hashes[slot] != digest:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        pairs = zip(self._hashes, self._rows, strict=True)
        self._hashes = array("Q", bytes(16 * len(self._rows)))
        self._rows = array("Q", bytes(16 * len(self._rows)))
        for digest, row in pairs:
            if row:
                slot = self._slot(digest)
                self._hashes[slot], self._rows[slot] = digest, row
