import pytest

from clipmill.domain.css.grids import GridPlace, Track, Tracks, is_name, read_areas, read_flow, read_place, read_tracks
from clipmill.domain.css.values import Length

ONE = Track("auto", "auto", 1.0)


@pytest.mark.parametrize(
    ("text", "tracks"),
    [("none", Tracks()), ("40px 1fr", Tracks((Track(Length(40), Length(40)), ONE))),
     ("repeat(2, 1fr)", Tracks((ONE, ONE))), ("[a] 1fr [b c] 1fr", Tracks((ONE, ONE))),
     ("repeat(2, 1fr auto)", Tracks((ONE, Track(), ONE, Track()))),
     ("minmax(0, 2fr)", Tracks((Track(Length(0), "auto", 2.0),))),
     ("minmax(10px, max-content)", Tracks((Track(Length(10), "max-content"),))),
     ("fit-content(50%)", Tracks((Track("auto", Length(50, "%")),))),
     ("1fr repeat(auto-fit, 20px) 1fr", Tracks((ONE, ONE), (Track(Length(20), Length(20)),), 1, True))],
)  # fmt: skip
def test_tracks_are_read(text: str, tracks: Tracks) -> None:
    assert read_tracks(text) == tracks


@pytest.mark.parametrize("text", ["", "1fr -2px", "repeat(999, 1fr) repeat(999, 1fr)", "subgrid", "masonry"])
def test_what_is_no_list_of_tracks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_tracks(text)


def test_areas_are_as_many_in_each_row() -> None:
    assert read_areas("'a a' 'b .'") == (("a", "a"), ("b", "."))
    with pytest.raises(ValueError, match="as many in each row"):
        read_areas("'a a' 'b'")


@pytest.mark.parametrize(
    ("text", "place"),
    [("auto", GridPlace()), ("2", GridPlace(line=2)), ("-1", GridPlace(line=-1)), ("span 3", GridPlace(span=3)),
     ("main", GridPlace(name="main"))],
)  # fmt: skip
def test_places_are_read(text: str, place: GridPlace) -> None:
    assert read_place(text) == place


@pytest.mark.parametrize("text", ["0", "span 0", "span main", "1 2", "9999", "1.5"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_place(text)


def test_words_are_told_from_names() -> None:
    assert is_name("main")
    assert not is_name("auto")
    assert read_flow("column dense") == {"column", "dense"}
    with pytest.raises(ValueError, match="none of row"):
        read_flow("masonry")
