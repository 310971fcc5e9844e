"""Strings with placeholders."""

from collections.abc import Callable
from typing import Any

from clipmill.templates.strings import named

BodyOf = Callable[..., Any]


def test_a_placeholder_alone_keeps_the_type(body_of: BodyOf) -> None:
    kinds = {
        "price": "money",
        "whole": "money",
        "part": "number",
        "count": "integer",
        "on": "boolean",
        "none": "integer",
    }
    body = body_of(
        {name: f"{{{{{name}}}}}" for name in kinds}, kinds=kinds,
        price="19.90", whole="49.00", part="0,5", count="8", on="yes", none="",
    )  # fmt: skip
    assert body == {"price": 19.9, "whole": 49, "part": 0.5, "count": 8, "on": True, "none": None}
    assert [type(value) for value in body.values()] == [float, int, float, int, bool, type(None)]


def test_placeholders_inside_text_become_text(body_of: BodyOf) -> None:
    body = body_of(
        {"a": "{{price}} for {{count}}, {{none}}{{on}} {{shape}}"},
        variables={"shape": {"b": [1]}}, kinds={"price": "money", "count": "integer", "on": "boolean", "none": "date"},
        price="49.00", count="2", on="no", none="",
    )  # fmt: skip
    assert body == {"a": '49.00 for 2, false {"b":[1]}'}


def test_what_was_put_in_is_never_looked_at_again(body_of: BodyOf) -> None:
    body = body_of(
        {"a": "{{title}}", "b": "x{{title|upper}}", "c": "{{said}}"},
        variables={"said": "{{title}}!"},
        title="{{sku}} {{",
    )
    assert body == {"a": "{{sku}} {{", "b": "x{{SKU}} {{", "c": "{{sku}} {{!"}


def test_filters_chain_and_take_fields(body_of: BodyOf) -> None:
    body = body_of(
        {"a": "{{title|truncate:7|upper}}", "b": "{{price|money:currency}}", "c": "{{price|money:CHF}}",
         "d": '{{none|default:"a|b: {c"}}', "e": "{{none|default:title}}", "f": "{{none|default:5}}",
         "g": "{{price|money}}", "h": "{{title|replace:' ':sku}}", "i": "{{price|money:code}}"},
        variables={"code": "GBP"}, kinds={"price": "money"},
        title="Bobble Beanie", price="1299", currency="USD", none="",
    )  # fmt: skip
    assert body == {"a": "BOBBLE…", "b": "$1,299", "c": "1,299 CHF", "d": "a|b: {c", "e": "Bobble Beanie", "f": 5,
                    "g": "1,299", "h": "BobbleS1Beanie", "i": "£1,299"}  # fmt: skip


def test_markup_is_escaped_where_it_is_markup(body_of: BodyOf) -> None:
    body = body_of(
        {"svg": "<svg><text>{{title}}</text></svg>", "html": "<b>{{title}}</b>", "text": "{{title}}!",
         "style": {"x": "{{title}}"}},
        title="<b>A & B</b>",
    )  # fmt: skip
    assert body == {
        "svg": "<svg><text>&lt;b&gt;A &amp; B&lt;/b&gt;</text></svg>", "html": "<b>&lt;b&gt;A &amp; B&lt;/b&gt;</b>",
        "text": "<b>A & B</b>!", "style": {"x": "<b>A & B</b>"},
    }  # fmt: skip


def test_a_drawing_in_a_variable_is_markup_too(body_of: BodyOf) -> None:
    variables = {"card": "{{deep.0}}", "deep": ["<svg><text>{{title}}</text></svg>"]}
    body = body_of({"visuals": [{"svg": "{{card}}"}]}, variables=variables, title="A & B")
    assert body == {"visuals": [{"svg": "<svg><text>A &amp; B</text></svg>"}]}


def test_every_name_a_value_needs_is_found() -> None:
    value = {"a": ["{{b.c}} {{d|money:e}}", 5], "f": '{{g|default:"h"}}', "iterate": "i.j"}
    assert named(value, "here") == {"b", "d", "e", "g", "i"}
