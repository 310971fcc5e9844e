"""A chain of libavfilter's sound filters, fed block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av
import numpy as np
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as AllDone

from clipmill.media.sound.decode import SAMPLE_RATE, Samples


class FilterChain:
    """Filters one after the other, as (name, arguments); 48 kHz stereo goes in, stereo floats come out."""

    def __init__(self, filters: Iterable[tuple[str, str]]) -> None:
        # The graph owns its filters; they must not outlive it.
        self._graph = graph = av.filter.Graph()
        graph.threads = 1
        self._fed = 0
        self._entry = graph.add_abuffer(
            sample_rate=SAMPLE_RATE, format="fltp", layout="stereo", time_base=Fraction(1, SAMPLE_RATE)
        )
        last = self._entry
        for name, arguments in (*filters, ("aformat", "sample_fmts=fltp:channel_layouts=stereo")):
            following = graph.add(name, arguments)
            last.link_to(following)
            last = following
        self._exit = graph.add("abuffersink")
        last.link_to(self._exit)
        graph.configure()

    def add(self, block: Samples) -> Iterator[Samples]:
        """What comes out when a block goes in: nothing, or blocks of any length."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._fed, Fraction(1, SAMPLE_RATE)
        self._fed += block.shape[1]
        self._entry.push(frame)
        yield from self._ready()

    def end(self) -> Iterator[Samples]:
        """What the filters still hold."""
        self._entry.push(None)
        yield from self._ready()

    def _ready(self) -> Iterator[Samples]:
        while True:
            try:
                frame = self._exit.pull()
            except (NothingYet, AllDone):
                return
            if isinstance(frame, av.AudioFrame):
                yield frame.to_ndarray().astype(np.float32, copy=False)
