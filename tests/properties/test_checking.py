"""What is seen of a finished video without decoding its repeated pictures is what decoding all of it shows.

That holds for every plane of every frame of a whole file, and for everything that is told of a damaged one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.files.formats import Shape, promised
from clipmill.media.facts import streams
from clipmill.media.facts.inspect import inspect
from clipmill.media.facts.repeats import Repeats
from tests.held import SIZES, settings_of, stills_of, write_held

GROUPS, CASES, DAMAGES = 8, 6, 12


def _placed(seed: int, path: Path) -> Shape:
    """A file of pictures that are held; what it is."""
    random = np.random.default_rng(7000 + seed)
    width, height = SIZES[seed % len(SIZES)]
    stills = stills_of(random, width, height)
    frames = sum(still.count for still in stills)
    shape = Shape(width=width, height=height, frames=frames)
    write_held(path, stills, settings_of(random, frames), shape, sound=bool(seed % 3 == 0))
    return shape


def _inspected(media: Path, shape: Shape, *, folder: Path | None = None) -> dict[str, Any]:
    spec = promised("mp4", shape, sound=False).as_dict()
    return inspect({"media": str(media), "spec": spec, "reference": "", "frames_into": str(folder or "")})


class _Everything(Repeats):
    """Has every packet decoded."""

    def __init__(self, stream: av.VideoStream | None) -> None:
        super().__init__(None)


def _both(media: Path, shape: Shape, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Mapping[str, Any], list[bytes]]]:
    """The answer and the pictures of an inspection, and of one that decodes everything."""
    told = []
    for kind in (Repeats, _Everything):
        folder = media.parent / kind.__name__
        with monkeypatch.context() as patched:
            patched.setattr(streams, "Repeats", kind)
            answer = _inspected(media, shape, folder=folder)
        told.append((answer, [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]))
    return told


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_whole_file_is_seen_as_if_everything_were_decoded(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in range(CASES):
        media = tmp_path / "made.mp4"
        shape = _placed(group * CASES + case, media)
        short, long = _both(media, shape, monkeypatch)
        assert short == long, f"case {group * CASES + case}"
        assert (short[0]["error"], short[0]["facts"]["frames"], len(short[1])) == ("", shape.frames, 4)
        shown, wanted = _shown(media, sparing=True), _shown(media, sparing=False)
        assert [at for at, _ in shown] == [at for at, _ in wanted]
        assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(shown, wanted, strict=True))


def _shown(media: Path, *, sparing: bool) -> list[tuple[int | None, NDArray[np.uint8]]]:
    """When each picture is shown, and its planes."""
    shown = []
    with av.open(str(media)) as container:
        video = container.streams.video[0]
        video.codec_context.thread_count = 1
        repeats = Repeats(video if sparing else None)
        for packet in container.demux(video):
            wanted = repeats.to_decode(packet) if packet.size else packet
            for frame in wanted.decode() if wanted is not None else ():
                planes = frame.to_ndarray()
                shown += [(each.pts, planes) for each in (frame, *repeats.of(frame))]
    return shown


@pytest.mark.parametrize("group", range(GROUPS))
def test_of_a_damaged_file_the_same_is_told_as_if_everything_were_decoded(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = tmp_path / "made.mp4"
    shape = _placed(100 + group, media)
    whole, random = media.read_bytes(), np.random.default_rng(group)
    samples = whole.index(b"mdat") + 4
    for _ in range(DAMAGES):
        bent = bytearray(whole)
        at = int(random.integers(samples, len(whole)))
        bent[at] ^= 1 << int(random.integers(8))
        media.write_bytes(bent)
        short, long = _both(media, shape, monkeypatch)
        assert short == long, f"byte {at}"
