"""A bend: sound made a little longer or shorter from moment to moment, as a turntable does, without a step."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from clipmill.media.sound import Samples

#: Samples on each side that have a part in one between them, places between two samples, and the window's shape.
_HALF, _PLACES, _KAISER = 16, 2048, 8.0


def _kernels() -> Samples:
    """Place between two samples → shares of the samples around it (a windowed sinc)."""
    distances = np.arange(1 - _HALF, _HALF + 1) - np.arange(_PLACES + 1)[:, None] / _PLACES
    window = np.i0(_KAISER * np.sqrt(np.clip(1 - (distances / _HALF) ** 2, 0, 1))) / np.i0(_KAISER)
    shares = np.sinc(distances) * window
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)


class Bend:
    """Sound on its way through; what is not bent comes out as the same bits, until some of it was."""

    def __init__(self) -> None:
        self._held: Samples = np.zeros((2, _HALF), np.float32)
        #: Where in what is held the next sample is taken, and where the last piece ended.
        self._next, self._ended = float(_HALF), _HALF
        self._kernels: Samples | None = None

    @property
    def ready(self) -> int:
        """How many samples can be taken."""
        return int(self._held.shape[1] - self._ended - _HALF)

    @property
    def ahead(self) -> float:
        """How far behind the end of the last piece the next sample is taken: less than two samples."""
        return self._next - self._ended

    def add(self, block: Samples) -> None:
        """Put samples at the end."""
        self._held = np.concatenate((self._held, block), axis=1)

    def finish(self) -> None:
        """Make everything ready: silence follows."""
        self.add(np.zeros((2, _HALF), np.float32))

    def take(self, count: int, change: float = 0.0) -> Samples:
        """The next `count` samples, made longer by `change` samples."""
        end = self._ended + count
        if not change and self._next == self._ended:
            taken = self._held[:, self._ended : end]
            self._next = float(end)
        else:
            taken = self._bent(end, count / (count + change))
        self._ended = end
        self._let_go()
        return taken

    def _bent(self, end: int, step: float) -> Samples:
        number = max(0, int(np.ceil((end - self._next) / step)))
        places = self._next + step * np.arange(number)
        self._next += step * number
        whole = np.floor(places).astype(np.int64)
        if self._kernels is None:
            self._kernels = _kernels()
        shares = self._kernels[np.rint((places - whole) * _PLACES).astype(np.int64)]
        around = sliding_window_view(self._held, 2 * _HALF, axis=1)[:, whole + 1 - _HALF]
        bent: Samples = np.einsum("cnk,nk->cn", around, shares)
        return bent

    def _let_go(self) -> None:
        """Forget what nothing needs any more."""
        past = self._ended - _HALF
        self._held = self._held[:, past:]
        self._next -= past
        self._ended = _HALF
