import pytest

from clipmill.errors import ProjectError
from clipmill.media.draw.raster import draw_svg
from clipmill.media.draw.svg import check_svg

XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


#: A PNG of one pixel, and one that says it has 400 million.
PICTURE = (
    '<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNg'
    'AAAAAgABSK+kcQAAAABJRU5ErkJggg=="/>'
)
BOMB = (
    '<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAATiAAAE4gCAAAAADGGxnlAAAACklEQVR4nGNg'
    'AAAAAgABSK+kcQAAAABJRU5ErkJggg=="/>'
)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [('width="40" height="20"', (40, 20)), ('viewBox="0 0 30 10"', (30, 10)), ("", (300, 150)),
     ('width="60" viewBox="0 0 30 10"', (60, 20)), ('width="1in" height="72pt"', (96, 96)),
     ('width="100%" height="100%" viewBox="0 0 5 6"', (5, 6))],
)  # fmt: skip
def test_a_drawing_knows_its_size(attributes: str, size: tuple[float, float]) -> None:
    drawing = check_svg(f"<svg {attributes} {XMLNS}/>")
    assert (drawing.width, drawing.height) == size


def test_a_drawing_is_drawn_at_any_size() -> None:
    drawing = check_svg(f'<svg width="10" height="10" {XMLNS}><rect width="10" height="10" fill="lime"/></svg>')
    pixels = draw_svg(drawing.at_size(40, 20), {}, where="x")
    assert pixels.shape[:2] == (20, 40)
    assert list(pixels[10, 20]) == [0, 255, 0, 255]
    assert pixels[10, 2, 3] == 0


def test_a_drawing_without_its_namespace_gets_it() -> None:
    pixels = draw_svg(
        check_svg("<svg width='4' height='4'><rect width='4' height='4'/></svg>").at_size(4, 4), {}, where="x"
    )
    assert pixels[2, 2, 3] == 255


@pytest.mark.parametrize(
    "inside",
    [
        '<linearGradient id="g"><stop stop-color="red"/></linearGradient><rect fill="url(#g)"/>',
        '<rect fill="url(\'#g\')" style="fill: url( #g )"/>',
        '<use href="#a"/>', '<use xlink:href="#a"/>', PICTURE,
        f'<image href="asset:{"a" * 64}.jpg"/>', "<style>rect { fill: url(#g) }</style>",
        '<filter><feGaussianBlur stdDeviation="4 4"/></filter>',
    ],
)  # fmt: skip
def test_what_stays_inside_the_drawing_is_allowed(inside: str) -> None:
    check_svg(f"<svg {XMLNS}>{inside}</svg>")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>", "<foreignObject/>", "<ForeignObject/>", "<iframe/>",
        '<rect onclick="x()"/>', '<image href="https://example.com/a.png"/>', '<image href="file:///etc/passwd"/>',
        '<image xlink:href="/etc/passwd"/>', '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<use href="other.svg#a"/>', '<use href="data:image/png;base64,AAAA"/>', '<feImage href="http://x/"/>',
        '<rect fill="url(http://x/#g)"/>', '<rect style="fill:url( \'http://x\' )"/>',
        "<style>@import 'http://x/';</style>", "<style>rect { fill: url(x.svg#g) }</style>",
        '<filter><feGaussianBlur stdDeviation="5000"/></filter>', '<filter><feTurbulence numOctaves="99"/></filter>',
        "<g>" * 70 + "</g>" * 70, "<g/>" * 20_001, "<text>" + "a" * 20_001 + "</text>",
    ],
)  # fmt: skip
def test_what_runs_loads_or_explodes_is_refused(inside: str) -> None:
    with pytest.raises(ProjectError, match=r"^visuals\[0\]\.svg: the drawing"):
        check_svg(f"<svg {XMLNS}>{inside}</svg>", path="visuals[0].svg")


@pytest.mark.parametrize(
    "text",
    ["<svg", "<html/>",
     '<!DOCTYPE x [<!ENTITY a SYSTEM "b">]><svg>&a;</svg>', f'<svg width="5000" height="5" {XMLNS}/>',
     f'<svg width="0" height="5" {XMLNS}/>'],
)  # fmt: skip
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(ProjectError):
        check_svg(text)


def test_a_drawing_may_not_be_too_long() -> None:
    with pytest.raises(ProjectError, match="larger than 100 bytes"):
        check_svg(f"<svg {XMLNS}>{' ' * 100}</svg>", limit_bytes=100)


@pytest.mark.parametrize(
    "inner",
    [
        BOMB, '<image href="data:image/png;base64,AAAA"/>', '<filter><feMorphology radius="1000"/></filter>',
        '<filter><feGaussianBlur stdDeviation="1e9"/></filter>', "<filter>" + "<feTurbulence/>" * 5 + "</filter>",
        "<filter>" + "<feOffset/>" * 61 + "</filter>",
    ],
)  # fmt: skip
def test_what_takes_for_ever_to_draw_is_refused(inner: str) -> None:
    with pytest.raises(ProjectError):
        check_svg(f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inner}</svg>')


@pytest.mark.parametrize(
    "text", ['<!-- from <svg> editor --><svg width="10" height="10"><rect width="5" height="5"/></svg>']
)
def test_a_drawing_without_a_namespace_means_svgs(text: str) -> None:
    assert 'xmlns="http://www.w3.org/2000/svg"' in check_svg(text).at_size(10, 10)


def test_a_lone_surrogate_is_refused_like_any_other_mistake() -> None:
    with pytest.raises(ProjectError):
        check_svg('<svg width="10" height="10"><text>\ud800</text></svg>')


def test_the_size_an_editor_wrote_into_the_style_gives_way() -> None:
    drawing = check_svg('<svg style="width:200px;height:120px;fill:red" viewBox="0 0 20 12"/>')
    assert 'style="fill:red"' in drawing.at_size(100, 60)
