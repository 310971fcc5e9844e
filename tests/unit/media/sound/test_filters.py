import numpy as np

from clipmill.media.sound.filters import FilterChain
from tests.sounds import in_blocks, joined, tone


def test_filters_follow_each_other() -> None:
    chain = FilterChain([("volume", "0.5:precision=float"), ("volume", "0.25:precision=float")])
    sound = tone(0.5)
    heard = joined([*(out for block in in_blocks(sound, 1000) for out in chain.add(block)), *chain.end()])
    assert np.allclose(heard, sound / 8)


def test_what_a_filter_holds_back_comes_at_the_end() -> None:
    chain = FilterChain([("aresample", "96000")])
    parts = [out.shape[1] for block in in_blocks(tone(0.5)) for out in chain.add(block)]
    assert sum(parts) < 48_000
    assert sum(parts) + sum(out.shape[1] for out in chain.end()) == 48_000
