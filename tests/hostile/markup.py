"""Texts in HTML, and their styles, that mean harm."""

from __future__ import annotations

from typing import Any

from tests.hostile.case import Corpus, body, render, text

CASES = Corpus()
_MB = 1_000_000


def _html(name: str, means: str, html: str, **fields: Any) -> None:
    CASES.add(name, means, lambda folder: render(folder, body(text(text="", html=html, **fields))))


def _style(name: str, means: str, **style: Any) -> None:
    CASES.add(name, means, lambda folder: render(folder, body(text(style=style))))


_html(
    "variables-that-double",
    "a value of four gigabytes",
    "<style>:root{--a0:1px;"
    + "".join(f"--a{n}:var(--a{n - 1}) var(--a{n - 1});" for n in range(1, 32))
    + "}p{padding:var(--a31)}</style><p>a</p>",
)
_html(
    "variables-in-circles",
    "values that name themselves",
    "<style>:root{--a:var(--b) var(--b);--b:var(--a) var(--a)}p{padding:var(--a)}</style><p>a</p>",
)
_html(
    "variables-in-a-style",
    "the same in one element",
    f'<p style="{"".join(f"--a{n}:var(--a{n + 1}) var(--a{n + 1});" for n in range(40))}--a40:1px;padding:var(--a0)">a</p>',
)
_html("deep", "deeper than the stack", "<div>" * 50_000 + "a")
_html("deep-spans", "deeper, within a line", "<b><i>" * 20_000 + "a")
_html("closed-and-never-opened", "ends without beginnings", "</div></p></table>" * 50_000)
_html("unclosed-everything", "beginnings without ends", "<table><tr><td><ul><li><p><b><a href='" * 20_000)
_html("tags-without-end", "a tag that never closes, often", "<a " * 250_000)
_html("quotes-without-end", "a value that never closes, often", '<a b="' * 150_000)
_html("comments-without-end", "a comment that never closes, often", "<!--" * 250_000)
_html(
    "colspan",
    "a table of a billion columns",
    '<table><tr><td colspan="1000000000" rowspan="1000000000">a</td><td>b</td></tr></table>',
)
_html("wide-table", "a table of many columns", "<table>" + "<tr>" + "<td colspan=1000>a</td>" * 60 + "</tr></table>")
_html(
    "crossing-spans",
    "cells across each other",
    "<table>"
    + "<tr>"
    + '<td rowspan="900" colspan="3">a</td>' * 30
    + "</tr>" * 1
    + "</table>" * 1
    + "<table>"
    + "<tr><td rowspan=999>a</td></tr>" * 500
    + "</table>",
)
_html("tables-in-tables", "each measured twice within each", "<table><tr><td>" * 30 + "a" + "</td></tr></table>" * 30)
_html("flex-in-flex", "each measured twice within each", '<div style="display:flex">' * 40 + "a b c")
_html(
    "grid-in-grid",
    "each measured thrice within each",
    '<div style="display:grid;grid-template-columns:auto auto">' * 30 + "a b c",
)
_html(
    "inline-blocks-in-inline-blocks",
    "each measured twice within each",
    '<span style="display:inline-block">' * 50 + "a b c",
)
_html("floats", "thousands that go round each other", '<div style="float:left;width:1px;height:1px"></div>' * 5000)
_html(
    "grid-of-a-billion",
    "a grid of a billion lines",
    '<div style="display:grid;grid-template-columns:repeat(1000000000,1px);grid-auto-rows:1px"><p style="grid-column:1/999999999;grid-row:1/999999999">a</p></div>',
)
_html("fill-of-nowhere", "a colour looked for without end", 'fill="url(' * 60_000)
_html(
    "drawings-within", "thousands of drawings", '<svg width="9" height="9"><circle r="3" fill="url(#a)"/></svg>' * 3000
)
_html("drawings-in-drawings", "each within the next", "<svg width='9' height='9'>" * 2000)
_html(
    "selectors",
    "rules that look at everything for everything",
    "<style>" + "p div span b i u,*:not(p):nth-child(2n+1)~*{color:red}" * 1500 + "</style>" + "<p><b>a</b></p>" * 600,
)
_html("siblings", "each looks at all before it", "<style>*~*~*~*~*{color:red}</style>" + "<i>a</i>" * 3000)
_html("rules-without-end", "rules in rules", "<style>" + "@media all{" * 30_000 + "a{" * 30_000 + "</style>a")
_html(
    "counters",
    "counters that count each other",
    "<style>li::before{counter-increment:a 999999999;content:counters(a,'.') counter(a,lower-roman)}</style>"
    + "<ol><li>" * 200,
)
_html(
    "roman",
    "a roman number of a megabyte",
    "<ol type=i start=999999999><li>a</ol><ol type=a start=-999999999999999999999><li>a</ol>",
)
_html("words-without-blanks", "a word as long as a book", "a" * 400_000)
_html("soft-hyphens", "a place to break after every letter", "a\u00ad\u200b" * 60_000)
_html("combining", "a letter with a hundred thousand accents", "a" + "\u0301" * 100_000)
_html("bidi", "directions in directions", "\u202e\u2066\u202d" * 60_000 + "a")
_html("emoji", "an emoji of thousands", "👩\u200d" * 30_000)
_html("entities", "as many as there is room for", "&amp;&#x1F600;&nbsp" * 30_000 + "&#99999999999;&#xD800;&#0;")
_html(
    "pictures-from-elsewhere",
    "somebody's pictures",
    '<img src="/etc/passwd"><img src="file:///etc/passwd"><img src="http://127.0.0.1:1/a">',
)
_html("backgrounds-from-elsewhere", "somebody's pictures, behind", "<p style=\"background:url('/dev/zero')\">a</p>")
_html(
    "urls-in-styles",
    "a style looked through again at every place",
    "<p style='" + "background:url(" * 40_000 + "'>a</p>",
)
_html("styles-without-end", "a style that never closes", "<style>background:" * 60_000)
_html("images-without-end", "pictures that never close", "<img " * 120_000 + " src=")
_html("scripts", "be run", "<script>while(1);</script><iframe src='/'></iframe><object data='/etc/passwd'></object>")
_style("gradients", "a hundred thousand gradients", background=",".join(["linear-gradient(red,blue)"] * 20_000))
_style(
    "stops",
    "a gradient with a hundred thousand stops",
    background="linear-gradient(" + ",".join(["red 1%"] * 60_000) + ")",
)
_style(
    "brackets",
    "brackets in brackets",
    background="linear-gradient(" * 20_000,
    width="calc(" * 20_000,
    transform="rotate(" * 20_000,
)
_style(
    "arithmetic",
    "a sum of a megabyte",
    width="calc(1px" + " + 1px" * 100_000 + ")",
    padding="calc(" + "(" * 3000 + "1px" + ")" * 3000 + ")",
)
_style(
    "shadows",
    "ten thousand shadows, each blurred",
    textShadow=",".join(["1px 1px 99px red"] * 10_000),
    boxShadow=",".join(["0 0 99px 99px red"] * 10_000),
)
_style("filters", "a thousand blurs", filter="blur(99px) " * 2000)
_style("font-size", "letters of a billion pixels", fontSize=10**9, lineHeight=10**9, letterSpacing="1e9px")
_style(
    "tiny-font", "letters of none", fontSize="1e-300px", lineHeight="-1e300", padding="-99999px", borderRadius="1e300px"
)
_style("families", "a font looked for in vain", fontFamily=",".join(f"Font {n}" for n in range(30_000)))
_style("masks", "a mask of masks", mask=",".join(["linear-gradient(red,transparent)"] * 5000))
_style("commas", "a megabyte of commas", background="," * _MB, boxShadow="(" * _MB)
for _sign in (
    "<",
    ">",
    "&",
    '"',
    "'",
    "=",
    "/",
    " ",
    "\n",
    "\t",
    "-",
    "!",
    "(",
    "{",
    ";",
    ":",
    "\\",
    "\u200b",
    "\u00ad",
    "\0",
    "م",
):
    _html(f"megabyte-of-{ord(_sign):x}", f"{_sign!r}, a million times", _sign * (_MB // len(_sign.encode())))
