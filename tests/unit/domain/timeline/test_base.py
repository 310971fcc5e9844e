import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.base import TimelineModel, field_names


class _Piece(TimelineModel):
    two_words: int = 0


def test_fields_are_camel_case_and_nothing_else() -> None:
    assert field_names(_Piece) == ["twoWords"]
    assert _Piece.model_validate({"twoWords": 3}).two_words == 3
    assert _Piece.model_validate({"two_words": 3}).unknown == ("two_words",)


def test_a_piece_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        _Piece().two_words = 4  # type: ignore[misc]


class _Whole(TimelineModel):
    pieces: tuple[_Piece, ...] = ()
    one: _Piece | None = None


def test_a_null_is_the_default() -> None:
    assert _Piece.model_validate({"twoWords": None}) == _Piece()


def test_what_is_unknown_is_kept_apart_and_found_by_its_path() -> None:
    whole = _Whole.model_validate({"pieces": [{}, {"odd": 1}], "one": {"stray": 2}, "loose": 3})
    assert {path: part.unknown for path, part in whole.parts()} == {
        "": ("loose",), "pieces[0]": (), "pieces[1]": ("odd",), "one": ("stray",),
    }  # fmt: skip
