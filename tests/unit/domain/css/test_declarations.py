import pytest

from clipmill.domain.css.declarations import (
    MOST_VALUE,
    Wide,
    check_safe,
    expand,
    plain_name,
    read_declarations,
    split_declarations,
)
from clipmill.domain.css.values import Length


@pytest.mark.parametrize(
    "name", ["textShadow", "text-shadow", "-webkit-text-shadow", "WebkitTextShadow", "MozTextShadow", " TEXT-SHADOW "]
)
def test_a_property_has_one_name(name: str) -> None:
    assert plain_name(name) == "text-shadow"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("background", "url(http://x/y.png)", "url("), ("background", "URL (x)", "not allowed"),
        ("width", "expression(alert(1))", "expression("), ("color", "red/* x */", "a comment"),
        ("content", "\\75 rl(x)", "a backslash"), ("behavior", "x", "behavior is not allowed"),
        ("-moz-binding", "x", "not allowed"), ("color", "r" * (MOST_VALUE + 1), "at most 4,000"),
        ("color", "@import 'x'", "@import"), ("color", "javascript:x", "javascript:"),
    ],
)  # fmt: skip
def test_what_loads_or_runs_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|at most") as caught:
        check_safe(name, value)
    assert said in str(caught.value)
    with pytest.raises(ValueError, match=r"not allowed|at most"):
        read_declarations([(name, value)])


def test_what_is_not_drawn_is_listed_with_its_value_where_its_name_is_known() -> None:
    read = read_declarations(
        [("backdrop-filter", "blur(2px)"), ("display", "ruby"), ("color", "var(--x)"), ("Foo", "1")]
    )
    assert read.unsupported == ("backdrop-filter", "display: ruby", "color: var(--x)", "Foo")
    assert read.values == ()


def test_a_long_value_is_shortened_where_it_is_listed() -> None:
    assert len(read_declarations([("display", "x" * 500)]).unsupported[0]) < 80


def test_what_changes_nothing_is_accepted_without_a_word() -> None:
    assert read_declarations([("cursor", "pointer"), ("-webkit-font-smoothing", "antialiased")]).unsupported == ()


def test_a_later_declaration_wins_and_stands_last() -> None:
    read = read_declarations([("margin-top", "1px"), ("color", "red"), ("margin", "2px")])
    assert dict(read.values)["margin-top"] == Length(2)
    assert next(name for name, _ in read.values) == "color"


def test_important_ones_are_marked() -> None:
    assert read_declarations([("margin", "1px ! important")]).important == {
        "margin-top", "margin-right", "margin-bottom", "margin-left"}  # fmt: skip


def test_every_property_may_inherit() -> None:
    assert dict(expand("width", "inherit")) == {"width": Wide("inherit")}


def test_declarations_are_split_at_semicolons_outside_of_brackets() -> None:
    found = list(split_declarations("color: red;; background: f(a;b) ;bad; margin : 0  auto"))
    assert found == [("color", "red"), ("background", "f(a;b)"), ("bad", ""), ("margin", "0 auto")]
