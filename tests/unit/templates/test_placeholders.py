"""Placeholders one by one."""

from decimal import Decimal
from typing import Any

import pytest

from clipmill.errors import TemplateError
from clipmill.templates.placeholders import (
    Argument,
    FilterCall,
    Names,
    Placeholder,
    as_json,
    as_text,
    escape_xml,
    parse,
    step,
)


def test_text_and_placeholders_take_turns() -> None:
    assert parse("a {{ b.0.c | upper | replace:'x|}':\"y:\" }} {d}", "here") == [
        "a ",
        Placeholder(
            ("b", "0", "c"),
            (FilterCall("upper", ()), FilterCall("replace", (Argument("x|}", True), Argument("y:", True)))),
        ),
        " {d}",
    ]
    assert parse("@media{a{fill:red}}", "here") == ["@media{a{fill:red}}"]
    assert parse("", "here") == []


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (None, ""), (True, "true"), (False, "false"), (5, "5"), (5.0, "5"), (1.5, "1.5"),
     (Decimal("49.00"), "49.00"), (Decimal("1E+3"), "1000"), ({"b": 1, "a": [None]}, '{"a":[null],"b":1}'), ([], "[]")],
)  # fmt: skip
def test_values_inside_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "result"), [(Decimal("49.00"), 49), (Decimal("19.90"), 19.9), ("5", "5"), (True, True)]
)
def test_values_alone_keep_their_type(value: Any, result: Any) -> None:
    assert as_json(value) == result
    assert type(as_json(value)) is type(result)


def test_a_path_steps_into_objects_and_lists() -> None:
    assert step({"0": "x"}, "0") == "x"
    assert step(["x", "y"], "1") == "y"
    for value, part in (({"a": 1}, "b"), ([1], "1"), ([1], "-1"), ([1], "²"), ("text", "0"), (None, "a"), ([], "0")):
        with pytest.raises(TemplateError, match="there is no"):
            step(value, part)


def test_names_know_where_they_are() -> None:
    names = Names(frozenset({"title"}), {"list": [{"a": "x"}]}).inside("item")
    names.check(("item", "anything"), "here")
    names.check(("index",), "here")
    assert names.source(("list", "0", "a")) == "x"
    assert names.source(("item",)) is None
    assert names.source(("title",)) is None


def test_xml_is_escaped_and_cleaned() -> None:
    assert escape_xml('<a href="x">&\'</a>\0') == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;\ufffd"


def test_commas_part_arguments_as_colons_do() -> None:
    (one,) = parse('{{ price | if:"a, b",c : -5 }}', "here")
    assert isinstance(one, Placeholder)
    assert one.calls == (FilterCall("if", (Argument("a, b", True), Argument("c", False), Argument("-5", False))),)
    (day,) = parse("{{day|date:%-d %B, %Y}}", "here")
    assert isinstance(day, Placeholder)
    assert day.calls[0].written == "%-d %B, %Y"


@pytest.mark.parametrize(
    "text", ["{{a,b}}", "{{a|upper,b}}", "{{a|if:,b}}", "{{a|if:b,}}", "{{a|if:b,,c}}", "{{a|if b,c}}"]
)
def test_comma_in_a_wrong_place_is_told(text: str) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        parse(text, "here")
