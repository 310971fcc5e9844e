"""Whatever is written into a text or its style is drawn, listed or refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.properties import PROPERTIES
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.layers.layer import Stage
from clipmill.engines.render.layers.text import text_layer
from clipmill.engines.render.shelf import Shelf
from clipmill.errors import MediaError, ProjectError
from clipmill.media.draw.html.reading import read_document
from clipmill.settings import Limits
from tests.rendering import use_fonts

WORDS = [
    "hello", "wörld", "&amp;", "&#0;", "<", ">", "'", "\"", "مرحبا", "שלום", "漢字", "😀", "\n", "\t", "\x00",
    "&nbsp;", "\u2028", "\u200d", "]]>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", " ",
]  # fmt: skip
VALUES = [
    "0", "1px", "-5px", "2em", "50%", "auto", "none", "bold", "red", "transparent", "currentcolor", "center",
    "right", "flex", "inline-block", "block", "nowrap", "pre-wrap", "hidden", "ellipsis", "rotate(20deg)",
    "scale(0)", "rtl", "linear-gradient(90deg,red,blue)", "radial-gradient(circle,red,transparent)",
    "2px dashed red", "1px 2px 3px #000", "inset 0 0 5px red", "inherit", "initial", "1e9px",
    "calc(1px + 2px)", "underline red 3px", "text", "column", "wrap", "matrix(0,0,0,0,0,0)", "3", "0.5",
    "translate(10px, 50%)", "super", "small-caps", "row-reverse",
]  # fmt: skip
TAGS = [
    "b", "i", "u", "s", "span", "div", "p", "ul", "ol", "li", "h1", "small", "sub", "sup", "mark", "table",
    "canvas", "a",
]  # fmt: skip
NAMES = [*PROPERTIES, *SHORTHANDS, "position", "--x", "zoom"]

declarations = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4)
styles = declarations.map(lambda pairs: "; ".join(f"{name}: {value}" for name, value in pairs))
texts = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
elements = st.recursive(
    texts | st.just("<br>"),
    lambda inner: st.tuples(st.sampled_from(TAGS), styles, st.lists(inner, max_size=3)).map(
        lambda part: f'<{part[0]} style="{part[1]}">{"".join(part[2])}</{part[0]}>'
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module", autouse=True)
def packaged_fonts() -> None:
    use_fonts()


def _draw(**fields: object) -> None:
    visual = TextVisual.model_validate({"type": "TEXT", **fields})
    text_layer(visual, Stage(Size(320, 180), {}, Limits(), Shelf()), "visuals[0]")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(elements, declarations, st.sampled_from([None, 1, 40, 200]), st.sampled_from([None, 1, 50]))
def test_any_html_is_drawn_or_refused(
    html: str, style: list[tuple[str, str]], width: float | None, height: float | None
) -> None:
    try:
        _draw(html=html or "x", style=dict(style), width=width, height=height)
    except (ProjectError, MediaError, ValidationError) as error:
        assert str(error)


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40), st.booleans())
def test_any_text_is_drawn_or_refused(text: str, plain: bool) -> None:
    try:
        _draw(text=text, style={} if plain else {"textShadow": "1px 1px red"}, width=200)
    except (ProjectError, MediaError) as error:
        assert str(error)


@given(st.text(max_size=200))
def test_any_characters_are_read_as_html_or_refused(html: str) -> None:
    try:
        assert isinstance(read_document(html, html).unsupported, tuple)
    except ProjectError as error:
        assert error.path in ("html", "customCode.css")


@given(st.text(max_size=40), st.text(max_size=60))
def test_a_declaration_is_drawn_or_listed_or_refused(name: str, value: str) -> None:
    try:
        read = read_declarations(split_declarations(f"{name}: {value}"))
        TextStyle.model_validate({name: value})
    except ValueError:
        return
    assert isinstance(read.unsupported, tuple)


@given(st.sampled_from(NAMES), st.sampled_from(VALUES))
def test_what_a_known_property_does_not_draw_is_listed(name: str, value: str) -> None:
    read = read_declarations([(name, value)])
    assert read.values or read.unsupported
