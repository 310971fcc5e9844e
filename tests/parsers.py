"""Every reader of a stranger's text, with the tokens that mean something to it and what it may stand behind."""

from __future__ import annotations

import re
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from clipmill.domain.css.declarations import read_declarations, split_declarations
from clipmill.domain.css.look import Look, child_look
from clipmill.domain.files.exchange import armour, disarm
from clipmill.domain.files.names import safe_name
from clipmill.domain.line.cause import Notices
from clipmill.domain.template import FieldKind, FieldRule
from clipmill.domain.timeline.colour import parse_colour
from clipmill.domain.timeline.elements.subtitle import Caption
from clipmill.engines.render.subtitles.reading import read_captions
from clipmill.engines.render.subtitles.words import spoken
from clipmill.errors import ClipmillError
from clipmill.intake.source import open_source
from clipmill.media.draw.html.reading import assets_in, read_document
from clipmill.media.draw.html.tree import Node
from clipmill.media.draw.svg import check_svg, read_svg
from clipmill.media.draw.vector.cost import pixels_of
from clipmill.media.draw.vector.curves import curve_of
from clipmill.media.draw.vector.prepared import prepared
from clipmill.media.facts.sniff import sniff
from clipmill.media.outside.meant import Finder, first_of, last_part
from clipmill.media.outside.sources import in_markup
from clipmill.settings import Limits
from clipmill.templates.amounts import read_amount
from clipmill.templates.filtering.markup import strip_html
from clipmill.templates.filters import slug, truncate
from clipmill.templates.kinds.date import date
from clipmill.templates.kinds.number import integer, number

#: What means something to them, apart at blanks; these four signs stand for a blank, the ends of lines and a tab.
_STANDS_FOR = {"_": " ", "¶": "\n", "⏎": "\r", "⇥": "\t"}
_HTML = r"""< > / = " ' & ; - ! ? [ ] { } ( ) # . : , @ * _ \ ¶ <b> </b> <p> <br> <div> </div> <td> <tr> <li> <table>
    <b <b_ </ </b <! <!- <!-- --> <!-> <![ <![CDATA[ ]]> <!DOCTYPE <? ?> &amp; &am &# &#x &#1 &lt <img <img_src= <svg>
    </svg> <svg <style> </style> <style <a_style=" style=" style=' url( url(" ) background: mask: <!--_-- --!> <q> </q>
    <b_a=" <b_a= a=b <script <title> </title> <textarea> <plaintext> <b/ <b¶ asset: data: &quot; <svg/> <dd> <dt>"""
_CSS = r"""{ } ; : , . # * > + ~ ( ) [ ] " ' \ @ ! / /* */ - -- _ ¶ a 1 % url( url(" var( var(-- --a: calc( min( :is(
    :not( :nth-child( ::before @media @supports @media( @supports( @import & a{ a{b:c} a:b; b{ a, a_ .a #a [a] [a= 1px
    1px_ 1px, #fff red rgb( rgb(1,2,3) linear-gradient( repeat( 1fr minmax( color-mix( in_srgb, red, translate( \"
    !important content:" counter( attr( \0 \a 1vw 1ch 1e9 a_a, ::after :hover a>a <!-- a[b="c"] counter-reset:a_1;"""
_SVG = r"""< > / = " ' & ; <g> </g> <g/> <text> </text> <path_d=' M0,0 L 1 1, -1 1e1 1. .1 e - + , _ z a1 C Q A url(
    url(# style=" fill=" fill="url( <style> </style> a{ } a{b:c} /* */ <!-- --> <?xml <!DOCTYPE <!ENTITY &a; &#65; <a>
    </a> <tspan> <switch> transform=" rotate( rotate(1) translate(1) data:image/png;base64, AAAA <image_href=" font:
    font-family: font-family=" @font-face{ drop-shadow( blur( stdDeviation=" d=" x="1_ dx=' y= <x_ xlink: <rect/> ¶"""
_SUBTITLE = r"""0 : , . - > --> -- → 00:00:01,000 00:00:01,000_-->_00:00:02,000¶ ¶ ⏎ ⏎¶ ¶¶ 1¶ < > </ <b> <b <c. </c> _ ⇥
    <00:00:01.000> { } {\ {\k1} {\k {\k1 {\an8} \ \k \N & &amp; &# WEBVTT NOTE STYLE NOTE¶ [ [Events] ] Dialogue: a é
    Dialogue:_0,0:00:01.00,0:00:02.00,D,,0,0,0,,a¶ Format: Style: Style:_a,b ; # 漢 म न् {\p1} {\k99999999999}"""
