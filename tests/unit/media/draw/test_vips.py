from clipmill.media.draw.vips import pyvips


def test_nothing_is_kept_between_operations() -> None:
    pyvips.Image.black(8, 8).invert().avg()
    assert pyvips.cache_get_max() == 0
    assert pyvips.cache_get_size() == 0
