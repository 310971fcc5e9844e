import pytest

from clipmill.domain.css.entities import without_entities


@pytest.mark.parametrize(
    ("text", "read"),
    [("R&amp;D &lt;3 &#65;", "R&D <3 A"), ("&#" + "0" * 5000 + "65;", "A"), ("&#" + "9" * 5000 + ";", "\ufffd"),
     ("a & b", "a & b")],
)  # fmt: skip
def test_entities_are_the_characters_they_stand_for(text: str, read: str) -> None:
    assert without_entities(text) == read
