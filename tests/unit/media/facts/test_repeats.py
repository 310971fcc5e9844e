"""Repeated pictures: left out of what is decoded, and shown when they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clipmill.domain.files.formats import Shape
from clipmill.engines.render.profile import GRAPHICS
from clipmill.errors import MediaError
from clipmill.media.facts.repeats import Repeats
from clipmill.media.write.formats import WriteOptions
from tests.finished import place_file
from tests.held import Still, write_held

SHAPE = Shape(width=96, height=64)
GREY, WHITE = (np.full((96, 96), value, np.uint8) for value in (100, 230))


def _video(path: Path, *stills: tuple[np.ndarray, int]) -> Path:
    write_held(path, [Still(*each, key=False) for each in stills], WriteOptions(profile=GRAPHICS), SHAPE, sound=False)
    return path


def _packets(container: av.container.InputContainer) -> list[Any]:
    return list(container.demux(container.streams.video[0]))


def test_of_a_still_only_what_was_encoded_and_one_repetition_is_decoded(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 300)))) as container:
        repeats, seen = Repeats(container.streams.video[0]), []
        packets = _packets(container)
        wanted = [packet for packet in packets if (packet.size == 0 or repeats.to_decode(packet))]
        for packet in wanted:
            for frame in packet.decode():
                seen.append((frame.pts, [each.pts for each in repeats.of(frame)]))
    assert (len(packets), len(wanted)) == (301, 14)
    assert [at for at, again in seen if not again] == [512 * number for number in range(12)]
    assert seen[-1] == (12 * 512, [512 * number for number in range(13, 300)])


def test_what_follows_is_numbered_anew(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 60), (WHITE, 60)))) as container:
        repeats = Repeats(container.streams.video[0])
        packets = _packets(container)[:-1]
        kept = [(packet, repeats.to_decode(packet)) for packet in packets]
        changed = [wanted for packet, wanted in kept if wanted is not None and wanted is not packet]
    assert len([wanted for _, wanted in kept if wanted is not None]) == 26
    assert len(changed) == 13
    assert {(packet.pts, packet.dts, packet.duration) for packet in changed} < {
        (packet.pts, packet.dts, packet.duration) for packet in packets
    }


def test_a_repetition_that_is_shown_as_something_else_is_noticed(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 60)))) as container:
        repeats = Repeats(container.streams.video[0])
        other = av.VideoFrame.from_ndarray(WHITE, "yuv420p")
        with pytest.raises(MediaError, match="shows another one"):
            for packet in _packets(container):
                wanted = repeats.to_decode(packet) if packet.size else packet
                for frame in wanted.decode() if wanted else ():
                    repeats.of(frame)
                    repeats.of(other)


def test_a_stream_that_loses_its_order_after_pictures_were_left_out_is_refused(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 60), (WHITE, 60)))) as container:
        repeats = Repeats(container.streams.video[0])
        packets = _packets(container)
        assert repeats.to_decode(packets[1]) is packets[1]
        assert repeats.to_decode(packets[0]) is packets[0], "from the first surprise on everything is decoded"
        assert all(repeats.to_decode(packet) is packet for packet in packets[2:-1])
        repeats = Repeats(container.streams.video[0])
        assert len([packet for packet in packets[:40] if repeats.to_decode(packet)]) == 13
        with pytest.raises(MediaError, match="in no order"):
            repeats.to_decode(packets[41])


def test_pictures_shown_in_another_order_are_no_repetitions(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 60)))) as container:
        repeats = Repeats(container.streams.video[0])
        packets = _packets(container)
        packets[30].pts = packets[20].pts
        with pytest.raises(MediaError, match="not shown in their order"):
            [repeats.to_decode(packet) for packet in packets[:-1]]


@pytest.mark.parametrize("fmt", ["mp4", "webm", "avi", "gif", "prores"])
def test_of_what_has_no_repetitions_everything_is_decoded(tmp_path: Path, fmt: str) -> None:
    with av.open(str(place_file(tmp_path / "x", fmt))) as container:
        repeats = Repeats(container.streams.video[0])
        assert all(repeats.to_decode(packet) is packet for packet in _packets(container) if packet.size)


def test_without_a_stream_everything_is_decoded(tmp_path: Path) -> None:
    with av.open(str(_video(tmp_path / "x.mp4", (GREY, 60)))) as container:
        assert all(Repeats(None).to_decode(packet) is packet for packet in _packets(container))
