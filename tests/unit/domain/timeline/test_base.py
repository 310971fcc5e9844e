import pytest
from pydantic import ValidationError

from clipmill.domain.timeline.base import LACKING, TimelineModel, field_names


class _Piece(TimelineModel):
    two_words: int = 0


def test_fields_are_camel_case_and_nothing_else() -> None:
    assert field_names(_Piece) == ["twoWords"]
    assert _Piece.model_validate({"twoWords": 3}).two_words == 3
    with pytest.raises(ValidationError):
        _Piece.model_validate({"two_words": 3})


def test_a_piece_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        _Piece().two_words = 4  # type: ignore[misc]


@pytest.mark.parametrize("name", LACKING)
def test_what_this_version_lacks_is_accepted_while_it_asks_for_nothing(name: str) -> None:
    assert _Piece.model_validate({name: None}) == _Piece.model_validate({name: {}}) == _Piece()
    with pytest.raises(ValidationError):
        _Piece.model_validate({name: "something"})
