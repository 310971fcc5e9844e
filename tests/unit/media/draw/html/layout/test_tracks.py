import pytest

from clipmill.domain.css.grids import read_tracks
from clipmill.domain.css.look import Look
from clipmill.media.draw.html.layout.tracks import Contribution, cycled, spread_out, track_sizes


def _content(first: int, least: float, most: float, span: int = 1) -> Contribution:
    return Contribution(first, span, lambda: least, lambda: most)


@pytest.mark.parametrize(
    ("tracks", "room", "sizes"),
    [("auto auto", 100, [40, 60]), ("auto auto", 300, [140, 160]), ("auto 1fr", 300, [40, 260]),
     ("max-content min-content", 300, [40, 20]), ("fit-content(30px) auto", 100, [30, 70]),
     ("auto auto", None, [40, 60]), ("1fr 2fr", None, [40, 80]), ("1fr 1fr", 30, [10, 20])],
)  # fmt: skip
def test_tracks_are_as_large_as_contents_ask(tracks: str, room: float | None, sizes: list[float]) -> None:
    contents = [_content(0, 10, 40), _content(1, 20, 60)]
    assert track_sizes(read_tracks(tracks).tracks, contents, Look(), room, 0, stretch=True) == sizes


def test_what_lies_over_several_tracks_widens_those_that_may_grow() -> None:
    tracks = read_tracks("20px auto auto").tracks
    assert track_sizes(tracks, [_content(0, 100, 100, span=3)], Look(), None, 0, stretch=False) == [20, 40, 40]


def test_tracks_are_repeated_and_go_on() -> None:
    assert len(spread_out(read_tracks("repeat(auto-fill, 40px)"), Look(), 100, 10)) == 2
    assert len(spread_out(read_tracks("repeat(auto-fill, 40px)"), Look(), None, 10)) == 1
    assert len(cycled(read_tracks("1fr").tracks, read_tracks("5px 6px"), 4)) == 4
