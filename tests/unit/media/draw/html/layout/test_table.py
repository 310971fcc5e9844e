from clipmill.domain.css.look import Look
from clipmill.domain.timeline.layout import Size
from clipmill.media.draw.html.boxes import Builder
from clipmill.media.draw.html.layout.blocks import Layout
from clipmill.media.draw.html.placed import ConstraintSpace, Placed
from clipmill.media.draw.html.sheet import Sheet
from clipmill.media.draw.html.tree import read_tree

CELL = "<td style='padding:0;width:{}px;height:20px'></td>"


def _table(style: str, html: str, room: float = 400) -> Placed:
    text = f"<table style='border-spacing:0;{style}'>{html}</table>"
    box = Builder(Sheet()).root(read_tree(text).root, Look(display="block"))
    return Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(room)).children[0]


def _cells(table: Placed) -> list[list[tuple[float, float, float, float]]]:
    return [
        [(row.x + cell.x, row.y + cell.y, cell.width, cell.height) for cell in row.children] for row in table.children
    ]


def test_cells_of_a_column_are_alike_wide_and_those_of_a_row_alike_high() -> None:
    table = _table("", "<tr><td style='padding:0;width:30px;height:40px'>" + CELL.format(50) + "<tr>" + CELL.format(60))
    assert _cells(table) == [[(0, 0, 60, 40), (60, 0, 50, 40)], [(0, 40, 60, 20)]]
    assert table.width == 110


def test_room_between_cells() -> None:
    table = _table("border-spacing:4px 6px", f"<tr>{CELL.format(30)}{CELL.format(40)}</tr>")
    assert _cells(table) == [[(4, 6, 30, 20), (38, 6, 40, 20)]]
    assert (table.width, table.height) == (82, 32)


def test_cells_may_take_several_columns_and_rows() -> None:
    first = "<tr><td rowspan=2 style='padding:0;width:10px'></td>" + CELL.format(30) + CELL.format(30) + "</tr>"
    table = _table("", first + "<tr><td colspan=2 style='padding:0;height:30px'></td></tr>")
    assert _cells(table) == [[(0, 0, 10, 50), (10, 0, 30, 20), (40, 0, 30, 20)], [(10, 20, 60, 30)]]


def test_a_wider_table_gives_its_room_to_columns_that_name_no_width() -> None:
    table = _table("width:200px", f"<tr>{CELL.format(50)}<td style='padding:0'>a</td></tr>")
    assert [width for _, _, width, _ in _cells(table)[0]] == [50, 150]
    fixed = _table("width:200px;table-layout:fixed", "<tr><td>a long text<td>b</tr>")
    assert [width for _, _, width, _ in _cells(fixed)[0]] == [100, 100]


def test_a_table_is_no_wider_than_its_room() -> None:
    table = _table("", "<tr><td>" + "many words " * 20 + "<td>few</tr>", room=200)
    assert table.width == 200
    assert table.children[0].children[0].width > table.children[0].children[1].width


def test_borders_that_meet_are_one() -> None:
    cell = "<td style='padding:0;width:30px;height:20px;border:2px solid'></td>"
    table = _table("border-collapse:collapse", f"<tr>{cell}{cell}</tr><tr>{cell}{cell}</tr>")
    assert _cells(table) == [[(0, 0, 34, 24), (32, 0, 34, 24)], [(0, 22, 34, 24), (32, 22, 34, 24)]]
    assert (table.width, table.height) == (66, 46)


def test_content_stands_in_the_middle_of_a_higher_cell_or_where_it_is_told() -> None:
    row = "<tr style='height:100px'><td>a<td style='vertical-align:top'>a<td style='vertical-align:bottom'>a</tr>"
    middle, top, bottom = _table("", row).children[0].children
    assert top.text_y == 1
    assert middle.text_y == (100 - (middle.lines.height if middle.lines else 0)) / 2
    assert bottom.text_y > middle.text_y > top.text_y


def test_cells_without_a_table_get_one() -> None:
    html = "<div style='display:table-cell;width:200px;height:120px;vertical-align:middle'>Hi</div>"
    box = Builder(Sheet()).root(read_tree(html).root, Look(display="block"))
    table = Layout(lambda node: Size(1, 1), "html").place(box, ConstraintSpace(300)).children[0]
    cell = table.children[0].children[0]
    assert (table.width, cell.width, cell.height) == (200, 200, 120)
    assert 40 < cell.text_y < 60


def test_a_column_that_names_its_width_keeps_it_where_room_is_short() -> None:
    table = _table("width:200px", f"<tr>{CELL.format(80)}<td style='padding:0'>{'many words ' * 9}</td></tr>")
    assert [width for _, _, width, _ in _cells(table)[0]] == [80, 120]
