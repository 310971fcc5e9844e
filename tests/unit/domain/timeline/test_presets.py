import pytest

from clipmill.domain.timeline.presets import RESOLUTIONS, Position


def test_there_are_all_presets_in_their_sizes() -> None:
    assert len(RESOLUTIONS) == 19
    assert RESOLUTIONS["twitter-landscape"] == (1200, 675)


def test_positions_are_shares_of_width_and_height() -> None:
    assert Position.TOP_LEFT.shares == Position.CUSTOM.shares == (0, 0)
    assert Position.CENTER_RIGHT.shares == (1, 0.5)
    assert Position.BOTTOM_CENTER.shares == (0.5, 1)


@pytest.mark.parametrize(
    ("written", "position"),
    [("Top-Left", Position.TOP_LEFT), ("top centre", Position.TOP_CENTER), ("centre", Position.CENTER_CENTER),
     ("middle_right", Position.CENTER_RIGHT), ("left", Position.CENTER_LEFT), ("bottom", Position.BOTTOM_CENTER),
     ("CUSTOM", Position.CUSTOM)],
)  # fmt: skip
def test_a_position_is_known_however_it_is_written(written: str, position: Position) -> None:
    assert Position(written) is position


@pytest.mark.parametrize("written", ["", "above", "left-top", 5, None])
def test_what_is_no_position_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        Position(written)
