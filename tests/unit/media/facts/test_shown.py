from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clipmill.media.facts.shown import UPRIGHT, Turn, shown_size, turn_of
from tests.footage import set_matrix, write_clip

#: Every way a picture can lie: matrix → what is done to show it.
MATRICES = {
    (1, 0, 0, 1): UPRIGHT, (0, 1, -1, 0): Turn(1), (-1, 0, 0, -1): Turn(2), (0, -1, 1, 0): Turn(3),
    (-1, 0, 0, 1): Turn(0, True), (0, 1, 1, 0): Turn(3, True),
    (1, 0, 0, -1): Turn(2, True), (0, -1, -1, 0): Turn(1, True),
}  # fmt: skip


def _first(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


@pytest.mark.parametrize(("matrix", "turn"), MATRICES.items())
def test_every_matrix_is_a_turn_or_a_mirror_and_a_turn(
    tmp_path: Path, matrix: tuple[int, int, int, int], turn: Turn
) -> None:
    clip = write_clip(tmp_path / "a.mp4", [np.full((32, 32, 4), 90, np.uint8)] * 2)
    assert turn_of(_first(set_matrix(clip, *matrix))) == turn


def test_a_matrix_of_nothing_turns_nothing(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", [np.full((32, 32, 4), 90, np.uint8)] * 2)
    assert turn_of(_first(set_matrix(clip, 0, 0, 0, 0))) == UPRIGHT


@pytest.mark.parametrize(
    ("aspect", "turn", "size"),
    [("1", UPRIGHT, (720, 576)), ("64/45", UPRIGHT, (1024, 576)), ("8/9", UPRIGHT, (720, 648)),
     ("64/45", Turn(1), (576, 1024)), ("64/45", Turn(2, True), (1024, 576))],
)  # fmt: skip
def test_one_side_grows_and_none_shrinks(aspect: str, turn: Turn, size: tuple[int, int]) -> None:
    assert shown_size(720, 576, Fraction(aspect), turn) == size
