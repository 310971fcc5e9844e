import pytest

from clipmill.media.draw.html.counters import number_text
from clipmill.media.draw.html.reading import read_document
from clipmill.media.draw.html.tree import Node


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [("disc", 3, "disc"), ("decimal", 12, "12."), ("lower-alpha", 28, "ab."), ("upper-alpha", 2, "B."),
     ("lower-roman", 49, "xlix."), ("upper-roman", 2024, "MMXXIV.")],
)  # fmt: skip
def test_items_are_counted(kind: str, number: int, text: str) -> None:
    assert number_text(kind, number) == text


def _words(html: str, css: str) -> str:
    """The text of a page with all that is made up in it, pieces between blanks."""

    def pieces(node: Node) -> list[str]:
        return [text for child in node.children for text in ([child] if isinstance(child, str) else pieces(child))]

    return " ".join(pieces(read_document(html, css).root))


@pytest.mark.parametrize(
    ("css", "words"),
    [
        (r"p::before{content:'\201C'}", "“ a b"),
        (r"p::after{content:'x' / 'spoken'}", "a b x"),
        ("p:after{content:attr(data-k) '!'}", "a b K!"),
        ("p::before{content:open-quote} b::before{content:open-quote}", "“ a ‘ b"),
        (
            "p{counter-reset:n 4} p::before,b::before{counter-increment:n;content:counter(n,upper-roman) '.'}",
            "V. a VI. b",
        ),
        ("p{counter-reset:n} b{counter-reset:n 2} b::before{content:counters(n,'-')}", "a 0-2 b"),
        ("p{--m:'>'} p::before{content:var(--m)}", "> a b"),
        ("p::before{content:none} p::after{content:normal}", "a b"),
        ("img::before,br::before{content:'x'}", "a b"),
    ],
)
def test_texts_are_made_up(css: str, words: str) -> None:
    assert _words("<p data-k=K>a<b>b</b></p>", css).split() == words.split()


def test_quotations_have_their_signs() -> None:
    assert _words("<q>a<q>b</q></q>", "").split() == ["“", "a", "‘", "b", "’", "”"]


def test_what_cannot_be_made_up_is_named() -> None:
    told = read_document("<p>a</p>", "p::before{content:url(x.png)} p::after{content:var(--no)}").unsupported
    assert told == ("html: content: url(x.png) is not drawn", "html: content: var(--no) is not drawn")


def test_an_element_that_nobody_wrote_follows_its_own_rules_alone() -> None:
    document = read_document("<p class=x>a</p>", "p::before{content:'b';color:red} p{width:9px} *{height:3px}")
    made = next(node for node in document.root.walk() if node.made)
    assert dict(document.sheet.declarations(made)).keys() == {"content", "color"}
