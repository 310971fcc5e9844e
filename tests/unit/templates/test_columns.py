"""Columns and fields."""

from collections.abc import Callable
from typing import Any

import pytest

from clipmill.domain.template import Template
from clipmill.errors import SourceError
from clipmill.templates.columns import match_columns, missing_fields, unused_columns


@pytest.fixture
def template(load: Callable[..., Template]) -> Template:
    contract: dict[str, Any] = {"sku": {"required": True}, "image_url": {}, "title": {"required": True},
                                "cta": {"required": True, "fallback": "Shop now"}}  # fmt: skip
    return load(contract=contract)


def test_columns_match_by_name_then_loosely(template: Template) -> None:
    columns = ["SKU", "Image URL", "title", "Title", "campaign"]
    matched = match_columns(template, columns)
    assert matched == {"SKU": "sku", "Image URL": "image_url", "title": "title"}
    assert list(matched) == ["SKU", "Image URL", "title"]
    assert unused_columns(columns, matched) == ("Title", "campaign")
    assert missing_fields(template, matched) == ("cta",)


def test_what_is_told_comes_first(template: Template) -> None:
    columns = ["sku", "title", "headline"]
    assert match_columns(template, columns, {"headline": "title"}) == {"sku": "sku", "headline": "title"}


@pytest.mark.parametrize(
    ("columns", "explicit", "words", "hint"),
    [
        (["sku", "titel"], {}, "no column for the required field title", "Is it titel? Use --map titel=title."),
        (["sku", "a", "b"], {}, "required field title",
         "Add a column title, or use --map COLUMN=title. Columns that feed nothing: a, b."),
        (["sku", "Überschrift"], {}, "required field title", "--map 'Überschrift=title'"),
        (["sku"], {}, "required field title", "Add a column title."),
        (["Variant SKU", "Product title", "Page title"], {}, "required fields sku, title",
         "Is it Variant SKU? Use --map 'Variant SKU=sku'. Is it Page title or Product title? "
         "Use --map 'Page title=title' or --map 'Product title=title'."),
        (["sku", "it's"], {}, "required field title", """--map 'it'"'"'s=title'"""),
        (["sku", "title"], {"headline": "title"}, "the table has no column headline", "Allowed: sku, title."),
        (["sku", "head"], {"head": "titel"}, "the template has no field titel", "Did you mean title?"),
        (["sku", "a", "b"], {"a": "title", "b": "title"}, "more than one column is mapped to title", "one of them"),
        (["sku", "Title", "TITLE"], {}, '"Title" and "TITLE" both fit the field title', "Use --map Title=title."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_a_way_out(
    template: Template, columns: list[str], explicit: dict[str, str], words: str, hint: str
) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        match_columns(template, columns, explicit)
    assert hint in caught.value.hint


def test_the_contract_says_what_the_column_is_called(load: Callable[..., Template]) -> None:
    contract = {"sku": {"column": "Variant SKU", "required": True}, "title": {"aliases": ["Name", "Product name"]},
                "image": {"kind": "image", "column": "Image Src"}}  # fmt: skip
    template = load(contract=contract)
    assert match_columns(template, ["Variant SKU", "sku", "Product name", "image src"]) == {
        "Variant SKU": "sku", "Product name": "title", "image src": "image"}  # fmt: skip
    assert match_columns(template, ["sku", "title", "Name", "image"]) == {
        "sku": "sku",
        "Name": "title",
        "image": "image",
    }
    assert match_columns(template, ["sku", "Title"], {"Title": "title"})["Title"] == "title"
