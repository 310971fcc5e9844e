"""Templates are kept with how their tables are read, found by id or name, and never by another surface's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipmill.app import App
from clipmill.domain.access import Named
from clipmill.domain.batch import Reading
from clipmill.errors import NotFoundError, SettingsError, TemplateError
from clipmill.pipeline.use_cases.serving import templates
from clipmill.settings import load_settings
from tests.native import CARD, zipped


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    found = App(load_settings(home=tmp_path / "home"))
    yield found
    asyncio.run(found.close())


def test_a_zip_brings_how_its_tables_are_read(app: App, tmp_path: Path) -> None:
    (tmp_path / "t.zip").write_bytes(zipped({
        "template.yaml": "name: card\ncontract: {sku: {kind: text}}\npayload: body.json\noutput: {name: '{{sku}}'}\n",
        "body.json": '{"width": 64, "height": 64, "duration": 1}',
        "run.yaml": "map: {Article: sku}\nwhere: sku = 'A'\n",
    }))  # fmt: skip
    named = templates.keep_zip(app, tmp_path / "t.zip")
    assert templates.reading_of(named) == Reading(mapping={"Article": "sku"}, where="sku = 'A'")
    assert templates.reading_of(app.named.find(named.id)).mapping == {"Article": "sku"}
    assert not list((app.home / "tables").rglob("tpl_*"))


def test_the_newest_of_a_name_is_meant(app: App) -> None:
    first, second = templates.keep_document(app, CARD), templates.keep_document(app, CARD)
    assert templates.template_named(app, "card").id == second.id
    assert templates.template_named(app, first.id).id == first.id
    assert templates.template_named(app.of("local"), "card", 1).number == 1
    with pytest.raises(NotFoundError):
        templates.template_named(app.of("other"), first.id)


def test_what_another_surface_keeps_is_no_template_of_ours(app: App) -> None:
    app.named.keep(Named(id="tpl_1", surface="zvid", name="theirs", number=0, document={}))
    for word in ("tpl_1", "theirs"):
        with pytest.raises(NotFoundError):
            templates.template_named(app, word)


def test_an_engine_that_is_not_there_and_a_wrong_document_are_refused(app: App) -> None:
    with pytest.raises(SettingsError, match="no engine magic"):
        templates.keep_document(app, {**CARD, "engine": "magic"})
    with pytest.raises(TemplateError, match="contract is missing"):
        templates.keep_document(app, {"name": "x"})
    with pytest.raises(NotFoundError):
        templates.keep_document(app, CARD, "tpl_none")
    assert app.named.page("", 10) == ([], 0)


def test_editions_are_told_from_the_newest_on(app: App) -> None:
    named = templates.keep_document(app, CARD)
    for _ in range(3):
        templates.keep_document(app, CARD, named.id)
    assert [each.number for each in templates.editions_of(app, named, 2)] == [4, 3]
    assert [each.number for each in templates.editions_of(app, named, 9, before=3)] == [2, 1]
