"""Tempo: sound made faster or slower while its pitch stays, by libavfilter's overlap-and-add (`atempo`)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from clipmill.media.sound.decode import Samples
from clipmill.media.sound.filters import FilterChain

#: One filter goes no further: at 2 it plays only every other moment in full, far above it brings the process down.
_SLOWEST, _FASTEST = 0.5, 1.6
#: Samples of its window at 48 kHz, the power of two above a 24th of a second. It plays half a window early.
_WINDOW = 2048
#: Silence before and behind, so that its start and its end, which follow other rules, fall outside the sound.
_MARGIN = 16_384


def at_speed(blocks: Iterable[Samples], speed: float) -> Iterator[Samples]:
    """The sound at 0.1 to 10 times its speed, exactly 1 / speed as long, in blocks of any length.

    What happens at t seconds is heard at t / speed: within 20 ms, and below half speed within 20 ms / speed.
    """
    if speed == 1:
        yield from blocks
        return
    fed, given = 0, 0
    steps = _steps(speed)
    chain = FilterChain([("atempo", repr(step)) for step in steps])
    margin = np.zeros((2, round(_MARGIN * max(1.0, speed))), np.float32)
    early = round(margin.shape[1] / speed) - _early(steps)
    line = _Line(early)
    line.add(chain.add(margin))
    for block in blocks:
        fed += block.shape[1]
        line.add(chain.add(block))
        for part in line.take(round(fed / speed) - given):
            given += part.shape[1]
            yield part
    line.add(chain.add(margin))
    line.add(chain.end())
    line.add([np.zeros((2, margin.shape[1]), np.float32)])
    yield from line.take(round(fed / speed) - given)


def _steps(speed: float) -> list[float]:
    """Equal factors that one filter each can do, with this speed as their product."""
    furthest = _SLOWEST if speed < 1 else _FASTEST
    count = math.ceil(math.log(speed) / math.log(furthest))
    return [speed ** (1 / count)] * count


def _early(steps: list[float]) -> int:
    """By how many samples of the result a chain plays early: half a window at each filter, stretched by those after."""
    early = 0.0
    for step in steps:
        early = (early + _WINDOW / 2) / step
    return round(early)


class _Line:
    """Samples waiting their turn; the first `dropped` are thrown away."""

    def __init__(self, dropped: int) -> None:
        self._dropped = dropped
        self._waiting: list[Samples] = []

    def add(self, blocks: Iterable[Samples]) -> None:
        """Put samples at the end."""
        for block in blocks:
            gone = min(self._dropped, block.shape[1])
            self._dropped -= gone
            if gone < block.shape[1]:
                self._waiting.append(block[:, gone:])

    def take(self, count: int) -> Iterator[Samples]:
        """Samples from the front, at most this many."""
        while count > 0 and self._waiting:
            block = self._waiting.pop(0)
            if block.shape[1] > count:
                self._waiting.insert(0, block[:, count:])
            yield block[:, :count]
            count -= block.shape[1]
