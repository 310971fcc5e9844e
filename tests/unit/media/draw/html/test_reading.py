import pytest

from clipmill.errors import ProjectError
from clipmill.media.draw.html.reading import MOST_CUSTOM, assets_in, drawing_of, read_document
from tests.rendering import reference

ASSET = "asset:" + "0" * 64 + ".png"


def test_everything_that_is_not_drawn_is_listed_once() -> None:
    html = "<marquee><b style='zoom:2;color:var(--no)'></b></marquee><marquee></marquee>"
    assert read_document(html, "b:has(i){color:red} b{zoom:2}", where="visuals[0].html").unsupported == (
        "visuals[0].html: <marquee> is not drawn; its content is",
        "visuals[0].html: zoom is not drawn",
        "visuals[0].html: color: var(--no) is not drawn",
        "customCode.css: the selector b:has(i) is not followed",
        "customCode.css: zoom is not drawn",
    )


@pytest.mark.parametrize(
    ("html", "css", "path"),
    [("<script>", "", "visuals[0].html"), ("x", "@import 'y';", "visuals[0].customCode.css")],
)
def test_what_is_refused_is_refused_at_its_path(html: str, css: str, path: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read_document(html, css, where="visuals[0].html", css_where="visuals[0].customCode.css")
    assert caught.value.path == path


@pytest.mark.parametrize("source", ["http://x/y.png", "", "data:image/svg+xml;base64,AAAA", "file:x", "y.png"])
def test_pictures_from_outside_are_refused(source: str) -> None:
    with pytest.raises(ProjectError, match=r"<img> refers to|refers to"):
        read_document(f'<img src="{source}">')


def test_stored_pictures_are_named() -> None:
    assert assets_in(f"<img src='{ASSET}'><img src='{ASSET}'>") == (ASSET,)
    assert read_document(f"<img src='{ASSET}'>").unsupported == ()


def test_drawings_are_checked() -> None:
    with pytest.raises(ProjectError, match="script"):
        read_document("<svg><script/></svg>")
    node = list(read_document("<svg width='1' height='1'><use xlink:href='#a'/></svg>").root.walk())[-1]
    assert "xmlns:xlink" in drawing_of(node)


def test_a_reference_is_what_stored_files_are_called(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("x") / "a.png"
    path.write_bytes(b"x")
    assert assets_in(f"<img src='{reference(path)}'>") == (reference(path),)


@pytest.mark.parametrize(
    ("html", "css", "says"),
    [
        ("<b>x</b>" * 1500, "*{color:red}" * 1500 + "b::before{content:'a'}", "ask too much of so many"),
        ("<b>x</b>", "b{" + "".join(f"--a{n}:1;" for n in range(MOST_CUSTOM + 1)) + "}", "custom properties are set"),
        (
            "<b>x</b>",
            "b{--a:" + "x" * 3900 + "}" + "".join(f"i{{color:var(--a) {n}}}" for n in range(200)),
            "stand for",
        ),
    ],
)
def test_rules_that_cost_too_much_are_refused(html: str, css: str, says: str) -> None:
    with pytest.raises(ProjectError, match=says):
        read_document(html, css)


def test_selectors_do_not_grow_inside_one_another() -> None:
    nested = ",".join("a" * 9 for _ in range(1000)) + "{" + "&" * 50_000 + "{color:red}}"
    assert any("is not followed" in told for told in read_document("x", nested).unsupported)
