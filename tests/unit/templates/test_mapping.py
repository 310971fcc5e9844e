"""A compiled template as a whole."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.templates.mapping import Mapped


def test_scope_body_and_name(load: Callable[..., Template]) -> None:
    mapped = Mapped(load(variables={"brand": "Mill", "line": "{{brand}} {{sku}}"}, payload={"text": "{{line}}"},
                         output={"name": "{{line|slug}}.mp4"}))  # fmt: skip
    scope = mapped.scope({"sku": "S1"})
    assert scope == {"sku": "S1", "brand": "Mill", "line": "Mill S1"}
    assert mapped.body(scope) == {"text": "Mill S1"}
    assert mapped.file_name(scope) == "mill-s1.mp4"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{price|money:currency}}", "49,90\u00a0€"),
        ('{{price|money:currency,"en"}}', "€49.90"),
        ("{{price|money:currency:en}}", "€49.90"),
        ("{{price|money:EUR,lang}}", "49,90\u00a0€"),
        ("{{price|money}}", "49,90"),
        ("{{day|date:%-d %B, %Y}}", "1 März, 2026"),
        ("{{day|date:%A}}", "Sonntag"),
        ("−{{price|discount:before}} %", "−17 %"),
        ("{{before|gt:price|if:'Sale, now','New'}}", "Sale, now"),
        ("{{before|lt:price|if:Sale,'New'}}", "New"),
        ("{{price|times:2|plus:0.2|money:currency}}", "100\u00a0€"),
        ('{{title|strip_html:" "}}', "Salt & Pepper"),
    ],
)
def test_amounts_and_days_are_written_in_the_rows_language(
    load: Callable[..., Template], text: str, shown: str
) -> None:
    contract = {name: {} for name in ("sku", "lang", "currency", "title", "Sale")}
    money = {name: {"kind": "money"} for name in ("price", "before")}
    template = load(locale="{{lang}}", contract=contract | money | {"day": {"kind": "date"}}, payload={"name": text})
    values = {"sku": "1", "lang": "de", "currency": "EUR", "title": "<p>Salt &amp;</p><p>Pepper</p>", "Sale": "!",
              "price": Decimal("49.90"), "before": Decimal(60), "day": "2026-03-01"}  # fmt: skip
    mapped = Mapped(template)
    assert mapped.body(mapped.scope(values))["name"] == shown


def test_language_nobody_knows_is_told_when_the_template_is_read(load: Callable[..., Template]) -> None:
    with pytest.raises(TemplateError, match="'klingon' is no language"):
        load(locale="klingon")
    with pytest.raises(TemplateError, match=r"payload\.name: 'klingon' is no language"):
        load(payload={"name": "{{sku|money:EUR,klingon}}"})
