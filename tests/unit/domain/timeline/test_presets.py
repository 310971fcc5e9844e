from clipmill.domain.timeline.presets import RESOLUTIONS, Position


def test_every_preset_can_be_encoded() -> None:
    assert all(width % 2 == 0 and height % 2 == 0 for width, height in RESOLUTIONS.values())


def test_positions_are_shares_of_width_and_height() -> None:
    assert Position.TOP_LEFT.shares == Position.CUSTOM.shares == (0, 0)
    assert Position.CENTER_RIGHT.shares == (1, 0.5)
    assert Position.BOTTOM_CENTER.shares == (0.5, 1)
