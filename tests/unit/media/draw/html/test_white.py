import pytest

from clipmill.domain.css.look import Look
from clipmill.media.draw.html.content import Item, Space, TextRun
from clipmill.media.draw.html.white import NEW_LINE, collapsed

ATOM = Space(4, atom=0)


def _text(*texts: str | Item, space: str = "normal") -> str:
    look = Look(white_space=space)
    found = collapsed(TextRun(text, look) if isinstance(text, str) else text for text in texts)
    return "|".join(item.text if isinstance(item, TextRun) else "□" for item in found)


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (("  a \n b  ",), "a b"),
        (("a ", " b"), "a |b"),
        (("a", " ", "b"), "a| |b"),
        (("a ", NEW_LINE, " b"), "a|\n|b"),
        ((" ",), ""),
        (("a", NEW_LINE), "a|\u2060"),
        ((NEW_LINE,), "\u2060"),
        (("a", NEW_LINE, NEW_LINE, "b"), "a|\n|\n|b"),
        ((ATOM, " ", ATOM), "□| |□"),
        ((" ", ATOM, " "), "□"),
        ((" a ", Space(2), " b"), "a |□|b"),
        (("a\u00a0 b",), "a\u00a0 b"),
    ],
)
def test_blanks_collapse_as_in_browsers(texts: tuple[str | Item, ...], shown: str) -> None:
    assert _text(*texts) == shown


@pytest.mark.parametrize(
    ("space", "shown"),
    [("pre", " a  b\n c "), ("pre-wrap", " a  b\n c "), ("pre-line", "a b\nc"), ("nowrap", "a b c")],
)
def test_blanks_are_kept_where_the_style_says_so(space: str, shown: str) -> None:
    assert _text(" a  b\n c ", space=space) == shown


def test_letter_case_is_as_asked() -> None:
    assert collapsed([TextRun("straße", Look(text_transform="uppercase"))])[0] == TextRun(
        "STRASSE", Look(text_transform="uppercase")
    )
