"""Laws of contract and mapping: the same row gives the same payload, what was put in stays, nothing raises."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.row import Row
from clipmill.domain.template import FieldKind, FieldRule, Policy, Template, VerifyLimits
from clipmill.domain.verdict import Problem
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.stored import TEMPLATE
from clipmill.templates.amounts import read_amount, show_amount
from clipmill.templates.contract import RowChecker
from clipmill.templates.filters import lower, money, slug, truncate, upper
from clipmill.templates.kinds.table import READERS
from clipmill.templates.versions import versioned

PAYLOAD = {
    "whole": "{{title}}", "inside": "[{{title}}|{{note}}]", "said": "{{said}}", "svg": "<svg>{{title}}</svg>",
    "price": "{{price}}", "shown": "{{price|money:note}}", "list": [{"iterate": "list", "text": "{{item}}{{index}}"}],
    "cut": "{{title|truncate:10}}", "maybe": {"condition": "{{note}}", "text": "{{note}}"},
}  # fmt: skip
LAWS = versioned(
    Template(
        name="laws", version="", engine="render", body=PAYLOAD, output_name="{{title|slug}}.mp4",
        contract=(FieldRule(name="title", required=True), FieldRule(name="note"),
                  FieldRule(name="price", kind=FieldKind.MONEY, fallback="5")),
        variables={"said": "{{title}}!", "list": ["{{note}}", "x"]},
    )
)  # fmt: skip
#: Text with everything that could be taken for something else.
TRICKY = st.text(max_size=30) | st.lists(
    st.sampled_from(["{{", "}}", "{{title}}", "{{said}}", "{{item}}", "|up", "<b>", "&amp;", "]]>", "asset:", "é", "1"])
).map("".join)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TRICKY
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@lru_cache(1)
def checker() -> RowChecker:
    nowhere = Path("nowhere")
    media = MediaStore(DiskFiles(nowhere, nowhere), Settings())
    return RowChecker(LAWS, base_folder=nowhere, media=media, safe_name=str)


@given(TRICKY, TRICKY, TRICKY)
def test_checking_never_raises_and_is_deterministic(title: str, note: str, price: str) -> None:
    row = Row(1, {"title": title, "note": note, "price": price})
    checked = checker().check(row)
    assert checked == checker().check(row)
    assert (checked.payload is None) == bool(checked.problems)
    for problem in checked.problems:
        assert problem.reason
        assert problem.fix
        assert problem.column
    if checked.payload is not None:
        assert json.loads(checked.payload.text) == json.loads(json.dumps(checked.payload.body))
        assert len(checked.payload.digest) == 64


@given(TRICKY.filter(lambda text: bool(text.strip())), TRICKY)
def test_what_is_put_in_stays_and_is_never_expanded_again(title: str, note: str) -> None:
    checked = checker().check(Row(1, {"title": title, "note": note, "price": "5"}))
    if checked.payload is None:
        return
    body = checked.payload.body
    shown = note if note.strip() else ""
    assert body["whole"] == title
    assert body["inside"] == f"[{title}|{shown}]"
    assert body["said"] == f"{title}!"
    assert body["list"] == [{"text": f"{shown}0"}, {"text": "x1"}]
    parsed = fromstring(body["svg"])
    assert list(parsed) == []
    assert (parsed.text or "") == title.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text() | st.none() | st.integers() | st.floats() | st.decimals() | st.booleans(), st.text(max_size=5))
def test_filters_never_raise(value: Any, currency: str) -> None:
    slugged = slug(value)
    assert slug(slugged) == slugged
    assert not slugged.startswith("-")
    assert not slugged.endswith("-")
    assert "--" not in slugged
    for text in (slugged, money(value, currency), upper(value), lower(value)):
        assert isinstance(text, str)
    assert unicodedata.is_normalized("NFC", slugged)


@given(st.text(), st.integers(2, 40))
def test_truncate_keeps_its_length(text: str, length: int) -> None:
    assert len(truncate(text, length)) <= length
    if len(text) <= length:
        assert truncate(text, length) == text


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["EUR", "USD", "GBP", "CHF", ""]))
def test_an_amount_that_was_shown_is_read_back(amount: Decimal, currency: str) -> None:
    assert read_amount(show_amount(amount, currency)) == amount


@given(st.sampled_from(sorted(READERS)), st.text(max_size=40) | st.from_regex(r"\A[-+0-9.,' €eE]{1,20}\Z"))
def test_no_reader_ever_raises(kind: FieldKind, cell: str) -> None:
    rule = FieldRule(name="x", kind=kind, choices=("a", "b"), minimum=1 if kind is FieldKind.NUMBER else None)
    value = READERS[kind](rule, "x")(cell)
    assert isinstance(value, (str, int, Decimal, Problem))
    if isinstance(value, Decimal):
        assert value.is_finite()


@given(
    st.dictionaries(st.text(max_size=5), JSON, max_size=4),
    st.dictionaries(st.from_regex(r"\A[a-z]{1,5}\Z"), JSON),
    st.lists(st.builds(FieldRule, name=st.text(max_size=5), kind=st.sampled_from(FieldKind),
                       fallback=st.none() | st.text(), choices=st.lists(st.text(max_size=3)).map(tuple),
                       minimum=st.none() | st.floats(-1e9, 1e9))),
)  # fmt: skip
def test_a_template_survives_being_stored(body: Any, variables: Any, rules: list[FieldRule]) -> None:
    template = Template(name="x", version="", engine="e", contract=tuple(rules), body=body, output_name="o",
                        verify=VerifyLimits(reference="r"), policy=Policy(1, 2, 3), variables=variables)  # fmt: skip
    assert TEMPLATE.value(TEMPLATE.text(template)) == template
