import pytest

from clipmill.domain.css.declarations import (
    MOST_VALUE,
    Wide,
    check_safe,
    expand,
    plain_name,
    read_declarations,
    split_declarations,
    unescaped,
)
from clipmill.domain.css.late import Late
from clipmill.domain.css.values import Length


@pytest.mark.parametrize(
    "name", ["textShadow", "text-shadow", "-webkit-text-shadow", "WebkitTextShadow", "MozTextShadow", " TEXT-SHADOW "]
)
def test_a_property_has_one_name(name: str) -> None:
    assert plain_name(name) == "text-shadow"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("background", "url(http://x/y.png)", "url("), ("background", "URL ( '//x')", "not allowed"),
        ("width", "expression(alert(1))", "expression("), ("color", "'a' url(\"x\") url(\"https://x\")", "url("),
        ("content", "\\75 rl(file:x)", "file:"), ("behavior", "x", "behavior is not allowed"),
        ("-moz-binding", "x", "not allowed"),
        ("color", "@import 'x'", "@import"), ("color", "javascript:x", "javascript:"),
    ],
)  # fmt: skip
def test_what_loads_or_runs_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed") as caught:
        check_safe(name, value)
    assert said in str(caught.value)
    with pytest.raises(ValueError, match=r"not allowed"):
        read_declarations([(name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [("content", "'\\201C'"), ("content", "'see javascript: and url(http://x)'"), ("color", "red/* x */"),
     ("--logo", "url(logo.png)")],
)  # fmt: skip
def test_what_is_only_shown_is_read(name: str, value: str) -> None:
    assert read_declarations([(name, value)]).values


@pytest.mark.parametrize("value", ["url(x)", "url(#mask)", "r" * (MOST_VALUE + 1), "red }", "\\"])
def test_what_means_nothing_is_dropped_and_named(value: str) -> None:
    read = read_declarations([("color", value), ("width", "4px")])
    assert len(read.values) == len(read.unsupported) == 1


def test_escapes_are_followed() -> None:
    assert unescaped('\\201C\\41 b\\"\\0') == '“Ab"\ufffd'


def test_what_depends_on_its_place_is_read_later() -> None:
    read = read_declarations([("--gap", " 4px "), ("margin", "var(--gap) 2vw"), ("fill", "red"), ("color", "red")])
    assert read.custom == {"--gap": "4px"}
    assert read.late == (("margin", Late("var(--gap) 2vw")),)
    assert dict(read.values)["svg fill"] == "red"


def test_what_is_important_is_not_overruled_beside_it() -> None:
    assert dict(read_declarations([("width", "1px!important"), ("width", "2px")]).values) == {"width": Length(1)}


def test_shorthands_and_everything_may_inherit() -> None:
    assert set(dict(expand("margin", "inherit"))) == {f"margin-{side}" for side in ("top", "right", "bottom", "left")}
    assert dict(expand("all", "revert"))["color"] == Wide("unset")


def test_what_is_not_drawn_is_listed_with_its_value_where_its_name_is_known() -> None:
    read = read_declarations([("writing-mode", "vertical-rl"), ("display", "ruby"), ("color", "reddish"), ("Foo", "1")])
    assert read.unsupported == ("writing-mode", "display: ruby", "color: reddish", "Foo")
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
