"""How rows become orders, where an engine has something to say about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clipmill.domain.credits import Quote
from clipmill.domain.line.parts import Order
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked, PricedRow
from clipmill.domain.row import Row
from clipmill.domain.template import FieldKind, FieldRule, Template
from clipmill.domain.verdict import Who
from clipmill.errors import DearError, GlyphError, InputError, ProjectError, RoomError, StoreError
from clipmill.pipeline.importing import CHUNK_ROWS, CHUNK_WEIGHT, Importer, chunks, speaks_of
from tests.world import pricing_of

TEMPLATE = Template(name="t", version="v1", engine="render", contract=(), body={}, output_name="{{n}}")


class _Checker:
    """Lets every row through."""

    template = TEMPLATE

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name

    def look_ahead(self, row: Row) -> None:
        """Nothing is downloaded."""

    def check(self, row: Row) -> Checked:
        return Checked(row, {}, payload=Payload("v1", {}), file_name=self._file_name)


class _Engine:
    """Quotes, or refuses, as told."""

    def __init__(self, answer: Quote | Exception) -> None:
        self._answer = answer

    def quote(self, payload: Payload) -> Quote:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def _order(answer: Quote | Exception, file_name: str = "a.mp4", **fields: str) -> tuple[Any, Importer]:
    importer = Importer(_Checker(file_name), pricing_of(_Engine(answer)), lambda name: name)  # type: ignore[arg-type]
    (order,) = importer.orders([Row(7, fields)])
    return order, importer


class _Planning(_Engine):
    """The same, and plans what it makes (ports.Maker)."""

    def plan(self, payload: Any, made: Any) -> Any:
        """It is not asked here."""
        raise AssertionError


def test_row_of_an_engine_that_plans_is_planned_first() -> None:
    importer = Importer(_Checker("a.mp4"), pricing_of(_Planning(Quote(3))), lambda name: name)  # type: ignore[arg-type]
    (order,) = importer.orders([Row(7, {})])
    assert (order.checked.plan, order.credits) == (Order("fake", {}), 3)
    assert _order(Quote(3))[0].checked.plan is None


def test_bug_in_pricing_blocks_its_row_and_no_other() -> None:
    (problem,) = _order(KeyError("seconds"))[0].checked.problems
    assert (problem.code, problem.reason, problem.who) == ("failed.internal", "KeyError: 'seconds'", Who.OPERATOR)
    with pytest.raises(StoreError):
        _order(StoreError("no space left"))


def test_a_refusal_says_how_it_is_mended() -> None:
    order, _ = _order(ProjectError("it begins too late", path="audios[0].enter", hint="Let it begin earlier."))
    (problem,) = order.checked.problems
    assert problem.reason == "audios[0].enter: it begins too late"
    assert problem.fix.startswith("Let it begin earlier. Correct the template's payload")


def test_what_an_engine_warns_of_stays_with_the_row_and_is_counted() -> None:
    order, importer = _order(Quote(3, ("no font 'Futura' is installed",)), title="x")
    assert (order.credits, order.checked.warnings) == (3, ("no font 'Futura' is installed",))
    assert importer.tally.warnings.as_dict() == {"no font 'Futura' is installed": 1}


def test_characters_without_a_glyph_block_the_row_in_the_column_they_came_from() -> None:
    error = GlyphError("no font has 连 (Han)", path="visuals[2].text", hint="Add one.", characters="连")
    order, importer = _order(error, sku="A-1", title="Kleid 连衣裙", note="")
    (problem,) = order.checked.problems
    assert (problem.code, problem.column, problem.value) == ("text.no_glyph", "title", "Kleid 连衣裙")
    assert (problem.reason, problem.fix, problem.who) == (
        "visuals[2].text: no font has 连 (Han)",
        "Add one.",
        Who.OPERATOR,
    )
    assert order.checked.payload is None
    assert (importer.tally.blocked, importer.tally.credits) == (1, 0)


def test_characters_the_template_brought_are_told_without_a_column() -> None:
    order, _ = _order(GlyphError("no font has 连 (Han)", hint="Add one.", characters="连"), title="x")
    assert (order.checked.problems[0].code, order.checked.problems[0].column) == ("text.no_glyph", "")


def test_a_text_that_does_not_fit_blocks_the_row_in_the_column_that_brought_most_of_it() -> None:
    error = RoomError("it does not fit", path="visuals[4]", hint="Shorten the text.", text="NEW: A very  long TITLE")
    order, _ = _order(error, sku="A", badge="new", title="A very long title", note="other")
    (problem,) = order.checked.problems
    assert (problem.code, problem.column, problem.value) == ("text.too_large", "title", "A very long title")
    assert (problem.reason, problem.fix, problem.who) == (
        "visuals[4]: it does not fit", "Shorten the text.", Who.DATA_OWNER,
    )  # fmt: skip


def test_a_text_of_the_template_that_does_not_fit_is_its_authors_business() -> None:
    order, _ = _order(RoomError("it does not fit", hint="Shorten it.", text="Delivered in two days"), title="Lamp")
    (problem,) = order.checked.problems
    assert (problem.code, problem.column, problem.who) == ("text.too_large", "", Who.TEMPLATE_AUTHOR)


def test_a_warning_of_what_a_row_says_bears_its_name() -> None:
    order, importer = _order(Quote(3, ("no font", "visuals[1]: it was cut off"), own=("visuals[1]: it was cut off",)))
    assert order.checked.warnings == ("no font", "a.mp4: visuals[1]: it was cut off")
    assert set(importer.tally.warnings.as_dict()) == set(order.checked.warnings)


def test_a_project_that_is_refused_is_the_template_authors_business() -> None:
    order, _ = _order(ProjectError("angle is wrong", path="visuals[0].angle"), title="x")
    (problem,) = order.checked.problems
    assert (problem.code, problem.who) == ("payload.refused", Who.TEMPLATE_AUTHOR)
    assert problem.reason == "visuals[0].angle: angle is wrong"


@pytest.mark.parametrize(
    ("asked", "suffix", "name"),
    [
        ("a.mp4", ".mp4", "a.mp4"),
        ("a", ".webm", "a.webm"),
        ("a.mp4", "", "a.mp4"),
        ("a.jpg", ".jpeg", "a.jpg"),
    ],
)
def test_a_file_is_called_by_what_it_is(asked: str, suffix: str, name: str) -> None:
    order, _ = _order(Quote(1, (), suffix), asked, title="x")
    assert (order.checked.file_name, order.checked.warnings) == (name, ())


def test_a_template_that_names_another_format_is_told() -> None:
    order, importer = _order(Quote(1, (), ".png"), "a.mp4", title="x")
    assert order.checked.file_name == "a.png"
    assert list(importer.tally.warnings.as_dict()) == [
        "output.name ends in the suffix of another format than outputFormat: the file is called .png"
    ]


@pytest.mark.parametrize(
    ("error", "cells", "told"),
    [
        (GlyphError("no font has 连", characters="连"), {"title": "连衣裙"}, True),
        (GlyphError("no font has 连", characters="连"), {"title": "Kleid"}, False),
        (RoomError("it does not fit", text="A LONG title"), {"title": "A long title"}, True),
        (RoomError("it does not fit", text="In two days"), {"title": "A long title"}, False),
        (ProjectError("'reddish' is no colour", path="visuals[0].style.color"), {"colour": " reddish"}, True),
        (ProjectError("'7' is no colour", path="visuals[0].style.color"), {"colour": "7"}, True),
        (ProjectError("angle is wrong", path="visuals[12].angle"), {"title": "x", "size": "12", "note": ""}, False),
    ],
)
def test_what_a_cell_brought_is_told_from_what_the_template_did(
    error: InputError, cells: dict[str, str], told: bool
) -> None:
    assert speaks_of(error, Row(1, cells)) is told


class _Fed(_Checker):
    """Feeds one field of a picture."""

    template = replace(TEMPLATE, contract=(FieldRule(name="photo", kind=FieldKind.IMAGE, column="Foto"),))

    def check(self, row: Row) -> Checked:
        return replace(super().check(row), values={"photo": "asset:abc.svg"})


def test_what_costs_too_much_is_told_with_its_column_and_its_file() -> None:
    error = DearError("drawing it took too long", path="visuals[0]", hint="Simplify it.", source="asset:abc.svg")
    importer = Importer(_Fed("a.mp4"), pricing_of(_Engine(error)), lambda name: name)  # type: ignore[arg-type]
    (order,) = importer.orders([Row(7, {"Foto": "logo.svg", "name": "x"})])
    (problem,) = order.checked.problems
    assert (problem.code, problem.column, problem.value) == ("drawing.dear", "Foto", "logo.svg")
    assert problem.who is Who.DATA_OWNER
    assert speaks_of(error, Row(7, {"Foto": "logo.svg"}))  # it is no fault of the template


@pytest.mark.parametrize(("cell", "column"), [("<svg>one</svg>", "drawing"), ("two", "")])
def test_a_drawing_out_of_a_cell_that_costs_too_much_is_told_with_its_column(cell: str, column: str) -> None:
    order, _ = _order(DearError("it would take hours", path="visuals[0].svg", text="<svg>one</svg>"), drawing=cell)
    (problem,) = order.checked.problems
    assert problem.column == column
    assert problem.who is (Who.DATA_OWNER if column else Who.TEMPLATE_AUTHOR)


def test_a_transaction_takes_as_many_orders_as_memory_bears() -> None:
    def orders(count: int, weight: int) -> list[PricedRow]:
        return [PricedRow(Checked(Row(n, {}), {}, payload=Payload("v1", {}, weight))) for n in range(count)]

    assert [len(chunk) for chunk in chunks(orders(CHUNK_ROWS + 1, 10))] == [CHUNK_ROWS, 1]
    assert [len(chunk) for chunk in chunks(orders(5, CHUNK_WEIGHT // 2 + 1))] == [2, 2, 1]
    assert list(chunks([PricedRow(Checked(Row(1, {})))])) == [[PricedRow(Checked(Row(1, {})))]]
    assert list(chunks([])) == []
