from pathlib import Path

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.draw.crop import WHOLE, Crop
from clipmill.media.facts.gif import gif_delays
from clipmill.media.footage.gif import GifReader
from tests.footage import number_in, numbered, write_gif

REAL = Path(__file__).parents[5] / "shared" / "data" / "media" / "newtonscradle.gif"


def _reader(path: Path, part: Crop = WHOLE) -> GifReader:
    return GifReader(str(path), where="visuals[2].src", part=part)


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_pictures_come_by_number_in_any_order(tmp_path: Path, suffix: str) -> None:
    reader = _reader(write_gif(tmp_path / f"a{suffix}", [numbered(i) for i in range(12)], [50] * 12))
    assert reader.pictures == 12
    wanted = [0, 1, 2, 5, 11, 3, 3, 0, 11, 30]
    assert [number_in(reader.picture(number, (160, 64))) for number in wanted] == [0, 1, 2, 5, 11, 3, 3, 0, 11, 11]


def test_what_a_picture_does_not_cover_is_transparent(tmp_path: Path) -> None:
    pictures = []
    for index in range(3):
        picture = np.zeros((40, 60, 4), np.uint8)
        picture[10:30, index * 20 : index * 20 + 20] = 255
        pictures.append(picture)
    reader = _reader(write_gif(tmp_path / "a.gif", pictures, [50] * 3))
    for index in range(3):
        level = reader.picture(index, (60, 40))
        assert level.alpha is not None
        assert [int(level.alpha[0][20, x]) for x in (10, 30, 50)] == [255 * (place == index) for place in range(3)]
        assert level.planes[0][2, 2] == level.planes[1][1, 1] == 0


def test_no_dark_rim_appears_where_a_cutout_is_made_smaller(tmp_path: Path) -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    picture[10:30, 10:50] = 255
    level = _reader(write_gif(tmp_path / "a.gif", [picture, picture[::-1]], [50, 50])).picture(0, (46, 30))
    assert level.alpha is not None
    edge = (level.alpha[0] > 20) & (level.alpha[0] < 235)
    assert edge.any()
    assert np.abs(level.planes[0][edge] - level.alpha[0][edge] * (235 / 255)).max() <= 2


def test_a_part_is_cut_out(tmp_path: Path) -> None:
    picture = np.full((40, 60, 4), 255, np.uint8)
    picture[:, :30, :3] = 0
    path = write_gif(tmp_path / "a.gif", [picture] * 2, [50, 50])
    assert _reader(path, Crop(0, 0, 0.5, 1)).picture(0, (20, 20)).planes[0].max() <= 17
    assert _reader(path, Crop(0.5, 0, 1, 1)).picture(0, (20, 20)).planes[0].min() >= 234


@pytest.mark.parametrize("content", [b"GIF89a", b"GIF89a" + b"\x02\x00" * 40, b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_gif_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gif").write_bytes(content)
    with pytest.raises(MediaError, match=r"visuals\[2\]\.src"):
        _reader(tmp_path / "a.gif").picture(0, (20, 20))


@pytest.mark.skipif(not REAL.is_file(), reason="the real GIF is not on this machine")
def test_a_real_gif_has_as_many_pictures_as_delays() -> None:
    reader = _reader(REAL)
    assert reader.pictures == len(gif_delays(REAL)) == 36
    first, second = (reader.picture(number, (200, 150)).planes[0].astype(int) for number in (0, 9))
    assert 1 < np.abs(first - second).mean() < 30