_TABLE = r""", ; | " ' ", '" ¶ ⏎ ⏎¶ ⇥ _ a 1 { } [ ] : {"a": {"a":1} {"a":1}¶ \ \u \ud83d é sep= = . a,b¶ "a","b"¶ "a,b¶
    a"b, ,, ,¶ ,,¶ "¶ true null 1e9 - "a":1, "b":1,"""
_CELL = r"""0 1 9 . , ' - – + / = € $ EUR Rs % _ ٣ ( ) [ ] { } < > <b> </b> <b <!-- & &amp; &# &lt; \ " ; | : ? # ¶ ⇥
    a é .jpg http:// //_ ,_ file: %20 ../ x: con T Z 2026-01-01 01.000 1,000 @ </ <script> &a , “ ” '' “a”"""


def _spelled(tokens: str) -> tuple[str, ...]:
    for sign, meant in _STANDS_FOR.items():
        tokens = tokens.replace(sign, f"\0{ord(meant)}\0")
    return tuple(
        re.sub("\0(\\d+)\0", lambda found: chr(int(found[1])), token) for token in dict.fromkeys(tokens.split())
    )


@dataclass(frozen=True)
class Parser:
    """A reader and its texts."""

    name: str
    read: Callable[[str], object]
    tokens: tuple[str, ...]
    #: What a text may stand behind.
    openings: tuple[str, ...] = ("",)
    #: What may end it.
    ends: tuple[str, ...] = ("",)
    #: Other errors it is known to raise, and whoever calls it to catch.
    told: tuple[type[Exception], ...] = ()
    #: Whether it reads bytes, which are spelled in Latin-1.
    is_binary: bool = False
    #: How long its texts are where each is tried in a moment.
    characters: int = 20_000

    def __call__(self, text: str) -> None:
        """Read a text; what is wrong with it is told in our own words."""
        try:
            self.read(text)
        except (ClipmillError, *self.told) as error:
            assert str(error)


def _document(html: str, css: str = "") -> None:
    """Read, and say of every element what it looks like, as both are done before anything is laid out."""
    document = read_document(html, css)
    looks: dict[Node | None, Look] = {None: Look()}
    for node in document.root.walk():
        looks[node] = child_look(looks[node.parent], document.sheet.declarations(node))


def _elements(css: str) -> None:
    _document('<div class="a" id="a"><a b="c">x</a><q>x</q></div>' * 5, css)


def _style(value: str) -> None:
    read_declarations(split_declarations(value))
    for name in ("color", "background", "transform", "grid-template-columns", "font", "text-shadow", "width", "--a"):
        read_declarations([(name, value)])


def _captions(text: str) -> None:
    for caption in read_captions(text.encode(errors="surrogatepass"), where="subtitle.src", most=10**6):
        spoken(caption)


def _caption(text: str) -> None:
    spoken(Caption(start=0, end=1, text=text))


def _guessed(text: str) -> None:
    read_captions(b"\xe9\xff" + text.encode(errors="replace"), where="subtitle.src", most=10**6)


def _marked(text: str) -> None:
    for key in ("html", "css", "background"):
        in_markup(text, lambda source: source, key)


def _words(text: str) -> None:
    assets_in(text)


def _drawing(text: str) -> None:
    read_svg(text.encode(errors="surrogatepass"))


def _attribute(name: str, element: str = "path") -> Callable[[str], None]:
    """A reader of an attribute of an SVG element."""

    def read(text: str) -> None:
        quoted = text.replace("&", "").replace("<", "").replace('"', "")
        shape = f'<{element} {name}="{quoted}" pathLength="9"/>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{shape}</svg>'
        check_svg(svg)
        prepared(svg)
        curve_of(Element(element, {name: text, "d": "M0 0L9 9"} if name == "transform" else {name: text}))

    return read


def _drawn_style(text: str) -> None:
    plain = text.replace("&", "").replace("<", "")
    prepared(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>{plain}</style>'
             '<path id="p" d="M0 0L9 9"/><text textLength="9">ab</text></svg>')  # fmt: skip


