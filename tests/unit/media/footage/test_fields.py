"""Interlaced clips: pictures of two moments, a line each, are shown as one."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.media.footage.reader import FootageReader
from tests.footage import Picture, interlaced, write_clip

SIZE = (128, 64)
#: Codec → options that make it code fields, top ones first.
CODERS = {
    "a.mp4": ("libx264", "yuv420p", {"flags": "+ildct+ilme", "x264-params": "tff=1:keyint=5", "crf": "4"}),
    "a.mkv": ("mpeg2video", "yuv420p", {"flags": "+ildct+ilme", "qmin": "1", "q": "1", "g": "5"}),
    "a.mov": ("prores_ks", "yuv422p10le", {"flags": "+ildct"}),
}  # fmt: skip


def _moment(number: int) -> Picture:
    """A bar that moves on by four columns from field to field."""
    picture = np.full((64, 128, 4), 255, np.uint8)
    picture[..., :3] = 30
    picture[:, 4 * number : 4 * number + 20, :3] = 230
    return picture


def _clip(path: Path, count: int = 12, *, progressive: bool = False) -> Path:
    codec, pixel_format, options = CODERS["a" + path.suffix]
    options = {} if progressive else options
    pictures = (_moment(2 * i) if progressive else interlaced(_moment(2 * i), _moment(2 * i + 1)) for i in range(count))
    return write_clip(path, pictures, 25, codec=codec, pixel_format=pixel_format, options=options)


def _reader(path: Path) -> FootageReader:
    return FootageReader(str(path), where="visuals[0].src", rate=Fraction(25))


def _edges(reader: FootageReader, number: int, size: tuple[int, int] = SIZE) -> list[int]:
    """The first bright column of every row but the outermost."""
    y = reader.picture(number, size).planes[0]
    return [int(np.argmax(row > 128)) for row in y[4:-4]]


def _flagged(path: Path) -> Iterator[bool]:
    with av.open(str(path)) as container:
        yield from (frame.interlaced_frame for frame in container.decode(video=0))


@pytest.mark.parametrize("name", CODERS)
def test_no_picture_is_combed(tmp_path: Path, name: str) -> None:
    clip = _clip(tmp_path / name)
    if not all(_flagged(clip)):
        pytest.skip("this encoder did not mark its fields")
    reader, places = _reader(clip), []
    for number in range(12):
        edges = _edges(reader, number)
        assert max(edges) - min(edges) <= 2
        places.append(float(np.median(edges)))
    # One picture for each, in the rhythm of the file: two fields further each time.
    assert np.allclose(np.diff(places), 8, atol=1)
    assert places[0] in (pytest.approx(0, abs=1), pytest.approx(4, abs=1))


def test_a_picture_is_the_same_however_it_is_come_to(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", 70)
    reader = _reader(clip)
    one_by_one = [reader.picture(number, SIZE).planes[0].copy() for number in range(70)]
    for wanted in ([69], [5], [10, 3], [66, 0, 41], [7, 9, 11], [34, 35, 37, 36], [69, 68, 67]):
        jumping = _reader(clip)
        for number in wanted:
            assert np.array_equal(jumping.picture(number, SIZE).planes[0], one_by_one[number])
    small = _reader(clip)
    for number in (3, 4):
        assert small.picture(number, (64, 32)).planes[0].shape == (32, 64)
        assert np.array_equal(small.picture(number, SIZE).planes[0], one_by_one[number])


def test_whole_pictures_are_left_alone(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", progressive=True)
    reader = _reader(clip)
    with av.open(str(clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            assert not frame.interlaced_frame
            assert np.array_equal(reader.picture(number, SIZE).planes[0], frame.to_ndarray()[:64])


def test_of_a_mixed_clip_only_pictures_of_fields_are_changed(tmp_path: Path) -> None:
    fields, whole = _clip(tmp_path / "a.mkv", 6), _clip(tmp_path / "b.mkv", 6, progressive=True)
    mixed = _one_after_the_other(tmp_path / "c.mkv", [fields, whole, fields])
    flagged = list(_flagged(mixed))
    assert flagged == [True] * 6 + [False] * 6 + [True] * 6
    reader = _reader(mixed)
    with av.open(str(mixed)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            edges = _edges(reader, number)
            assert max(edges) - min(edges) <= 2
            same = np.array_equal(reader.picture(number, SIZE).planes[0], frame.to_ndarray()[:64])
            assert same == (not frame.interlaced_frame)


def _one_after_the_other(path: Path, clips: list[Path]) -> Path:
    """The same coded pictures in one file: MPEG-2 says of each how it was made."""
    with av.open(str(path), "w") as target:
        stream, begin = None, 0
        for clip in clips:
            with av.open(str(clip)) as source:
                track = source.streams.video[0]
                stream = stream or target.add_stream_from_template(track)
                for packet in source.demux(track):
                    if packet.size:
                        packet.pts, packet.dts = (packet.pts or 0) + begin, (packet.dts or 0) + begin
                        packet.stream = stream
                        target.mux(packet)
                begin += round(6 / 25 / track.time_base)
    return path
