"""Samples that wait: in memory, or in a file that nobody sees."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from clipmill.media.write.mp4 import waiting
from clipmill.media.write.mp4.waiting import WaitingSamples


@pytest.mark.parametrize("in_memory", [0, 10, 100, 10_000])
def test_what_went_in_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(waiting, "_MOST_IN_MEMORY", in_memory)
    samples, parts = WaitingSamples(tmp_path), [bytes([number]) * (number % 7) for number in range(200)]
    places = [samples.add(part) for part in parts]
    assert places == [sum(map(len, parts[:number])) for number in range(200)]
    assert list(tmp_path.iterdir()) == []
    target = BytesIO()
    samples.copy_to(target)
    assert target.getvalue() == b"".join(parts)
    assert samples.length == len(target.getvalue())
    samples.remove()


def test_few_samples_need_no_file_and_many_do(tmp_path: Path) -> None:
    samples = WaitingSamples(tmp_path / "no" / "folder")
    samples.add(b"few")
    with pytest.raises(FileNotFoundError):
        samples.add(bytes(9 * 1024**2))
    samples.remove()