def _table(suffix: str) -> Callable[[str], None]:
    def read(text: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"table{suffix}"
            path.write_bytes(text.encode(errors="surrogatepass"))
            for _ in open_source(path, Limits()).rows():
                pass

    return read


def _cell(text: str) -> None:
    read_amount(text)
    for kind in (date, integer, number):
        kind(FieldRule(name="a", kind=FieldKind.TEXT), "column")(text)
    for use in (slug, armour, disarm, first_of, last_part):
        use(text)
    truncate(text, max(1, len(text) - 1))
    Finder().find("/nowhere", text)
    Notices().add(text, 1)


def _head(kind: str, begin: bytes) -> Callable[[str], None]:
    begun = f"data:image/{kind};base64,"
    return lambda text: pixels_of(begun + b64encode(begin + text.encode("latin-1")).decode())


#: A picture's parts, as bytes that are spelled in Latin-1.
_PARTS = ("\x00", "\xff", "\xff\xe1\x00\x02", "\xff\xe1\x00\x10Exif\0\0II*\0\x08\0\0\0", "\x00\x00\x00\x00IHDR\0\0\0\0",
          "\xff\xc0\0\x11\x08", "\0\0\0\0eXIf\0\0\0\0")  # fmt: skip

_ROOT, _TIME = '<svg xmlns="http://www.w3.org/2000/svg">', "00:00:01,000 --> 00:00:02,000\n"
_SAID = "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,"
PARSERS: tuple[Parser, ...] = (
    Parser("html", _document, _spelled(_HTML), ("", "<svg>", "<style>", '<b style="', "<table>", "<!--", "<p>")),
    Parser("words of html", _words, _spelled(_HTML)),
    Parser("sources in markup", _marked, _spelled(f"{_HTML} {_CSS}"),
           ("", "url(", "<style>", '<a style="background:url(', "<img ", "background:", '<a style="')),
    Parser("css", _elements, _spelled(_CSS), ("", "a{", "@media ", "q::before{content:"), characters=10_000),
    Parser("style", _style, _spelled(_CSS), ("", "color:", "url("), told=(ValueError,)),
    Parser("svg", _drawing, _spelled(_SVG), ("", "<svg>", _ROOT, "<svg><text>", "<!DOCTYPE svg ["), ("", "</svg>")),
    Parser("path", _attribute("d"), _spelled(_SVG), ("", "M0,0 ")),
    Parser("points", _attribute("points", "polyline"), _spelled(_SVG), ("", "0 ")),
    Parser("transform", _attribute("transform"), _spelled(_SVG), ("", "rotate(")),
    Parser("width", _attribute("width", "rect"), _spelled(_SVG), ("", "1", "1 ")),
    Parser("style of svg", _attribute("style"), _spelled(_SVG), ("", "filter:drop-shadow(", "fill:url(", "font:")),
    Parser("rules of svg", _drawn_style, _spelled(f"{_SVG} {_CSS}"), ("", "text{font:", "@font-face{", "/*")),
    Parser("subtitles", _captions, _spelled(_SUBTITLE), ("", _TIME, "WEBVTT\n\n", "{\\", "[Events]\n", _SAID, "00:01")),
    Parser("caption", _caption, _spelled(_SUBTITLE), told=(ValueError,), characters=990),
    Parser("subtitles in an old encoding", _guessed, _spelled(_SUBTITLE), ("", _TIME)),
    Parser("csv", _table(".csv"), _spelled(_TABLE), ("", "a,b\n", 'a,b\n"', "a,b\n1,2\n", 'a\tb\n"')),
    Parser("jsonl", _table(".jsonl"), _spelled(_TABLE), ("", "{", '{"a":', '{"a":"', '{"a":[')),
    Parser("cell", _cell, _spelled(_CELL), ("", "1", "€", "http://")),
    Parser("strip_html", strip_html, _spelled(f"{_CELL} {_HTML}"), ("", "<b>", "<script>", "&amp;", "<b>&#")),
    Parser("colour", parse_colour, _spelled(_CSS), ("", "rgb(", "hsl("), told=(ValueError,)),
    Parser("name of a file", safe_name, _spelled(_CELL), ("", "con", "a.")),
    Parser("first bytes", lambda text: sniff(text.encode(errors="surrogatepass")), _spelled(f"{_SVG} {_SUBTITLE}")),
    Parser("png in svg", _head("png", b"\x89PNG\r\n\x1a\n"), _PARTS, told=(ValueError,), is_binary=True),
    Parser("jpg in svg", _head("jpeg", b"\xff\xd8"), _PARTS, told=(ValueError,), is_binary=True),
)  # fmt: skip


def texts(parser: Parser, characters: int) -> Iterator[str]:
    """Texts about so long: every token over and over, behind every opening, and as many more as fit of two."""
    for token in parser.tokens:
        for opening in parser.openings:
            for end in parser.ends:
                yield opening + token * (characters // len(token)) + end


def pairs(parser: Parser, characters: int) -> Iterator[str]:
    """Texts of two tokens: first the one and then the other, and both in turn."""
    for one in parser.tokens:
        for other in parser.tokens:
            if one != other:
                yield one * (characters // 2 // len(one)) + other * (characters // 2 // len(other))
                yield (one + other) * (characters // len(one + other))
