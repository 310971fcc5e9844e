import pytest

from clipmill.domain.css.selectors import Steps, read_selector, split_list
from clipmill.errors import ProjectError
from clipmill.media.draw.html.tree import read_tree

HTML = """<main id=m><h3 class="a b" lang=en-GB>t</h3><p>1</p><p class=x data-k="One two">2</p><em></em><p>3</p>
<div><span>s</span></div><a href=x>l</a></main>"""


def _found(selector: str) -> list[str]:
    read = read_selector(selector)
    nodes = [node for node in read_tree(HTML).root.walk() if read.fits(node, Steps(10_000))]
    return [f"p{node.place[2]}" if node.tag == "p" else node.tag for node in nodes]


@pytest.mark.parametrize(
    ("selector", "found"),
    [("main > p:first-child", []), ("p:first-of-type", ["p1"]), ("h3 + p", ["p1"]), ("h3 ~ p", ["p1", "p2", "p3"]),
     ("p:nth-of-type(odd)", ["p1", "p3"]), (":nth-child(-n+2)", ["div", "main", "h3", "p1", "span"]),
     ("main > :nth-child(3n)", ["p2", "div"]), ("p:nth-last-of-type(1)", ["p3"]), ("em:empty", ["em"]),
     ("p:not(.x, :first-of-type)", ["p3"]), (":is(h3, em)", ["h3", "em"]), ("span:only-child", ["span"]),
     ("[lang|=en]", ["h3"]), ("[data-k~='two']", ["p2"]), ("[data-k^=One]", ["p2"]), ("[data-k$='two' i]", ["p2"]),
     ('[data-k*="e t"]', ["p2"]), ("[class]", ["h3", "p2"]), (":root > main#m", ["main"]), ("body span", ["span"]),
     ("a:link", ["a"]), ("p:hover", []), ("html main div span", ["span"]), ("p + em ~ div > *", ["span"]),
     ("MAIN > A:last-child", ["a"]), ("h3.a.b", ["h3"])],
)  # fmt: skip
def test_elements_are_meant(selector: str, found: list[str]) -> None:
    assert _found(selector) == found


@pytest.mark.parametrize(
    ("selector", "weight"),
    [("#a .b p", (1, 1, 1)), (":where(#a) p", (0, 0, 1)), (":is(#a, p) p", (1, 0, 1)), ("p:nth-child(2)", (0, 1, 1)),
     ("p::before", (0, 0, 2)), (":not([x])", (0, 1, 0)), ("*", (0, 0, 0))],
)  # fmt: skip
def test_a_selector_has_a_weight(selector: str, weight: tuple[int, int, int]) -> None:
    assert read_selector(selector).weight == weight


@pytest.mark.parametrize(
    "selector",
    ["", "> p", "p >", "p > > p", "p:has(a)", "p::first-line", "p::before b", "[x", "[x!=y]", "p:nth-child(x)",
     ".a{", "a,b",
     "p(", ":not(", ".", ":is(" * 20 + "p" + ")" * 20, "x " * 600],
)  # fmt: skip
def test_what_is_not_followed_is_refused(selector: str) -> None:
    with pytest.raises(ValueError):
        read_selector(selector)


def test_a_list_is_split_outside_of_brackets() -> None:
    assert split_list("a, :is(b, c),[d=',']") == ["a", " :is(b, c)", "[d=',']"]


def test_long_chains_take_no_long_time() -> None:
    html = "<div>" * 40 + "<b>x</b>"
    read = read_selector("p " + "div " * 30 + "b")
    assert not any(read.fits(node, Steps(10_000)) for node in read_tree(html).root.walk())


def test_selectors_that_ask_too_much_are_refused() -> None:
    nodes = list(read_tree("<b>" * 40 + "x").root.walk())
    with pytest.raises(ProjectError, match="ask too much"):
        read_selector(":is(:is(:is(a b) b) b) b b b").fits(nodes[-1], Steps(1_000))
