import numpy as np
import pytest

from clipmill.engines.render.layers.backwards import BackwardFootage
from clipmill.media.draw.level import Level

SIZE = (40, 20)
#: A picture of that size, opaque and with opacity.
OPAQUE, MIXED = 1200, 2200


class Counted:
    """Pictures whose brightness is their number, in memory that is used again, and which of them were asked for."""

    def __init__(self, *, has_opacity: bool = False) -> None:
        self.asked: list[int] = []
        self.closed = False
        self._y = np.zeros(SIZE[::-1], np.uint8)
        self._alpha = (self._y.copy(), np.zeros((10, 20), np.uint8)) if has_opacity else None

    def picture(self, number: int, size: tuple[int, int]) -> Level:
        self.asked.append(number)
        self._y[:] = number
        chroma = np.zeros((size[1] // 2, size[0] // 2), np.uint8)
        return Level((self._y, chroma, chroma), self._alpha)

    def close(self) -> None:
        self.closed = True


def _seen(footage: BackwardFootage, numbers: list[int]) -> list[int]:
    return [int(footage.picture(number, SIZE).planes[0][0, 0]) for number in numbers]


@pytest.mark.parametrize("has_opacity", [False, True])
@pytest.mark.parametrize("room", [0, 1, 3, 7, 100])
def test_every_picture_is_itself_on_both_ways(room: int, has_opacity: bool) -> None:
    source = Counted(has_opacity=has_opacity)
    way = [*range(2, 30), *range(28, 2, -1), *range(2, 30), *range(28, 2, -3), *range(2, 6)]
    assert _seen(BackwardFootage(source, 2, room * OPAQUE), way) == way
    assert min(source.asked) == 2


def test_on_the_way_forward_each_picture_is_asked_for_as_it_is_shown() -> None:
    source = Counted()
    assert _seen(BackwardFootage(source, 0, 4 * OPAQUE), [0, 0, 1, 5, 5, 9]) == [0, 0, 1, 5, 5, 9]
    assert source.asked == [0, 0, 1, 5, 5, 9]


def test_back_they_are_read_forwards_a_piece_at_a_time() -> None:
    source = Counted()
    footage = BackwardFootage(source, 0, 4 * OPAQUE)
    _seen(footage, [9, 8, 7, 6, 5, 4, 3])
    assert source.asked == [9, 5, 6, 7, 8, 1, 2, 3, 4]


@pytest.mark.parametrize(("has_opacity", "each"), [(False, OPAQUE), (True, MIXED)])
def test_no_more_is_kept_than_there_is_room_for(has_opacity: bool, each: int) -> None:
    footage = BackwardFootage(Counted(has_opacity=has_opacity), 0, 5 * OPAQUE)
    most = 0
    for number in [50, *range(49, 10, -1)]:
        footage.picture(number, SIZE)
        most = max(most, sum(level.nbytes for level in footage._kept.values()))
    assert each < most <= 5 * OPAQUE


def test_pictures_of_another_size_are_asked_for_anew() -> None:
    source = Counted()
    footage = BackwardFootage(source, 0, 4 * OPAQUE)
    _seen(footage, [9, 8])
    assert footage.picture(7, (20, 10)).planes[1].shape == (5, 10)
    assert footage.picture(7, (20, 10)) is footage.picture(7, (20, 10))


def test_it_closes_its_source_and_keeps_nothing() -> None:
    source = Counted()
    footage = BackwardFootage(source, 0, 4 * OPAQUE)
    _seen(footage, [9, 8])
    footage.close()
    assert source.closed
    assert not footage._kept
