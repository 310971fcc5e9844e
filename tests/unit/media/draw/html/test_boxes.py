from clipmill.domain.css.look import Look
from clipmill.domain.css.values import Length
from clipmill.media.draw.html.boxes import Builder, CssBox, border_widths, is_painted, tabled
from clipmill.media.draw.html.content import Space, TextRun
from clipmill.media.draw.html.sheet import Sheet, read_sheet
from clipmill.media.draw.html.tree import read_tree


def _box(html: str, css: str = "", shrink: float = 1.0) -> CssBox:
    return Builder(read_sheet(css) if css else Sheet(), shrink).root(read_tree(html).root, Look(display="block"))


def _shape(box: CssBox) -> str:
    if box.node is not None:
        return box.node.tag
    if box.children:
        return "(" + " ".join(_shape(child) for child in box.children) + ")"
    return "".join(
        item.text if isinstance(item, TextRun) else "□" if item.atom is not None else "·" for item in box.items
    )


def test_text_between_blocks_is_a_block() -> None:
    assert _shape(_box("a <b>b</b><p>c</p> \n <p>d</p>e")) == "(a b c d e)"


def test_boxes_among_text_are_atoms() -> None:
    box = _box("x <span style='display:inline-block'>y</span> <canvas></canvas>")
    assert _shape(box) == "x □ □"
    assert [_shape(atom) for atom in box.atoms] == ["y", "canvas"]


def test_room_is_kept_for_the_edges_of_inline_boxes() -> None:
    box = _box("a<span style='padding:2px 4px;border:1px solid;margin-left:3px;background:red'>b</span>")
    spaces = [item for item in box.items if isinstance(item, Space)]
    assert [(space.width, space.inside) for space in spaces] == [(3, ()), (5, (0,)), (5, (0,))]
    assert box.items[3].inside == (0,)


def test_children_of_a_flex_box_are_blocks_of_their_own() -> None:
    box = _box("<div style='display:flex'>a <b>b</b> <i>c</i></div>").children[0]
    assert [_shape(child) for child in box.children] == ["a", "b", "c"]
    assert box.children[1].look.display == "block"


def test_lines_along_a_text_go_on_inside_it_in_their_colour() -> None:
    box = _box("<u style='color:#f00'>a<b style='color:#00f'>b</b></u>")
    inner = box.items[1]
    assert isinstance(inner, TextRun)
    assert [(sorted(each.lines), each.colour.red) for each in inner.decorations] == [(["underline"], 255)]


def test_what_is_not_shown_is_left_out() -> None:
    assert _shape(_box("a<b style='display:none'>b</b>")) == "a"


def test_items_are_numbered_in_their_list() -> None:
    items = _box("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>").children[0].children
    assert [item.marker for item in items] == ["1.", "2."]
    assert items[1].children[1].children[0].marker == "circle"


def test_sizes_of_pictures_may_be_attributes() -> None:
    look = _box("<canvas width=40 height='20px' style='height:30px'></canvas>").atoms[0].look
    assert (look.width, look.height) == (Length(40), Length(30))


def test_raised_letters_are_raised_by_their_parents_size() -> None:
    raised = _box("<sup>2</sup>").items[0]
    assert isinstance(raised, TextRun)
    assert 6 < raised.rise < 7


def test_a_shrunk_text_is_shrunk_everywhere() -> None:
    run = _box("<b style='font-size:40px'>x</b>", shrink=0.5).items[0]
    assert isinstance(run, TextRun)
    assert run.look.font_size == 20


def test_borders_count_where_they_are_drawn() -> None:
    look = _box("<p style='border:4px solid;border-left:none'>x</p>").children[0].look
    assert border_widths(look) == (4, 4, 4, 0)
    assert is_painted(look)
    assert not is_painted(Look())


def _bare(*displays: str) -> list[CssBox]:
    return [CssBox(Look(display=display)) for display in displays]


def _displays(boxes: list[CssBox]) -> str:
    return " ".join(f"{box.look.display}({_displays(box.children)})" for box in boxes)


def test_cells_without_a_row_get_one_and_a_table_around_it() -> None:
    found = tabled(_bare("block", "table-cell", "table-cell", "block"), Look(display="block"))
    assert _displays(found) == "block() table(table-row(table-cell() table-cell())) block()"


def test_what_is_no_cell_becomes_one() -> None:
    found = tabled(_bare("table-cell", "block"), Look(display="table-row"))
    assert _displays(found) == "table-cell() table-cell(block())"


def test_plain_blocks_stay_as_they_are() -> None:
    blocks = _bare("block", "flex")
    assert tabled(blocks, Look(display="block")) is blocks
