from base64 import b64encode
from pathlib import Path

import cv2
import numpy as np
import pytest

from clipmill.domain.css.look import Look, child_look
from clipmill.domain.css.values import Length
from clipmill.domain.timeline.layout import Size
from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.html.boxes import CssBox
from clipmill.media.draw.html.paint.pictures import Pictures
from clipmill.media.draw.html.placed import Placed
from clipmill.media.draw.html.reading import read_document
from clipmill.media.draw.html.tree import Node, read_tree
from tests.rendering import photo, reference, write_picture

RED = (
    "data:image/png;base64,"
    + b64encode(cv2.imencode(".png", np.full((4, 8, 3), (0, 0, 255), np.uint8))[1].tobytes()).decode()
)


def _node(html: str) -> Node:
    return list(read_tree(html).root.walk())[-1]


def _pictures(**assets: str) -> Pictures:
    return Pictures(assets, 1_000_000, "html")


def _drawn(pictures: Pictures, node: Node, width: int, height: int, fit: str = "fill") -> np.ndarray | None:
    return pictures.picture(Placed(CssBox(Look(object_fit=fit), node=node), width, height), width, height)


def test_a_picture_written_into_the_text_is_drawn() -> None:
    node = _node(f"<img src='{RED}'>")
    assert _pictures().natural_size(node) == Size(8, 4)
    drawn = _drawn(_pictures(), node, 20, 10)
    assert drawn is not None
    assert drawn.shape == (10, 20, 4)
    assert drawn[5, 10].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize(("fit", "corner"), [("fill", 255), ("cover", 255), ("contain", 0), ("none", 0)])
def test_a_picture_fills_its_box_as_asked(fit: str, corner: int) -> None:
    drawn = _drawn(_pictures(), _node(f"<img src='{RED}'>"), 20, 20, fit)
    assert drawn is not None
    assert drawn[0, 0, 3] == corner
    assert drawn[10, 10, 3] == 255


def test_a_stored_picture_is_drawn(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "photo.png", photo(24, 16))
    pictures = _pictures(**{reference(path): str(path)})
    node = _node(f"<img src='{reference(path)}'>")
    assert pictures.natural_size(node) == Size(24, 16)
    drawn = _drawn(pictures, node, 24, 16)
    assert drawn is not None
    assert np.abs(drawn[..., :3].astype(int) - photo(24, 16)).mean() < 3


def test_a_drawing_keeps_its_case() -> None:
    node = _node("<svg viewBox='0 0 4 2'><linearGradient id='g'/><rect width='4' height='2' fill='#00ff00'/></svg>")
    assert _pictures().natural_size(node) == Size(4, 2)
    drawn = _drawn(_pictures(), node, 40, 20)
    assert drawn is not None
    assert drawn[10, 20].tolist() == [0, 255, 0, 255]


def test_a_canvas_is_an_empty_box() -> None:
    assert _pictures().natural_size(_node("<canvas></canvas>")) == Size(300, 150)
    assert _drawn(_pictures(), _node("<canvas></canvas>"), 4, 4) is None


def test_what_is_not_stored_is_told() -> None:
    with pytest.raises(ProjectError, match="no stored file"):
        _pictures().natural_size(_node("<img src='asset:x'>"))


@pytest.mark.parametrize("source", ["data:image/png;base64,AAAA", "data:image/jpeg;base64,iVBORw0KGgo=", RED[:60]])
def test_a_damaged_picture_is_told(source: str) -> None:
    node = _node(f"<img src='{source}'>")
    with pytest.raises(MediaError, match="written into the html"):
        _pictures().natural_size(node)
        _drawn(_pictures(), node, 4, 4)


@pytest.mark.parametrize(
    ("html", "css"),
    [
        (
            "<b style='color:#ff0000'><svg width='9' height='9'><rect width='9' height='9' fill='currentColor'/></svg>",
            "",
        ),
        ("<b class=k><svg width=9 height=9><rect width=9 height=9 /></svg>", ".k{fill:#ff0000}"),
        (
            "<b class=k><svg width='9' height='9'><rect width='9' height='9' fill='#00ff00'/></svg>",
            ".k rect{fill:var(--c)}",
        ),
        ("<svg width='9' height='9' fill='#00ff00'><rect width='9' height='9'/></svg>", "svg{fill:red!important}"),
    ],
)
def test_a_drawing_inherits_from_the_html_and_its_rules(html: str, css: str) -> None:
    document = read_document(html, f":root{{--c:#ff0000}} {css}")
    node = next(node for node in document.root.walk() if node.tag == "svg")
    above = []
    while node.parent is not None and len(above) < 9:
        above, node = [node, *above], node.parent
    look = child_look(Look(), document.sheet.declarations(node))
    for each in above:
        look = child_look(look, document.sheet.declarations(each))
    pictures = Pictures({}, 1_000_000, "html", document.sheet)
    drawn = pictures.picture(Placed(CssBox(look, node=above[-1]), 9, 9), 9, 9)
    assert drawn is not None
    assert drawn[4, 4].tolist() == [255, 0, 0, 255]


def test_a_picture_lies_where_it_is_put() -> None:
    look = Look(object_fit="contain", object_position=(Length(0), Length(100, "%")))
    drawn = _pictures().picture(Placed(CssBox(look, node=_node(f"<img src='{RED}'>")), 20, 20), 20, 20)
    assert drawn is not None
    assert (drawn[2, 10, 3], drawn[18, 10, 3]) == (0, 255)
