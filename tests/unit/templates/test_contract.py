"""Rows under a contract."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.verdict import Problem, Who
from clipmill.errors import TemplateError
from clipmill.media.outside.stored import MediaStore
from clipmill.ports import Checker
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.stored import TEMPLATE
from clipmill.templates.contract import RowChecker

Make = Callable[..., RowChecker]
PROMO: dict[str, Any] = {
    "contract": {
        "sku": {"required": True, "unique": True},
        "title": {"required": True, "min_length": 1, "max_length": 60},
        "price": {"kind": "money", "required": True, "minimum": 0.01},
        "currency": {"fallback": "EUR"},
        "image": {"kind": "image", "required": True, "max_bytes": 26214400},
        "badge": {},
        "accent": {"kind": "colour", "fallback": "#2DD4BF"},
        "cta": {"fallback": "Shop now"},
        "seconds": {"kind": "integer", "required": True, "minimum": 3, "maximum": 15},
    },
    "payload": {"duration": "{{seconds}}", "visuals": [
        {"type": "IMAGE", "src": "{{image}}"},
        {"type": "TEXT", "text": "{{title}}", "style": {"color": "{{accent}}"}},
        {"type": "TEXT", "text": "{{price|money:currency}}"},
        {"type": "TEXT", "text": "{{badge}}", "condition": "{{badge}}"},
        {"type": "TEXT", "text": "{{cta}}"},
    ]},
    "output": {"name": "{{sku}}-{{title|slug}}.mp4"},
}  # fmt: skip
GOOD = {"sku": "SKU-1001", "title": "Bobble Beanie, Burgundy", "price": "49.00", "currency": "EUR",
        "image": "catalog/cap.png", "badge": "Bestseller", "accent": "#2dd4bf", "cta": "Shop now",
        "seconds": "8"}  # fmt: skip


@pytest.fixture
def promo(checker: Make) -> RowChecker:
    return checker(**PROMO)


def only(checked: Checked) -> Problem:
    assert checked.payload is None
    assert checked.file_name == ""
    (problem,) = checked.problems
    return problem


def test_it_is_a_checker(promo: RowChecker) -> None:
    port: Checker = promo
    assert port.template.name == "small"


def test_a_good_row_has_values_payload_and_name(promo: RowChecker) -> None:
    row = Row(1, GOOD)
    checked = promo.check(row)
    assert checked.problems == ()
    assert checked.row is row
    assert checked.file_name == "SKU-1001-bobble-beanie-burgundy.mp4"
    image = checked.values["image"]
    assert image.startswith("asset:")
    assert checked.values == {**GOOD, "image": image, "accent": "#2DD4BF", "seconds": 8}
    assert checked.media["image"]["width"] == 120
    assert checked.payload is not None
    assert checked.payload.template_version == promo.template.version
    assert checked.payload.body == {"duration": 8, "visuals": [
        {"type": "IMAGE", "src": image},
        {"type": "TEXT", "text": "Bobble Beanie, Burgundy", "style": {"color": "#2DD4BF"}},
        {"type": "TEXT", "text": "€49"}, {"type": "TEXT", "text": "Bestseller"}, {"type": "TEXT", "text": "Shop now"},
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell", "reason", "fix"),
    [
        ("title", "", "title is empty", "Fill the cell."),
        ("title", " \t\u00a0", "title is empty", "Fill the cell."),
        ("title", "a" * 242, "title has 242 characters; at most 60 fit", "Shorten it to 60 characters."),
        ("price", "free", '"free" is not an amount of money', "Write an amount such as 49.00, 0.01 or more."),
        ("price", "0", "price is 0; 0.01 or more is allowed", "Write an amount such as 49.00, 0.01 or more."),
        ("image", "catalog/no.jpg", "catalog/no.jpg does not exist", "Correct the path, or put the file there."),
        ("seconds", "90", "seconds is 90; 3 to 15 are allowed", "Write a whole number from 3 to 15."),
        ("accent", "tealish", '"tealish" is not a colour', "Write a CSS hex colour such as #2DD4BF."),
        ("image", "https://127.0.0.1:9/secret.png",
         "127.0.0.1 is a private address, and fetching from those is not allowed",
         "Use a public address, or ask the operator to list 127.0.0.1:9 in the setting egress_allow."),
    ],
)  # fmt: skip
def test_a_broken_row_says_where_why_and_what_to_do(
    promo: RowChecker, column: str, cell: str, reason: str, fix: str
) -> None:
    problem = only(promo.check(Row(2, {**GOOD, column: cell})))
    assert (problem.column, problem.value, problem.reason, problem.fix) == (column, cell, reason, fix)
    assert problem.who is Who.DATA_OWNER
    assert problem.code


def test_every_problem_of_a_row_is_told(promo: RowChecker) -> None:
    checked = promo.check(Row(2, {**GOOD, "title": "", "price": "free", "image": "no.png", "seconds": "x"}))
    assert [problem.column for problem in checked.problems] == ["title", "price", "image", "seconds"]
    assert checked.values["sku"] == "SKU-1001"


def test_a_formula_and_every_script_stay_as_they_are(promo: RowChecker) -> None:
    formula = promo.check(Row(9, {**GOOD, "title": '=HYPERLINK("http://x","y")'}))
    assert formula.values["title"] == '=HYPERLINK("http://x","y")'
    mixed = promo.check(Row(10, {**GOOD, "sku": "S2", "title": "فستان أحمر 👗 कपड़े 连衣裙"}))
    assert (mixed.problems, mixed.file_name) == ((), "S2-فستان-أحمر-कपड़े-连衣裙.mp4")


def test_the_second_row_with_a_value_is_blocked_and_names_the_first(promo: RowChecker) -> None:
    assert promo.check(Row(1, {**GOOD, "title": ""})).problems
    problem = only(promo.check(Row(11, {**GOOD, "sku": " SKU-1001 "})))
    assert (problem.reason, problem.fix) == (
        "the same sku as row 1",
        "Give every row its own sku, or take the first of each: --first-of sku.",
    )
    assert promo.check(Row(1, GOOD)).problems == ()
    assert promo.check(Row(12, {**GOOD, "sku": "sku-1001"})).problems == ()


def test_rows_of_an_existing_batch_are_remembered(checker: Make) -> None:
    contract = {"n": {"kind": "integer", "unique": True}, "image": {"kind": "image", "unique": True}}
    one = checker(contract=contract, output={"name": "{{n}}.mp4"})
    for number, fields in enumerate([{"n": "7"}, {"n": "bad", "image": "catalog/cap.png"}, {"n": " "}, {}], 1):
        one.remember(number, fields)
    assert [p.reason for p in one.check(Row(9, {"n": "7.0", "image": "catalog/cap.png"})).problems] == [
        "the same n as row 1", "the same image as row 2"]  # fmt: skip
    assert one.check(Row(1, {"n": "07"})).problems == ()


def test_fallbacks_are_taken_and_listed(promo: RowChecker) -> None:
    checked = promo.check(Row(1, {**GOOD, "accent": " ", "cta": "", "currency": "", "badge": ""}))
    assert checked.fallbacks == ("currency", "accent", "cta")
    assert (checked.values["accent"], checked.values["cta"], checked.values["badge"]) == ("#2DD4BF", "Shop now", "")
    assert checked.payload is not None
    assert [visual.get("text") for visual in checked.payload.body["visuals"]] == [
        None, "Bobble Beanie, Burgundy", "€49", "Shop now"]  # fmt: skip


def test_a_fallback_picture_comes_from_the_template(checker: Make) -> None:
    one = checker(contract={"sku": {}, "image": {"kind": "image", "required": True, "fallback": "assets/empty.png"}},
                  payload={"src": "{{image}}"})  # fmt: skip
    checked = one.check(Row(1, {"sku": "S", "image": ""}))
    assert (checked.fallbacks, checked.media["image"]["width"]) == (("image",), 64)
    assert checked.payload is not None
    assert checked.payload.body["src"] == checked.values["image"]


def test_a_fallback_that_is_not_stored_is_an_error(checker: Make, tmp_path: Path) -> None:
    template = checker(contract={"sku": {}, "image": {"kind": "image", "fallback": "assets/empty.png"}}).template
    elsewhere = DiskFiles(tmp_path / "other", tmp_path / "scratch")
    with pytest.raises(TemplateError, match=r"contract\.image\.fallback"):
        RowChecker(template, base_folder=tmp_path, media=MediaStore(elsewhere, Settings()), safe_name=str)


def test_empty_optional_cells_are_null_or_nothing(checker: Make) -> None:
    kinds = ["text", "number", "money", "colour", "date", "boolean", "image"]
    contract: dict[str, Any] = {"sku": {}, **{kind: {"kind": kind} for kind in kinds}}
    one = checker(contract=contract, payload={kind: f"{{{{{kind}}}}}" for kind in kinds})
    checked = one.check(Row(1, {"sku": "S"}))
    assert checked.payload is not None
    assert checked.payload.body == {"text": "", **dict.fromkeys(kinds[1:])}


def test_amounts_and_numbers_are_stored_as_text(checker: Make) -> None:
    one = checker(contract={"sku": {}, "price": {"kind": "money"}, "n": {"kind": "number"}})
    values = one.check(Row(1, {"sku": "S", "price": "1.299,00 €", "n": "1e3"})).values
    assert values == {"sku": "S", "price": "1299.00", "n": "1000"}


def test_columns_feed_fields_of_other_names(checker: Make) -> None:
    one = checker(columns={"Item No": "sku"}, contract={"sku": {"required": True, "max_length": 3}})
    assert one.check(Row(1, {"Item No": "S1", "sku": "wrong"})).values == {"sku": "S1"}
    problem = only(one.check(Row(2, {"Item No": "S1234"})))
    assert (problem.column, problem.reason) == ("Item No", "Item No has 5 characters; at most 3 fit")


def test_what_the_reader_found_is_kept_and_nothing_is_guessed_beyond_it(promo: RowChecker) -> None:
    ragged = Problem("row.short", "row has 2 of 9 columns", "Complete the row.")
    assert only(promo.check(Row(5, {"sku": "SKU-1001", "title": ""}, problems=(ragged,)))) is ragged
    assert promo.check(Row(6, GOOD)).problems == ()


def test_names_are_made_safe(checker: Make) -> None:
    assert checker().check(Row(1, {"sku": "a/b"})).file_name == "a_b.mp4"


def test_a_frozen_template_checks_alike(promo: RowChecker, files: DiskFiles, table_folder: Path) -> None:
    frozen = TEMPLATE.value(TEMPLATE.text(promo.template))
    again = RowChecker(
        frozen, base_folder=table_folder, media=MediaStore(files, Settings(home=files.root.parent)), safe_name=str
    )
    for fields in (GOOD, {**GOOD, "sku": "S2", "price": "free"}):
        assert again.check(Row(1, fields)) == promo.check(Row(1, fields))


def _catalog() -> Path:
    above = (folder / "shared/data" for folder in Path(__file__).resolve().parents)
    return next((folder for folder in above if folder.is_dir()), Path("none"))


@pytest.mark.skipif(not _catalog().is_dir(), reason="needs ../shared/data")
def test_the_catalogs_block_exactly_what_breaks_the_contract(checker: Make, files: DiskFiles) -> None:
    template = checker(**PROMO).template
    blocked = {}
    for name in ("catalog.csv", "catalog-with-bad-rows.csv"):
        one = RowChecker(
            template, base_folder=_catalog(), media=MediaStore(files, Settings(home=files.root.parent)), safe_name=str
        )
        with (_catalog() / name).open(encoding="utf-8", newline="") as file:
            checked = [one.check(Row(number, fields)) for number, fields in enumerate(csv.DictReader(file), 1)]
        blocked[name] = {c.row.number: [p.column for p in c.problems] for c in checked if c.problems}
    assert blocked["catalog.csv"] == {}
    assert blocked["catalog-with-bad-rows.csv"] == {
        2: ["title"], 3: ["price"], 4: ["image"], 5: ["seconds"],
        6: ["title"], 7: ["accent"], 8: ["image"], 11: ["sku"],
    }  # fmt: skip


#: What the rows of the next tests hold.
SHOP: dict[str, Any] = {
    "contract": {"sku": {"required": True}, "title": {}, "body": {}, "price": {"kind": "money"}, "currency": {}},
    "payload": {"name": "{{title}} {{price|money:currency}}", "text": "{{body|strip_html}}"},
    "output": {"name": "{{sku}}-{{body|slug}}"},
}


@pytest.mark.parametrize(
    ("price", "currency", "reason"),
    [
        ("₹499", "EUR", "price is ₹499 (INR), but currency is EUR"),
        ("R$ 49", "USD", "price is R$ 49 (BRL), but currency is USD"),
        ("¥5", "EUR", "price is ¥5 (CNY or JPY), but currency is EUR"),
        ("49 kr", "EUR", "price is 49 kr, but currency is EUR"),
        ("$49 CAD", "USD", "price is $49 CAD, but currency is USD"),
    ],
)
def test_sign_of_another_currency_blocks_its_row(checker: Make, price: str, currency: str, reason: str) -> None:
    row = Row(1, {"sku": "1", "title": "x", "price": price, "currency": currency})
    problem = only(checker(**SHOP).check(row))
    assert (problem.code, problem.column, problem.reason) == ("money.currency", "price", reason)


def test_sign_of_another_currency_than_the_fallback_says_whose_that_is(checker: Make) -> None:
    contract = {**SHOP["contract"], "currency": {"fallback": "EUR"}}
    one = checker(contract=contract, payload=SHOP["payload"], output=SHOP["output"])
    problem = only(one.check(Row(1, {"sku": "1", "title": "x", "price": "19.00 USD"})))
    assert (problem.reason, problem.fix) == (
        "price is 19.00 USD, but currency is EUR, for the row says none and the template's fallback is EUR",
        "Say the row's currency in a column that feeds currency.",
    )


def test_sign_of_another_currency_blocks_its_row_where_the_template_names_the_currency(checker: Make) -> None:
    contract = {"sku": {"required": True}, "price": {"kind": "money"}}
    one = checker(contract=contract, payload={"name": "{{price|money:EUR}}"}, output={"name": "{{sku}}"})
    assert "'₹499' would be shown in EUR" in only(one.check(Row(1, {"sku": "1", "price": "₹499"}))).reason
    good = one.check(Row(2, {"sku": "2", "price": "499 €"}))
    assert good.payload is not None
    assert good.payload.body == {"name": "€499"}


@pytest.mark.parametrize(
    ("price", "currency", "shown"),
    [("1.234", "KWD", "x 1.234 KWD"), ("1.234", "JPY", "x ¥1,234"), ("$5", "MXN", "x 5 MXN"),
     ("1,23,456", "INR", "x 123,456 INR")],
)  # fmt: skip
def test_amounts_are_read_in_the_rows_currency(checker: Make, price: str, currency: str, shown: str) -> None:
    checked = checker(**SHOP).check(Row(1, {"sku": "1", "title": "x", "price": price, "currency": currency}))
    assert checked.payload is not None
    assert checked.payload.body["name"] == shown


def test_html_that_would_be_drawn_is_a_warning_naming_the_filter(checker: Make) -> None:
    fields = {"sku": "1", "title": "Salt &amp; Pepper <b>Mill</b>", "body": "<p>a &amp; b</p>", "price": "9"}
    checked = checker(**SHOP).check(Row(1, fields))
    (warning,) = checked.warnings
    assert warning.startswith("title holds html")
    assert "{{title|strip_html}}" in warning
    assert checked.payload is not None
    assert checked.payload.body["text"] == "a & b"
    assert checker(**SHOP).check(Row(2, {"sku": "2", "title": "a < b, <3 R&D", "body": "x"})).warnings == ()
