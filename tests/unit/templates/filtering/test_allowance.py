"""What a template makes is counted before it is made."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from clipmill.domain.row import Row
from clipmill.domain.verdict import Who
from clipmill.errors import ProjectError, TemplateError
from clipmill.settings import Limits
from clipmill.templates.bare import bare_project
from clipmill.templates.contract import RowChecker
from clipmill.templates.filtering.allowance import Allowance, NameScope, OverAllowanceError
from clipmill.templates.placeholders import as_json, as_text

DOUBLED = {"v0": "x" * 1000, **{f"v{n}": f"{{{{v{n - 1}}}}}{{{{v{n - 1}}}}}" for n in range(1, 10)}}
TENFOLD = {"v0": ["x"] * 10, **{f"v{n}": [f"{{{{v{n - 1}}}}}"] * 10 for n in range(1, 8)}}
OBJECT = {f"k{number}": number for number in range(2_000)}


def nested(depth: int) -> list[Any]:
    element: dict[str, Any] = {"iterate": "ten", "text": "x"}
    for level in range(depth):
        element = {"iterate": "ten", "iterateAs": f"i{level}", "visuals": [element]}
    return [element]


@pytest.mark.parametrize(
    ("variables", "visuals", "words"),
    [
        ({"a": "a" * 60}, ["{{a" + '|replace:"a":"aaaaaaaaaaaaaaaaaaaa"' * 7 + "}}"], "the filter replace"),
        ({"a": "a" * 60_000}, ["{{a" + '|replace:"":"aaaaaaaaaaaaaaaaaaaa"' * 7 + "}}"], "the filter replace"),
        (DOUBLED, [{"text": "{{v9}}" * 9}], r"visuals\[0\]\.text: more than 4,000,000 characters"),
        (TENFOLD, ["{{v7}}"], r"variables\.v4.*more than 100,000 values"),
        ({"ten": list(range(10))}, nested(9), "more than 100,000 values"),
        ({"many": list(range(9_000))}, [{"iterate": "many", "text": "y" * 100_000}], "characters"),
        ({"many": list(range(9_000)), "b": "x" * 100_000}, [{"iterate": "many", "text": "{{b}}"}], "characters"),
        ({"many": list(range(9_000)), "b": "x" * 100_000}, [{"iterate": "many", "id": "{{b}}"}], "characters"),
        ({"many": list(range(9_000)), "b": [1] * 1000}, [{"iterate": "many", "id": "{{b}}"}], "values"),
        ({"o": OBJECT}, ["{{o}}"] * 1000, "values"),
        ({"o": OBJECT}, ["{{o}}{{o}}" * 1000], "values"),
        ({"o": OBJECT}, [{"condition": '{{o|contains:"?"}}', "text": "a"}] * 1000, "the filter contains"),
        ({"b": "x" * 100_000}, [{"condition": '{{b|contains:"?"}}', "text": "a"}] * 1000, "the filter contains"),
        ({"b": "&" * 10_000}, [{"svg": "<svg>" + "{{b}}" * 1000}], "svg: more than 4,000,000"),
        ({"b": "<svg>" + "y" * 100_000 + "{{c}}", "c": ""}, [{"svg": "{{b}}"}] * 1000, "characters"),
        ({"b": "<br>a" * 10_000, "s": "z" * 10_000}, ["{{b|strip_html:s}}"], "the filter strip_html"),
        ({"n": "", "many": list(range(30_000))}, [{"iterate": "many", "text": "{{n}}" * 1_000}], "characters"),
        ({"d": "a"}, ["{{d" + "|upper" * 51 + "}}"], "more than 50 filters"),
    ],
)
def test_what_would_grow_without_end_is_refused_with_its_place(
    variables: dict[str, Any], visuals: list[Any], words: str
) -> None:
    with pytest.raises(ProjectError, match=words) as caught:
        bare_project({"visuals": visuals, "variables": variables})
    assert len(str(caught.value)) < 500


def test_what_is_within_the_allowance_is_made() -> None:
    variables = {"o": OBJECT, "list": [{"of": number} for number in range(200)]}
    visuals = [{"iterate": "list", "id": "e", "text": '{{o|pick:"k7"}} of {{item.of}}', "gone": {"condition": 0}}]
    made = bare_project({"visuals": visuals, "variables": variables})["visuals"]
    assert made[199] == {"text": "7 of 199", "id": "e-199"}


def test_names_of_a_loop_end_with_it() -> None:
    body = {"variables": {"item": "out", "l": [1, 2]}, "visuals": [
        {"iterate": "l", "text": "{{item}}", "in": [{"iterate": "l", "text": "{{item}}{{index}}"}], "i": "{{index}}"},
        {"text": "{{item}}"}]}  # fmt: skip
    inner = [{"text": "10"}, {"text": "21"}]
    assert bare_project(body)["visuals"] == [{"text": 1, "in": inner, "i": 0}, {"text": 2, "in": inner, "i": 1},
                                             {"text": "out"}]  # fmt: skip


def test_variables_of_a_scene_end_with_it() -> None:
    body = {"variables": {"a": "top"}, "scenes": [{"variables": {"a": "own"}, "t": "{{a}}"}, {"t": "{{a}}"}]}
    assert bare_project(body)["scenes"] == [{"t": "own"}, {"t": "top"}]


def test_a_number_with_a_huge_exponent_stays_short() -> None:
    assert as_text(Decimal("1e999999")) == "1E+999999"
    assert as_text(Decimal("-1e-9999")) == "-1E-9999"
    assert as_json(Decimal("1e999999")) == "1E+999999"
    assert as_text(Decimal("1e20")) == "100000000000000000000"


@pytest.mark.parametrize("path", ["{{l." + "9" * 5000 + "}}", '{{l|pick:"' + "9" * 5000 + '"}}'])
def test_a_place_in_a_list_may_have_any_number_of_digits(path: str) -> None:
    with pytest.raises(ProjectError, match="there is no"):
        bare_project({"variables": {"l": [1]}, "visuals": [path]})


def test_a_character_with_too_many_digits_is_none() -> None:
    body = {"variables": {"b": "<b>a&#" + "9" * 5000 + ";"}, "visuals": ["{{b|strip_html}}"]}
    assert bare_project(body)["visuals"] == ["a\ufffd"]


def test_a_template_that_makes_too_much_alone_is_refused_when_it_is_loaded(
    checker: Callable[..., RowChecker],
) -> None:
    with pytest.raises(TemplateError, match=r"payload\.text: more than 4,000,000 characters"):
        checker(payload={"text": "{{v9}}" * 9}, variables=DOUBLED)


def test_a_row_that_makes_too_much_is_blocked_with_the_cell_that_may_be_why(checker: Callable[..., RowChecker]) -> None:
    made = checker(contract={"sku": {}}, payload={"text": '{{sku|replace:"a":"bbbbbbbbbb"}}' * 100})
    (problem,) = made.check(Row(1, {"sku": "a" * 60_000})).problems
    assert (problem.code, problem.column, problem.who) == ("payload.too_large", "sku", Who.DATA_OWNER)
    assert "the filter replace" in problem.reason
    assert "limits.payload_characters" in problem.fix
    assert made.check(Row(2, {"sku": "aa"})).problems == ()


def test_an_allowance_weighs_what_was_made_and_counts_what_is_shared_each_time() -> None:
    allowance = Allowance(Limits(payload_characters=100, payload_values=10))
    shared = ["abc"]
    allowance.take([shared, shared], "here")
    assert (allowance.characters, allowance.values) == (94, 6)
    assert allowance.weight == 6 + 4 * 32
    with pytest.raises(OverAllowanceError, match=r"here: more than 10 values.*limit payload_values"):
        allowance.take([shared] * 4, "here")
    scope = NameScope.of({"a": 1}, Limits())
    before = scope.held(("a", "b"))
    scope["a"] = scope["b"] = 2
    scope.restore(before, ("a", "b"))
    assert scope == {"a": 1}
