"""Values kept as JSON: what was written comes back, older formats step by step, newer ones not at all."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from clipmill.errors import StoreError
from clipmill.stored import BODY, Form, payload_digest

FORM: Form[list[str]] = Form("list", list, list, (lambda text: {"of": text}, lambda data: data["of"].split()))


def test_a_value_says_its_format_and_comes_back() -> None:
    assert json.loads(FORM.text(["a", "é"])) == {"format": 2, "value": ["a", "é"]}
    assert FORM.value(FORM.text(["a", "é"])) == ["a", "é"]


@pytest.mark.parametrize("kept", ["a b", {"format": 0, "value": "a b"}, {"format": 1, "value": {"of": "a b"}}])
def test_every_older_format_is_brought_up_step_by_step(kept: Any) -> None:
    assert FORM.value(json.dumps(kept)) == ["a", "b"]


def test_a_newer_format_is_refused_with_a_sentence() -> None:
    with pytest.raises(StoreError, match=r"the list is kept in format 3, this clipmill reads none beyond 2") as caught:
        FORM.value('{"format":3,"value":["a"]}')
    assert "newer clipmill: install that version" in caught.value.hint


@pytest.mark.parametrize("cells", [{"format": "1", "value": "a"}, {"format": "1"}, {"value": "a"}, {}])
def test_columns_that_are_called_like_it_are_no_format(cells: dict[str, str]) -> None:
    fields: Form[dict[str, str]] = Form("fields", dict, dict)
    assert fields.value(json.dumps(cells)) == cells
    assert fields.value(fields.text(cells)) == cells


def test_digest_of_a_payload_is_that_of_its_canonical_json_in_every_format() -> None:
    body = {"b": "ü", "a": [1, {"d": 2, "c": None}]}
    digest = hashlib.sha256('{"a":[1,{"c":null,"d":2}],"b":"ü"}'.encode()).hexdigest()
    assert payload_digest(BODY.text(body)) == payload_digest(json.dumps(body)) == digest
