import struct
from pathlib import Path

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.facts.gif import MOST_PICTURES, gif_delays
from tests.footage import numbered, write_gif

_HEADER = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + bytes(6)
_PICTURE = b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02\x02\x4c\x01\x00"


def _control(hundredths: int) -> bytes:
    return b"\x21\xf9\x04\x00" + struct.pack("<H", hundredths) + b"\x00\x00"


def _written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "a.gif"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_every_picture_has_its_delay(tmp_path: Path, suffix: str) -> None:
    path = write_gif(tmp_path / f"a{suffix}", [numbered(i) for i in range(4)], [40, 500, 60, 2000])
    assert gif_delays(path) == pytest.approx((0.04, 0.5, 0.06, 2.0))


def test_a_delay_of_a_hundredth_or_none_is_shown_for_a_tenth_as_browsers_do(tmp_path: Path) -> None:
    data = _HEADER + b"".join((_control(delay) + _PICTURE) for delay in (0, 1, 2)) + _PICTURE + b"\x3b"
    assert gif_delays(_written(tmp_path, data)) == pytest.approx((0.1, 0.1, 0.02, 0.1))


def test_a_still_picture_has_no_delays(tmp_path: Path) -> None:
    assert gif_delays(_written(tmp_path, _HEADER + _control(50) + _PICTURE + b"\x3b")) == ()
    assert gif_delays(_written(tmp_path, b"\x89PNG\r\n\x1a\n" + bytes(40))) == ()


def test_comments_and_local_colour_tables_are_stepped_over(tmp_path: Path) -> None:
    comment = b"\x21\xfe\x05, \x21\xf9\x2c\x00"
    local = b"\x2c" + struct.pack("<HHHHB", 0, 0, 2, 2, 0x81) + bytes(12) + b"\x02\x02\x4c\x01\x00"
    data = _HEADER + comment + _control(20) + local + comment + _control(30) + _PICTURE + b"\x3b"
    assert gif_delays(_written(tmp_path, data)) == pytest.approx((0.2, 0.3))


def test_too_many_pictures_are_refused(tmp_path: Path) -> None:
    data = _HEADER + (_control(5) + _PICTURE) * (MOST_PICTURES + 1)
    with pytest.raises(MediaError, match="party has more than 2,000 pictures"):
        gif_delays(_written(tmp_path, data), "party")
    assert len(gif_delays(_written(tmp_path, data[: -len(_PICTURE)]))) == MOST_PICTURES


def test_a_file_of_any_bytes_is_read_to_some_end(tmp_path: Path) -> None:
    whole = write_gif(tmp_path / "whole.gif", [numbered(i) for i in range(6)], [50] * 6).read_bytes()
    random = np.random.default_rng(4)
    for cut in random.integers(1, len(whole), 60):
        assert len(gif_delays(_written(tmp_path, whole[:cut]))) <= 6
        broken = bytearray(whole)
        for place in random.integers(6, len(whole), 5):
            broken[place] = random.integers(256)
        assert all(delay > 0.01 for delay in gif_delays(_written(tmp_path, bytes(broken))))
    assert gif_delays(_written(tmp_path, b"RIFF\xff\xff\xff\xffWEBPANMF\xff\xff\xff\xff" + bytes(9))) == ()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.gif cannot be read"):
        gif_delays(tmp_path / "gone.gif")
