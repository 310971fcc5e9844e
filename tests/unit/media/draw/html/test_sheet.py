from contextlib import suppress
from time import process_time

import pytest

from clipmill.domain.timeline.colour import Colour, parse_colour
from clipmill.media.draw.html.sheet import MOST_RULES, read_sheet
from clipmill.media.draw.html.tree import read_tree


def _colour(css: str, html: str) -> Colour | None:
    """The colour the last element of a text ends up with."""
    node = list(read_tree(html).root.walk())[-1]
    found = dict(read_sheet(css).declarations(node))
    colour = found.get("color")
    assert colour is None or isinstance(colour, Colour)
    return colour


@pytest.mark.parametrize(
    ("css", "html"),
    [
        ("b{color:red}", "<b>"), (".x{color:red}", "<b class='y x'>"), ("#i{color:red}", "<b id=i>"),
        ("i,b{color:red}", "<b>"), ("p b{color:red}", "<p><i><b>"), ("p > b{color:red}", "<p><b>"),
        ("b.x#i{color:red}", "<b id=i class=x>"), ("*{color:red}", "<b>"), ("/* } */ b{color:red}", "<b>"),
        ("b{color:red} i{color:blue}", "<b>"), (".a .b b{color:red}", "<div class=a><p class=b></p><div class=b><b>"),
        ("@media print{b{color:blue}} b{color:red}", "<b>"), ("b{color:blue} b{color:red}", "<b>"),
        (".x{color:red} b{color:blue}", "<b class=x>"), ("#i{color:red} .x.y{color:blue}", "<b id=i class='x y'>"),
        ("b{color:red!important} #i{color:blue}", "<b id=i style='color:blue'>"),
        ("b{color:blue}", "<b style='color:red'>"),
    ],
)  # fmt: skip
def test_the_strongest_rule_wins(css: str, html: str) -> None:
    assert _colour(css, html) == parse_colour("red")


@pytest.mark.parametrize(
    ("css", "html"), [("p > b{color:red}", "<p><i><b>"), ("p b{color:red}", "<b>"), (".x{color:red}", "<b class=xx>")]
)
def test_other_elements_are_not_meant(css: str, html: str) -> None:
    assert _colour(css, html) is None


def test_what_is_not_followed_is_listed() -> None:
    css = (
        "@keyframes a{from{color:red}} b:has(i){color:red} a>>b{color:red} b{animation:x 1s} @charset 'x'; > b{} x; p{"
    )
    still = "use enterAnimation and exitAnimation of"
    assert read_sheet(css).unsupported == (
        f"@keyframes is not animated; {still} the element",
        "the selector b:has(i) is not followed",
        "the selector a>>b is not followed",
        f"animation is not drawn; a text stands still by itself; {still} its element",
        "@charset is not followed",
        "the selector > b is not followed",
        "x is not followed",
    )


@pytest.mark.parametrize(
    ("css", "said"),
    [("@import 'x';", "@import"), ("b{color:url(//x)}", "url("), ("b{}" * (MOST_RULES + 1), "more than")],
)
def test_what_is_not_allowed_is_refused(css: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"css|style") as caught:
        read_sheet(css)
    assert said in str(caught.value)


@pytest.mark.parametrize("piece", ["{", "a{", "a{b{", "(", ":is(", "a,", "'", "\\", "@media ", "/*", "a:b;"])
def test_hostile_rules_take_no_long_time(piece: str) -> None:
    took = []
    for length in (50_000, 200_000):
        begin = process_time()
        with suppress(ValueError):
            read_sheet((piece * length)[:length])
        took.append(process_time() - begin)
    assert took[1] < 12 * max(took[0], 0.05)
