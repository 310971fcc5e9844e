"""Encoder profiles: how x264 is set for what kind of picture.

There is one so far. `graphics` is for stills, text and slow zooms: half the time of the preset and a third fewer
bytes at equal quality. On footage it would cost bytes. Cuts are known from the timeline; x264 does not look for them.
"""

from __future__ import annotations

from collections.abc import Mapping

#: `ref=1` and `b-pyramid=none` keep every stream simple enough for pictures to be repeated in it without encoding;
#: `stitchable=1` makes the stream's headers independent of its quality setting.
GRAPHICS: Mapping[str, str] = {
    "preset": "veryfast",
    "crf": "22",
    "forced-idr": "1",
    "flags": "+bitexact",
    "x264-params": "b-adapt=0:b-pyramid=none:bframes=5:subme=1:me=dia:scenecut=0:ref=1:stitchable=1",
}
