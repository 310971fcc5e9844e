"""JSON values as the text of cells."""

from __future__ import annotations

import pytest

from clipmill.intake.json_text import JsonProblem, parse_object, text_of


@pytest.mark.parametrize(
    "json, text",
    [('"x"', "x"), ('"007"', "007"), ("7", "7"), ("1.10", "1.10"), ("1e309", "1e309"), ("-0", "-0"),
     ("9" * 5000, "9" * 5000),
     ("true", "true"), ("false", "false"), ("null", ""), ('{"b": [1.0, null], "a": "é"}', '{"a":"é","b":[1.0,null]}'),
     ("[]", "[]"), ('["\\"", true, "1"]', '["\\"",true,"1"]')],
)  # fmt: skip
def test_value_is_kept_as_its_own_text(json: str, text: str) -> None:
    assert text_of(parse_object(f'{{"v": {json}}}')["v"]) == text


@pytest.mark.parametrize(
    "line, said",
    [("{", "at character 2"), ('{"a": 1} {"b": 2}', "extra data at character 10"), ("{'a': 1}", "at character 2"),
     ("7", "another kind of value"), ('[{"a": 1}]', "another kind"), ("null", "another kind"), ('{"a": NaN}', "NaN"),
     ('{"a": -Infinity}', "-Infinity"), ('{"a": 1, "a": 2}', "“a” is there twice"), ('{"a": {"b": 1, "b": 1}}', "“b”"),
     ('{"a": "\t"}', "at character 8"), ('{"a": ' + "[" * 100_000, "nested too deeply"), ("", "at character 1")],
)  # fmt: skip
def test_unusable_line_says_what_is_wrong_and_where(line: str, said: str) -> None:
    with pytest.raises(JsonProblem, match=said) as caught:
        parse_object(line)
    problem = caught.value.at(7, line)
    assert problem.reason.startswith("Line 7 ")
    assert problem.fix.endswith(".")


def test_value_nested_deeper_than_python_can_write_is_a_problem() -> None:
    value: object = []
    for _ in range(10_000):
        value = [value]
    with pytest.raises(JsonProblem, match="nested too deeply"):
        text_of(value)


def test_a_name_that_is_twice_among_thousands_is_found_at_once() -> None:
    names = ",".join(f'"a{number}":1' for number in range(50_000))
    with pytest.raises(JsonProblem, match="a49999"):
        parse_object(f'{{{names},"a49999":2}}')
