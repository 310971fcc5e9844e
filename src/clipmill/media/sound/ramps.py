"""Ramps: gain that may nowhere be above what is wanted, and falls and rises at a given pace; decibels, hop by hop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clipmill.media.sound.decode import Samples

#: Levels, float64; 0 changes nothing, below is quieter.
Levels = NDArray[np.float64]


def ramped(wanted: Levels, *, fall: float, rise: float, before: float = 0.0) -> Levels:
    """The highest levels at the edges of hops that stay at or below `wanted` all through every hop.

    `wanted`: one level ≤ 0 a hop. `fall`, `rise`: how much a level may change from edge to edge; it begins to fall
    early enough. `before`: the level the first edge comes from. Answers one level more than there are hops.
    """
    edges = np.minimum(np.append(wanted, 0.0), np.concatenate(([0.0], wanted)))
    steps = np.arange(len(edges), dtype=np.float64)
    fallen = np.minimum.accumulate((edges + fall * steps)[::-1])[::-1] - fall * steps
    risen = np.minimum.accumulate(fallen - rise * steps) + rise * steps
    return np.minimum(np.minimum(risen, before + rise * steps), 0.0)


def gain_along(levels: Levels, hop: int, length: int) -> Samples:
    """The gain of each of `length` samples whose levels (dB) at the edges of hops are known, as factors."""
    edges = 10 ** (levels / 20)
    share = np.arange(hop) / hop
    gain = edges[:-1, None] + np.diff(edges)[:, None] * share
    return gain.astype(np.float32).ravel()[:length]


def by_hop(block: Samples, hop: int) -> Samples:
    """The block as (2, hops, hop), its last hop filled up with silence."""
    missing = -block.shape[1] % hop
    whole = np.pad(block, ((0, 0), (0, missing))) if missing else block
    return whole.reshape(2, -1, hop)
