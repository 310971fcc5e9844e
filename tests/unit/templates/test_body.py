"""Bodies: conditions, loops, scenes."""

from collections.abc import Callable
from typing import Any

import pytest

from clipmill.domain.row import Row
from clipmill.domain.template import Template
from clipmill.domain.verdict import Who
from clipmill.errors import TemplateError
from clipmill.templates.contract import RowChecker

BodyOf = Callable[..., Any]
Load = Callable[..., Template]


@pytest.mark.parametrize(
    ("condition", "stays"),
    [
        (True, True), (False, False), (0, False), (0.0, False), (1, True), ("", False), ("no", True), (None, False),
        ("0", True), ([], True), ({}, True), ("{{title}}", True), ("{{badge}}", False), ("{{on}}", False),
        ("{{price}}", False), ("{{none}}", False), ("{{badge|default:title}}", True), ("{{maybe.0.missing}}", False),
    ],
)  # fmt: skip
def test_a_false_condition_drops_the_element(body_of: BodyOf, condition: Any, stays: bool) -> None:
    element = {"text": "x", "condition": condition}
    body = body_of(
        {"visuals": [element, {"text": "y"}], "subtitle": element},
        variables={"maybe": "{{title}}"}, kinds={"on": "boolean", "price": "money", "none": "number"},
        title="t", badge="", on="no", price="0.00", none="",
    )  # fmt: skip
    assert body["visuals"] == ([{"text": "x"}] if stays else []) + [{"text": "y"}]
    assert ("subtitle" in body) is stays


def test_a_loop_repeats_an_element(body_of: BodyOf) -> None:
    body = body_of(
        {"visuals": [{"id": "f", "text": "{{index}} {{item.name}} {{sku}}", "iterate": "features", "y": "{{index}}"},
                     {"text": "end"}]},
        variables={"features": [{"name": "Soft"}, {"name": "{{title}}"}]}, title="Cap",
    )  # fmt: skip
    assert body["visuals"] == [
        {"id": "f-0", "text": "0 Soft S1", "y": 0}, {"id": "f-1", "text": "1 Cap S1", "y": 1}, {"text": "end"},
    ]  # fmt: skip


def test_loops_nest_and_drop_and_have_names(body_of: BodyOf) -> None:
    body = body_of(
        {"scenes": [{"iterate": "{{groups}}", "iterateAs": "group", "id": "s-{{group.name}}", "visuals": [
            {"iterate": "group.items", "condition": "{{item.shown}}",
             "text": "{{group.name}}{{item.text}}{{index}}"}]}]},
        variables={"groups": [{"name": "a", "items": [{"text": "x", "shown": True}, {"text": "y"}]},
                              {"name": "b", "items": [{"text": "z", "shown": 1}]}]},
    )  # fmt: skip
    assert body["scenes"] == [
        {"id": "s-a-0", "visuals": [{"text": "ax0"}]}, {"id": "s-b-1", "visuals": [{"text": "bz0"}]},
    ]  # fmt: skip


def test_scenes_and_the_project_have_variables_of_their_own(body_of: BodyOf) -> None:
    body = body_of(
        {"variables": {"mood": "calm {{sku}}"}, "name": "{{mood}}",
         "scenes": [{"variables": {"mood": "loud", "line": "{{mood}} {{title}}"}, "text": "{{line}}"},
                    {"variables": {"hidden": ""}, "condition": "{{sku|replace:'S1':''}}"}, {"text": "{{mood}}"}]},
        title="Cap",
    )  # fmt: skip
    assert body == {"name": "calm S1", "scenes": [{"text": "loud Cap"}, {"text": "calm S1"}]}


def test_a_variable_with_a_loop_waits_for_its_list(body_of: BodyOf) -> None:
    variables = {"a": [{"iterate": "b", "text": "{{item}}"}], "b": ["{{title}}"]}
    assert body_of({"x": "{{a}}"}, variables=variables, title="Cap") == {"x": [{"text": "Cap"}]}


def test_what_never_changes_is_shared_and_left_alone(checker: Callable[..., RowChecker]) -> None:
    one = checker(payload={"fixed": {"a": [1]}, "text": "{{sku}}"})
    first, second = (one.check(Row(n, {"sku": str(n)})).payload for n in (1, 2))
    assert first and second
    assert first.body["fixed"] is second.body["fixed"]
    assert (first.body["text"], second.body["text"]) == ("1", "2")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"condition": True}, r"payload\.condition cannot stand at the top"),
        ({"iterate": "list"}, "cannot stand at the top"),
        ({"a": {"iterate": "list"}}, "belong to the items of a list"),
        ({"a": [{"iterateAs": "x"}]}, "belong to the items of a list"),
        ({"a": [{"iterate": "list", "iterateAs": "a b"}]}, "cannot be a name"),
        ({"a": [{"iterate": "list", "iterateAs": 5}]}, "must be a name"),
        ({"a": [{"iterate": "sku"}]}, "sku is no list"),
        ({"a": [{"iterate": "text.a"}]}, "there is no a"),
        ({"a": [{"iterate": "number"}]}, "number is no list"),
        ({"a": [{"iterate": "lists"}]}, "names neither"),
        ({"a": [{"iterate": 5}]}, "cannot be read"),
        ({"a": [{"iterate": "{{list|upper}}"}]}, "must be the path of a list"),
        ({"a": [{"iterate": "list", "text": "{{itm}}"}]}, "names neither"),
        ({"variables": {"sku": 1}}, "is a field"),
        ({"variables": []}, "must be names with values"),
        ({"scenes": [{"variables": {"a b": 1}}]}, r"scenes\[0\]\.variables: 'a b' cannot be a name"),
    ],
)
def test_what_cannot_work_is_refused_at_once(load: Load, payload: Any, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        load(payload=payload, variables={"list": [1], "text": "a", "number": 5})


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"a": [{"iterate": "list", "text": "{{item.b}}"}]}, "there is no b"),
        ({"a": [{"iterate": "text", "text": "x"}]}, "text is no list"),
        ({"a": "{{sku|date:%Y}}"}, "'S1' is no date"),
    ],
)
def test_what_only_a_row_shows_blocks_that_row(checker: Callable[..., RowChecker], payload: Any, words: str) -> None:
    one = checker(payload=payload, variables={"list": [{"a": 1}], "text": "{{sku}}"})
    checked = one.check(Row(1, {"sku": "S1"}))
    assert checked.payload is None
    assert [(p.code, p.who) for p in checked.problems] == [("template.unresolved", Who.TEMPLATE_AUTHOR)]
    assert words in checked.problems[0].reason
    assert checked.problems[0].fix
