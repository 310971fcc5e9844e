"""Lines of a table that become several rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import FieldKind, FieldRule, Template
from clipmill.domain.verdict import Problem
from clipmill.errors import SettingsError
from clipmill.pipeline.each import named_for, one_of_a_line, rows_for_each, rows_of_lines, rows_per_line

SHAPE = FieldRule(name="shape", kind=FieldKind.ENUM, choices=("wide", "tall"))
EACH = {"shape": ("wide", "tall"), "lang": ("de", "en", "fr")}


class _Table:
    """Two lines of which the second is the fourth of its table."""

    def describe(self) -> Mapping[str, Any]:
        return {"columns": ["sku"]}

    def rows(self) -> Iterator[Row]:
        yield Row(1, {"sku": "a"}, 2)
        yield Row(4, {"sku": "b", "Shape": "x"}, 5, (Problem("p", "it is wrong", "mend it"),))


def template(name: str) -> Template:
    """A template whose files are called so."""
    lang = FieldRule(name="lang", kind=FieldKind.TEXT)
    return Template(name="t", version="v", engine="render", contract=(SHAPE, lang), body={}, output_name=name)


def test_rows_of_a_line_have_numbers_that_follow_each_other() -> None:
    source = rows_for_each(_Table(), EACH, {"shape": "Shape", "lang": "lang"})
    rows = list(source.rows())
    assert [row.number for row in rows] == [*range(1, 7), *range(19, 25)]
    assert [(row.fields["Shape"], row.fields["lang"]) for row in rows[6:9]] == [
        ("wide", lang) for lang in ("de", "en", "fr")
    ]
    assert {row.line for row in rows[6:]} == {5}
    assert all(row.problems for row in rows[6:])
    assert list(source.rows()) == rows
    assert rows_per_line(EACH) == 6
    assert rows_per_line({}) == 1
    assert rows_for_each(table := _Table(), {}, {}) is table


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ("{{sku}}.mp4", "{{sku}}-{{shape|slug}}-{{lang|slug}}.mp4"),
        ("{{sku}}", "{{sku}}-{{shape|slug}}-{{lang|slug}}"),
        (
            "{{lang}}/{{sku}}-v{{attempt.number|pad:2}}.mp4",
            "{{lang}}/{{sku}}-{{shape|slug}}-v{{attempt.number|pad:2}}.mp4",
        ),
        ("{{shape|upper}}_{{sku|default:lang}}", "{{shape|upper}}_{{sku|default:lang}}"),
    ],
)
def test_names_say_which_of_a_lines_rows_they_are_of(pattern: str, named: str) -> None:
    given = template(pattern)
    found = named_for(given, EACH)
    assert found.output_name == named
    assert (found is given) == (pattern == named)
    assert named_for(found, EACH) is found
    assert (found.version == given.version) == (pattern == named)


def test_a_value_that_no_row_may_have_is_refused_before_any_is_read() -> None:
    with pytest.raises(SettingsError, match="--each shape=round") as caught:
        named_for(template("{{sku}}"), {"shape": ("wide", "round")})
    assert "wide" in caught.value.hint
    with pytest.raises(SettingsError, match="the template has no such field"):
        named_for(template("{{sku}}"), {"shap": ("wide",)})


def test_a_sample_is_of_lines() -> None:
    rows = [Checked(Row(number, {}), payload=Payload("v", {}) if number not in (4, 7, 8, 9) else None)
            for number in range(1, 13)]  # fmt: skip
    assert [one.row.number for one in one_of_a_line(rows, 3)] == [1, 2, 4]
    assert rows_of_lines({4, 1}, 3) == [1, 2, 3, 10, 11, 12]
