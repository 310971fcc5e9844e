from clipmill.engines.render.profile import GRAPHICS


def test_pictures_may_be_repeated_and_streams_joined() -> None:
    options = dict(option.split("=") for option in GRAPHICS["x264-params"].split(":"))
    assert (options["ref"], options["b-pyramid"], options["stitchable"], options["scenecut"]) == ("1", "none", "1", "0")
