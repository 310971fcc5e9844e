import pytest

from clipmill.media.draw.html.counters import number_text


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [("disc", 3, "disc"), ("decimal", 12, "12."), ("lower-alpha", 28, "ab."), ("upper-alpha", 2, "B."),
     ("lower-roman", 49, "xlix."), ("upper-roman", 2024, "MMXXIV.")],
)  # fmt: skip
def test_items_are_counted(kind: str, number: int, text: str) -> None:
    assert number_text(kind, number) == text
