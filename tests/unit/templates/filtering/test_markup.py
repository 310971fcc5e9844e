"""Html in texts: seen and taken out."""

import time

import pytest

from clipmill.templates.filtering.markup import has_html, strip_html

HTML = {
    "Salt &amp; Pepper <b>Mill</b>": "Salt & Pepper Mill",
    "<p>One</p>\n<p>Two<br/>three</p>": "One\nTwo\nthree",
    "<ul><li>a</li><li>b</li></ul>": "a\nb",
    "<td>1</td><td>2</td>": "1 2",
    "<style>p > a {x: y}</style>x<SCRIPT>if (a<b) { '</b>' }</Script >y": "xy",
    "<!-- <b> --> y": "y",
    "x<!-- never closed <b>": "x",
    "&lt;p&gt;Hi &amp;amp; bye&lt;/p&gt;": "Hi & bye",
    "5 &lt; 6": "5 < 6",
    '<img alt="a > b" src=x>z': "z",
    '<p title="5" pipe">k</p>': "k",
    "H<sub>2</sub>O &#8364; &#x20AC; &eacute;": "H2O € € é",
    "a&nbsp;b": "a\u00a0b",
    "Salt &amp Pepper": "Salt & Pepper",
    '<a href="https://x.example">Shop</a>': "Shop",
    "<div>a</div><div></div><div>b</div>": "a\nb",
    "<DIV CLASS=x>A</DIV>": "A",
}
PLAIN = [
    "a < b",
    "I <3 it",
    "<3",
    "R&D",
    "AT&T; x",
    "a<b and c>d",
    "<Name>",
    "x > y",
    "5 <6> 7",
    "a & b",
    "<>",
    "&;",
    "?a=1&lt=2",
]


@pytest.mark.parametrize(("text", "shown"), HTML.items())
def test_html_is_seen_and_taken_out(text: str, shown: str) -> None:
    assert has_html(text)
    assert strip_html(text) == shown


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert not has_html(text)
    assert strip_html(text) == text


def test_lines_are_joined_as_told() -> None:
    assert strip_html("<p>One</p><p>Two</p>", " ") == "One Two"
    assert strip_html(None) == ""


@pytest.mark.parametrize(
    "piece", ['<a "', "<p '", "<!--", "&", "<script>", "<", "&amp", "<b", "</script", '<a "x" ', "<p>", "<b x=1"]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(pieces: int) -> float:
        text = piece * pieces + "<b>&amp;"
        began = time.process_time()
        strip_html(text)
        has_html(text)
        return time.process_time() - began

    assert seconds(40_000) < 20 * seconds(4_000) + 0.05
