from clipmill.domain.timeline.presets import RESOLUTIONS, Position


def test_there_are_all_presets_in_their_sizes() -> None:
    assert len(RESOLUTIONS) == 19
    assert RESOLUTIONS["twitter-landscape"] == (1200, 675)


def test_positions_are_shares_of_width_and_height() -> None:
    assert Position.TOP_LEFT.shares == Position.CUSTOM.shares == (0, 0)
    assert Position.CENTER_RIGHT.shares == (1, 0.5)
    assert Position.BOTTOM_CENTER.shares == (0.5, 1)
