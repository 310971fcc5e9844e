"""Drawings (SVG) that mean harm."""

from __future__ import annotations

import base64
import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.hostile.case import Corpus, body, render

CASES = Corpus()
_MB = 1_000_000
_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">'


def _drawn(
    name: str, means: str, given: str | bytes | Callable[[], str | bytes], *, whole: bool = False, says: str = ""
) -> None:
    """A drawing in a project, and where it is short the same in a file."""

    def make(folder: Path) -> list[str]:
        inside = given() if callable(given) else given
        drawing = inside if whole or isinstance(inside, bytes) else f"{_OPEN}{inside}</svg>"
        if isinstance(drawing, bytes) or len(drawing) > _MB // 2:
            (folder / "a.svg").write_bytes(
                drawing if isinstance(drawing, bytes) else drawing.encode("utf-8", "surrogatepass")
            )
            return render(folder, body({"type": "IMAGE", "src": "a.svg", "width": 64, "height": 64}))
        return render(folder, body({"type": "SVG", "svg": drawing, "width": 64, "height": 64}))

    CASES.add(name, means, make, says)


def _masks(depth: int, kind: str) -> str:
    """Masks (or clips, or patterns) each of which uses the next one twice."""
    uses = {
        "mask": 'mask="url(#m{})"',
        "clipPath": 'clip-path="url(#m{})"',
        "pattern": 'fill="url(#m{})"',
        "filter": 'filter="url(#m{})"',
    }[kind]
    made = []
    for number in range(depth):
        inner = f'<rect width="64" height="64" fill="#fff" {uses.format(number + 1)}/>' * 2
        size = ' width="64" height="64" patternUnits="userSpaceOnUse"' if kind == "pattern" else ""
        made.append(f'<{kind} id="m{number}"{size}>{inner}</{kind}>')
    return f'<defs>{"".join(made)}</defs><rect width="64" height="64" {uses.format(0)}/>'


for _kind in ("mask", "clipPath", "pattern"):
    _drawn(f"nested-{_kind}s", "two to the twentieth pictures", _masks(20, _kind))
