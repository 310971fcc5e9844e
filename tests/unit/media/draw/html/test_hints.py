from clipmill.domain.css.values import Length
from clipmill.media.draw.html.hints import own_values, spans_of
from clipmill.media.draw.html.tree import Node, read_tree


def _node(html: str, tag: str) -> Node:
    return next(node for node in read_tree(html).root.walk() if node.tag == tag)


def test_attributes_of_a_table_reach_its_cells() -> None:
    html = "<table border=2 cellpadding=8 cellspacing=3 width=50% bgcolor=red><tr><td align=right valign=top>a</table>"
    table, cell = (dict(own_values(_node(html, tag))) for tag in ("table", "td"))
    assert table["border-top-width"] == Length(2)
    assert table["border-spacing"] == (Length(3), Length(3))
    assert table["width"] == Length(50, "%")
    assert (cell["border-top-width"], cell["padding-left"]) == (Length(1), Length(8))
    assert (cell["text-align"], cell["vertical-align"]) == ("right", "top")


def test_blocks_in_an_element_that_centres_are_centred_and_their_texts_are_not() -> None:
    html = "<table><tr><td align=center><table width=9><tr><td>a</table></table>"
    inner = [node for node in read_tree(html).root.walk() if node.tag == "table"][1]
    look = dict(own_values(inner))
    assert (look["margin-left"], look["margin-right"], look["text-align"]) == (None, None, "start")


def test_spans_are_held_inside_limits() -> None:
    assert spans_of(Node("td", {"colspan": "3", "rowspan": "0"})) == (3, 1)
    assert spans_of(Node("td", {"colspan": "99999", "rowspan": "-2"})) == (100, 1)


def test_tags_of_others_look_like_ours() -> None:
    assert dict(own_values(Node("section")))["display"] == "block"
    assert dict(own_values(Node("cite")))["font-style"] == "italic"


def test_numbers_that_are_none_are_passed_over() -> None:
    assert "width" not in dict(own_values(Node("table", {"width": "wide"})))
