"""The table of a batch is read strictly, and what is wrong is told by line."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from clipmill.api.dialects.openai import lines
from clipmill.api.dialects.openai.lines import Fault, RequestLine, lines_of

_GOOD = {"custom_id": "a", "method": "POST", "url": "/v1/videos", "body": {"prompt": "p"}}


def _read(*texts: str) -> list[RequestLine | Fault]:
    return list(lines_of(io.BytesIO("\n".join(texts).encode()), "/v1/videos"))


def test_requests_are_read_and_empty_lines_passed_over() -> None:
    found = _read(json.dumps(_GOOD), "", json.dumps({**_GOOD, "custom_id": "b", "more": 1}), "")
    assert found == [RequestLine(1, "a", {"prompt": "p"}), RequestLine(3, "b", {"prompt": "p"})]


@pytest.mark.parametrize(("text", "code", "param"), [
    ("{", "invalid_json_line", None), ("[]", "invalid_json_line", None), ('{"a": NaN}', "invalid_json_line", None),
    ('"\\ud800"', "invalid_json_line", None), ("[" * 10_000, "invalid_json_line", None),
    ('{"a": 1, "a": 2}', "invalid_json_line", None),
])  # fmt: skip
def test_a_line_that_is_no_object_is_told(text: str, code: str, param: str | None) -> None:
    (fault,) = _read(text)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line, fault.param) == (code, 1, param)


@pytest.mark.parametrize(("name", "value", "code"), [
    ("custom_id", None, "missing_required_parameter"), ("custom_id", 3, "missing_required_parameter"),
    ("custom_id", "", "missing_required_parameter"), ("custom_id", "x" * 513, "invalid_custom_id"),
    ("method", "GET", "invalid_method"), ("url", "/v1/images/generations", "invalid_url"),
    ("body", "p", "missing_required_parameter"), ("body", None, "missing_required_parameter"),
])  # fmt: skip
def test_a_wrong_field_is_told(name: str, value: Any, code: str) -> None:
    good, fault = _read(json.dumps({**_GOOD, "custom_id": "first"}), json.dumps({**_GOOD, name: value}))
    assert isinstance(good, RequestLine)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line, fault.param) == (code, 2, name)


def test_a_custom_id_that_stands_twice_is_told_with_both_lines() -> None:
    _, fault = _read(json.dumps(_GOOD), json.dumps(_GOOD))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line, fault.param) == ("duplicate_custom_id", 2, "custom_id")
    assert "line 1" in fault.message
    assert "line 2" in fault.message


def test_a_table_without_requests_and_one_with_too_many_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    (empty,) = _read("", " ")
    assert isinstance(empty, Fault)
    assert (empty.code, empty.line) == ("empty_file", None)
    monkeypatch.setattr(lines, "MOST", 1)
    fault = _read(json.dumps(_GOOD), json.dumps({**_GOOD, "custom_id": "b"}), "{")[-1]
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line) == ("too_many_requests", 2)


def test_a_line_that_has_no_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_LONGEST", 50)
    (fault,) = _read(" " * 60)
    assert isinstance(fault, Fault)
    assert fault.code == "line_too_long"