_drawn(
    "mask-of-itself",
    "a picture that needs itself",
    '<mask id="m"><rect width="9" height="9" mask="url(#m)"/></mask><rect width="9" height="9" mask="url(#m)"/>',
)
_drawn(
    "use-bomb",
    "ten to the ninth rectangles",
    "<defs>"
    + '<g id="u0"><rect width="1" height="1"/></g>'
    + "".join(f'<g id="u{n}">{f"""<use href="#u{n - 1}"/>""" * 10}</g>' for n in range(1, 10))
    + '</defs><use href="#u9"/>',
)
_drawn("use-of-itself", "a group in itself", '<g id="a"><use href="#a"/><use xlink:href="#a"/></g>')
_drawn("use-in-circles", "two groups in each other", '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')
_drawn(
    "markers",
    "a marker at each of a hundred thousand points",
    '<marker id="k" markerWidth="9" markerHeight="9"><rect width="9" height="9" filter="url(#f)"/></marker><filter id="f"><feGaussianBlur stdDeviation="9"/></filter><polyline marker-mid="url(#k)" points="'
    + "1,2 3,4 " * 50_000
    + '"/>',
)
_drawn(
    "turbulence",
    "noise for minutes",
    '<filter id="f" x="0" y="0" width="99999" height="99999"><feTurbulence baseFrequency=".9" numOctaves="8"/></filter>'
    + '<rect width="64" height="64" filter="url(#f)"/>' * 300,
)
_drawn(
    "octaves",
    "noise in a billion octaves",
    '<filter id="f"><feTurbulence baseFrequency="9" numOctaves="999999999"/></filter><rect width="64" height="64" filter="url(#f)"/>',
)
_drawn(
    "blurs",
    "a thousand blurs, each over all",
    '<filter id="f">'
    + '<feGaussianBlur stdDeviation="199"/>' * 2000
    + '</filter><rect width="64" height="64" filter="url(#f)"/>',
)
_drawn(
    "morphology",
    "the neighbours of all pixels",
    '<filter id="f" filterRes="9999">'
    + '<feMorphology operator="dilate" radius="99"/>' * 300
    + '</filter><rect width="64" height="64" filter="url(#f)"/>',
)
_drawn(
    "convolution",
    "a matrix as large as the picture",
    '<filter id="f"><feConvolveMatrix order="500" kernelMatrix="'
    + "1 " * 250_000
    + '"/></filter><rect width="64" height="64" filter="url(#f)"/>',
)
_drawn(
    "nested-filters",
    "filters around filters",
    "".join('<g filter="url(#f)">' for _ in range(60))
    + '<rect width="64" height="64"/>'
    + "</g>" * 60
    + '<filter id="f"><feGaussianBlur stdDeviation="50"/><feTurbulence baseFrequency=".5" numOctaves="8"/></filter>',
)
_drawn(
    "dashes",
    "a line in a billion pieces",
    '<path d="M0 0H1e9" stroke="#000" stroke-dasharray="1e-9"/><circle r="30" cx="32" cy="32" stroke="#000" stroke-dasharray=".0001 .0001"/>',
)
_drawn(
    "many-dashes", "many lines in many pieces", '<path d="M0 0H64V64H0Z" stroke="#000" stroke-dasharray=".01"/>' * 5000
)
_drawn(
    "dashes-by-path-length",
    "pieces counted by a length that is said",
    '<path pathLength="1e12" d="M0 0H64" stroke="#000" stroke-dasharray="1"/>' * 50,
)
_drawn(
    "path-of-a-megabyte",
    "a line with half a million corners",
    '<path stroke="#000" d="M0 0' + "L1 2 " * 180_000 + '"/>',
    says="",
)
_drawn(
    "arcs-of-a-megabyte",
    "arcs",
    '<path stroke="#000" stroke-width="9" stroke-linejoin="round" d="M0 0'
    + "A9 8 7 0 1 60 50a9 8 7 1 0-60-50" * 25_000
    + '"/>',
)
_drawn(
    "curves-of-nothing",
    "curves with corners everywhere",
    '<path stroke="#000" d="M0 0' + "C0 0 0 0 0 0" * 70_000 + '"/>',
)
_drawn("text-of-a-megabyte", "a word of a million letters", "<text y='9'>" + "a" * _MB + "</text>")
_drawn("tspans", "a place for every letter", "<text y='9'>" + "<tspan dx='1' rotate='1'>a</tspan>" * 19_000 + "</text>")
_drawn("places-of-letters", "a list of places", f"<text x='{'1 ' * 200_000}' rotate='{'2 ' * 200_000}'>abc</text>")
_drawn(
    "text-on-a-path",
    "a text along a long line",
    "<path id='p' d='M0 0"
    + "L9 9 0 0" * 20_000
    + "'/><text><textPath href='#p' textLength='1e9'>"
    + "abc " * 4000
    + "</textPath></text>",
)
_drawn("arabic-of-a-megabyte", "letters that are joined", "<text y='9'>" + "ﷺ" * 300_000 + "</text>")
_drawn(
    "entities",
    "a billion laughs",
    '<!DOCTYPE svg [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + f"]>{_OPEN}<text>&a9;</text></svg>",
    whole=True,
    says="error",
)
_drawn(
    "quadratic-entities",
    "one long entity, often",
    f'<!DOCTYPE svg [<!ENTITY a "{"a" * 60_000}">]>{_OPEN}<text>{"&a;" * 60_000}</text></svg>',
    whole=True,
    says="error",
)
_drawn(
    "parameter-entities",
    "entities of the other kind",
    "<!DOCTYPE svg [<!ENTITY % a \"<!ENTITY b SYSTEM 'file:///etc/passwd'>\"> %a;]>" + f"{_OPEN}<text>&b;</text></svg>",
    whole=True,
)
_drawn(
    "outer-entity",
    "somebody's file as a text",
    f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_OPEN}<text>&a;</text></svg>',
    whole=True,
    says="error",
)
_drawn(
    "outer-doctype",
    "a definition from the network",
    f'<!DOCTYPE svg SYSTEM "http://127.0.0.1:1/a.dtd">{_OPEN}</svg>',
    whole=True,
)
_drawn("outer-picture", "somebody's picture", '<image href="file:///etc/passwd" width="9" height="9"/>', says="error")
_drawn("outer-style", "a style from the network", "<style>@import url(http://127.0.0.1:1/a.css);</style>", says="error")
_drawn(
    "outer-fill",
    "a colour from the network",
    '<rect width="9" height="9" fill="url(http://127.0.0.1:1/a#b)"/>',
    says="error",
)
_drawn("script", "be run", "<script>while(1);</script>", says="error")
_drawn(
    "foreign-object",
    "be a web page",
    '<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/"/></foreignObject>',
    says="error",
)
_drawn("on-load", "be run when it is seen", '<rect width="9" height="9" onload="alert(1)"/>')
_drawn(
    "animation",
    "move for ever",
    '<rect width="9" height="9"><animate attributeName="x" values="'
    + "1;2;" * 20_000
    + '" dur="1ms" repeatCount="indefinite"/></rect>',
)
_drawn(
    "gigantic",
    "a picture as large as it can be said",
    '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9" viewBox="0 0 1e-9 1e-9"/>',
    whole=True,
)
_drawn(
    "no-size",
    "sizes that are none",
    '<svg xmlns="http://www.w3.org/2000/svg" width="NaN" height="-1" viewBox="0 0 0 0"><rect width="1e308" height="1e308" x="-1e308"/></svg>',
    whole=True,
)
_drawn(
    "far-away",
    "numbers at the ends of what there is",
    '<g transform="scale(1e30) translate(1e30) rotate(1e300) skewX(90) matrix(0 0 0 0 0 0)"><circle r="1e38" stroke="#000" stroke-width="1e38"/></g>',
)
_drawn(
    "gradients",
    "a hundred thousand colours",
    "<defs>"
    + "".join(f'<linearGradient id="g{n}" href="#g{n + 1}"/>' for n in range(9000))
    + '</defs><rect width="64" height="64" fill="url(#g0)"/>',
)
_drawn(
    "stops",
    "a gradient of a hundred thousand stops",
    '<linearGradient id="g">'
    + '<stop offset=".5"/>' * 19_000
    + '</linearGradient><rect width="64" height="64" fill="url(#g)"/>',
)
_drawn(
    "selectors",
    "rules that look at everything for everything",
    "<style>" + "g g g *{fill:red}" * 3000 + "</style>" + "<g>" * 40 + "<rect/>" * 5000 + "</g>" * 40,
)
_drawn("style-of-a-megabyte", "a style nobody reads to its end", "<style>" + "a{" * 200_000 + "</style>")
_drawn(
    "attributes",
    "an element with a hundred thousand attributes",
    "<rect " + " ".join(f'a{n}="b"' for n in range(50_000)) + "/>",
)
_drawn("namespaces", "as many languages", "".join(f'<g xmlns:n{n}="urn:{n}" n{n}:a="1"/>' for n in range(15_000)))
_drawn("deep", "deeper than the stack", "<g>" * 100_000 + "</g>" * 100_000)
_drawn("open", "no end", f"{_OPEN}" + "<g>" * 60_000, whole=True)
_drawn("comments", "a megabyte of what is not read", "<!--" + "-" * _MB + "-->")
_drawn("before-it", "a megabyte before the drawing", "<!-- a -->" * 90_000 + f"{_OPEN}</svg>", whole=True)
_drawn("filled-from-nowhere", "a colour that is looked for a thousand times", '<rect fill="url(' * 20_000)
_drawn("urls-without-end", "a style that opens and does not close", f'<rect style="fill:{"url(" * 100_000}"/>')


