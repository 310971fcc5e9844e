"""Names of files out of a template's pattern, with what is known of their batch, row and attempt."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clipmill.domain.row import Row
from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.templates.contract import RowChecker
from clipmill.templates.mapping import Mapped

Make = Callable[..., RowChecker]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{{batch.id}}-{{sku}}.mp4", "bat_1-S1.mp4"),
        ("{{batch.name|slug}}/{{row.number}}", "week-48_7"),
        ("{{row.number|pad:4}}-{{sku}}.mp4", "0007-S1.mp4"),
        ("{{sku}}-v{{attempt.number}}.mp4", "S1<-v1>.mp4"),
        ("{{row.number}}_{{ attempt.number | pad:3 }}", "7<_3>"),
        ('{{sku|replace:"S":"<"}}-{{row.number|plus:1}}', "<1-8"),
    ],
)
def test_a_name_says_its_batch_its_row_and_its_attempt(checker: Make, pattern: str, name: str) -> None:
    one = checker(output={"name": pattern})
    one.batch = {"id": "bat_1", "name": "Week 48"}
    assert one.check(Row(7, {"sku": "S1"})).file_name == name


def test_before_there_is_a_batch_its_place_is_shown(checker: Make) -> None:
    assert checker(output={"name": "{{batch.id}}-{{sku}}"}).check(Row(7, {"sku": "S1"})).file_name == "{{batch.id}}-S1"


@pytest.mark.parametrize(
    ("pattern", "why", "hint"),
    [
        ("{{attempt.number}}-{{sku}}.mp4", "stands at the end", "{{sku}}-v{{attempt.number}}"),
        ("{{sku}}{{attempt.number}}.mp4", "stands at the end", "{{sku}}-v{{attempt.number}}"),
        ("{{sku}}-v1{{attempt.number}}.mp4", "stands at the end", ""),
        ("{{sku}}-{{attempt.number}}-{{attempt.number}}", "stands at the end", ""),
        ("{{sku}}-{{attempt.number|upper}}", "stands at the end", ""),
        ("clip-{{attempt.number}}.mp4", "gives every row the same name", ""),
        ("{{sku}}-{{batch}}", r"\{\{batch\}\} is nothing that is known of a batch", "{{batch.id}} or {{batch.name}}"),
        ("{{sku}}-{{row.line}}", r"\{\{row\.line\}\} is nothing that is known of a row", "{{row.number}}"),
        ("{{sku|default:attempt.number}}", "neither a field nor a variable", ""),
    ],
)
def test_what_cannot_name_every_file_is_refused(
    load: Callable[..., Template], pattern: str, why: str, hint: str
) -> None:
    with pytest.raises(TemplateError, match=why) as caught:
        load(output={"name": pattern})
    assert hint in caught.value.hint


def test_a_field_or_a_variable_called_so_stands_before_what_names_know(
    load: Callable[..., Template], checker: Make
) -> None:
    own = {"sku": {}, "batch": {}, "attempt": {}}
    one = checker(contract=own, variables={"row": {"number": 12}}, output={"name": "{{batch}}-{{row.number}}"})
    assert one.check(Row(7, {"sku": "S1", "batch": "B", "attempt": "3"})).file_name == "B-12"
    attempts = checker(contract=own, output={"name": "{{sku}}{{attempt}}"})
    assert attempts.check(Row(7, {"sku": "S1", "batch": "B", "attempt": "3"})).file_name == "S13"
    with pytest.raises(TemplateError, match="batch is a field of this template, which stands before") as caught:
        load(contract=own, output={"name": "{{batch.id}}-{{sku}}"})
    assert "column: batch" in caught.value.hint


def test_elsewhere_there_is_no_batch_no_row_and_no_attempt(load: Callable[..., Template]) -> None:
    with pytest.raises(TemplateError, match="names neither a field nor a variable") as caught:
        Mapped(load(payload={"name": "{{row.number}}"}))
    assert caught.value.hint == "What is known of the row may stand in output.name only."
