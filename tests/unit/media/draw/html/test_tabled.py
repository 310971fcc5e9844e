from clipmill.domain.css.look import Look
from clipmill.media.draw.html.boxes import Box
from clipmill.media.draw.html.tabled import tabled


def _boxes(*displays: str) -> list[Box]:
    return [Box(Look(display=display)) for display in displays]


def _shape(boxes: list[Box]) -> str:
    return " ".join(f"{box.look.display}({_shape(box.children)})" for box in boxes)


def test_cells_without_a_row_get_one_and_a_table_around_it() -> None:
    found = tabled(_boxes("block", "table-cell", "table-cell", "block"), Look(display="block"))
    assert _shape(found) == "block() table(table-row(table-cell() table-cell())) block()"


def test_what_is_no_cell_becomes_one() -> None:
    found = tabled(_boxes("table-cell", "block"), Look(display="table-row"))
    assert _shape(found) == "table-cell() table-cell(block())"


def test_plain_blocks_stay_as_they_are() -> None:
    blocks = _boxes("block", "flex")
    assert tabled(blocks, Look(display="block")) is blocks