def _png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(
        b"IDAT", data) + chunk(b"IEND", b"")  # fmt: skip


def _data(content: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


_drawn(
    "picture-within-of-a-billion",
    "a picture that is larger inside",
    f'<image width="9" height="9" href="{_data(_png(31_000, 31_000, zlib.compress(bytes(9))))}"/>',
)
_drawn(
    "drawing-within-a-drawing",
    "a drawing in the clothes of data",
    f'<image width="9" height="9" href="{_data(_OPEN.encode() + b"</svg>", "svg+xml")}"/>',
)
_drawn(
    "pictures-within",
    "a hundred pictures, each of sixteen million pixels",
    lambda: (
        f'<image id="i" width="9" height="9" href="{_data(_png(4000, 4000, zlib.compress(bytes(3 * 16_000_000 + 4000))))}"/>'
        * 12
    ),
)
_drawn("gzip-bomb", "2 GB from 2 MB", lambda: gzip.compress(_OPEN.encode() + b" " * 400 * _MB, 1))
_drawn("gzip-of-gzip", "a bomb in a bomb", lambda: gzip.compress(gzip.compress(_OPEN.encode() + b" " * 50 * _MB)))
_drawn("utf7", "tags that are no tags", b"<?xml version='1.0' encoding='utf-7'?>+ADw-svg+AD4-")
_drawn("utf16-lone", "half of a character", (_OPEN + "\ud800</svg>").encode("utf-16", "surrogatepass"))
_drawn("nul", "end early", f"{_OPEN}<text>a\0b</text></svg>".encode())
_drawn("chance", "be no drawing at all", b"<svg " + bytes(range(256)) * 4000)
