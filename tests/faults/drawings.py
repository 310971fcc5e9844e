"""Drawings that cost more than they show, and honest ones that are large: builders, the same in every run."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
from collections.abc import Callable

_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(body: str, width: int = 1000, height: int = 1000) -> str:
    """A drawing of this size with this in it."""
    return f'<svg {_NAMESPACE} width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'


def nested(kind: str, levels: int = 20) -> str:
    """Masks, clip paths, patterns, markers or filters, each of which uses the one before twice."""
    makers: dict[str, Callable[[int, str], str]] = {
        "mask": lambda n, use: f'<mask id="n{n}"><rect width="1000" height="1000" fill="#fff" {use}/>'
                               f'<circle r="400" fill="#ccc" {use}/></mask>',
        "clipPath": lambda n, use: f'<clipPath id="n{n}" {use}><rect width="900" height="900" {use}/>'
                                   f'<circle r="400" {use}/></clipPath>',
        "pattern": lambda n, use: f'<pattern id="n{n}" width=".5" height=".5"><rect width="500" height="500" {use}/>'
                                  f'<circle r="400" {use}/></pattern>',
        "use": lambda n, use: f'<g id="n{n}">' + 2 * (use or '<circle r="9"/>') + "</g>",
        "marker": lambda n, use: f'<marker id="n{n}" markerWidth="9" markerHeight="9"><path d="M0 0L3 3L6 0L9 9" {use}'
                                 '/></marker>',
    }  # fmt: skip
    names = {"mask": "mask", "clipPath": "clip-path", "pattern": "fill"}

    def using(n: int) -> str:
        if n < 0:
            return ""
        if kind == "use":
            return f'<use xlink:href="#n{n}" x="1"/>'
        if kind == "marker":
            return " ".join(f'marker-{place}="url(#n{n})"' for place in ("start", "mid", "end"))
        return f'{names[kind]}="url(#n{n})"'

    parts = "".join(makers[kind](n, using(n - 1)) for n in range(levels))
    last = using(levels - 1)
    shown = last if kind == "use" else f'<path d="M0 0H900V900H0Z" {last}/>'
    return svg(f"<defs>{parts}</defs>{shown}")


def filtered(*steps: str, times: int = 1, region: str = "") -> str:
    """A rectangle with these filter steps, drawn so often."""
    return svg(f'<filter id="f" {region}>{"".join(steps)}</filter>'
               + '<rect width="1000" height="1000" fill="#38f" filter="url(#f)"/>' * times)  # fmt: skip


def dashed(stroke: str = "1000000", pattern: str = ".001 .001", width: str = "1") -> str:
    """One long line in tiny dashes."""
    return svg(f'<path d="M0 500H{stroke}" stroke="#000" stroke-width="{width}" stroke-dasharray="{pattern}"/>')


def zigzag(points: int, stroke: str = 'fill="none" stroke="#124"') -> str:
    """A path of so many points all over the drawing."""
    lies = " ".join(f"{n * 7919 % 1000} {n * 104729 % 1000}" for n in range(points))
    return svg(f'<path d="M{lies}" {stroke}/>')


def coast(points: int, copies: int = 1) -> str:
    """An outline of so many points, as maps have it."""

    def at(n: int) -> str:
        turn = 2 * math.pi * n / points
        far = 400 + 30 * math.sin(40 * turn) + 10 * math.sin(211 * turn)
        return f"{500 + far * math.cos(turn):.1f} {500 + far * math.sin(turn):.1f}"

    path = f'<path d="M{" ".join(map(at, range(points)))}Z" fill="#ded" stroke="#575" stroke-width="1.5"/>'
    return svg(path * copies)


def png(width: int, height: int) -> str:
    """A white PNG of this size as an address."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height, 9)
    whole = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
             + chunk(b"IDAT", rows) + chunk(b"IEND", b""))  # fmt: skip
    return f"data:image/png;base64,{b64encode(whole).decode()}"


def _gradients(count: int, stops: int) -> str:
    ramp = "".join(f'<stop offset="{n / stops:.4f}" stop-color="#{n % 10}08"/>' for n in range(stops))
    return svg("".join(f'<radialGradient id="g{n}">{ramp}</radialGradient>'
                       f'<rect width="1000" height="1000" fill="url(#g{n})" opacity=".5"/>'
                       for n in range(count)))  # fmt: skip


_BLUR = '<feGaussianBlur stdDeviation="{}"/>'
_NOISE = '<feTurbulence baseFrequency=".9" numOctaves="8"/>'
_THICK = '<feMorphology operator="dilate" radius="{}"/>'
_MATRIX = '<feConvolveMatrix order="15" kernelMatrix="' + "1 " * 225 + '"/>'
_LIGHT = ('<feSpecularLighting surfaceScale="5" specularExponent="20" kernelUnitLength=".1">'
          '<fePointLight x="50" y="50" z="200"/></feSpecularLighting>')  # fmt: skip
_GROUP = '<g opacity=".9">'
_WIDE = 'x="-500%" y="-500%" width="1100%" height="1100%"'

#: Name → what makes it: drawings that are small to write and dear to draw, or wrong in a way that could be.
HOSTILE: dict[str, Callable[[], str]] = {
    "masks": lambda: nested("mask"),
    "masks, few": lambda: nested("mask", 11),
    "clip paths": lambda: nested("clipPath"),
    "patterns": lambda: nested("pattern"),
    "uses": lambda: nested("use"),
    "markers": lambda: nested("marker", 16),
    "marker on each point": lambda: svg('<marker id="m"><path d="M0 0L9 9" stroke="#000"/></marker><path marker-mid='
                                        f'"url(#m)" d="M{" 1 2 3 4" * 60_000}"/>'),
    "tiny dashes": dashed,
    "tiny dashes in style": lambda: svg('<style>path{stroke:#000;stroke-dasharray:.0001}</style>'
                                        '<path d="M0 500H1000000"/>'),
    "tiny dashes by length": lambda: svg('<path d="M0 500H1000" pathLength="1e9" stroke="#000" '
                                         'stroke-dasharray="1 1"/>'),
    "dashes on curves": lambda: svg('<circle r="9e6" cx="9e6" stroke="#000" stroke-width="3" stroke-dasharray=".01" '
                                    'stroke-linecap="round"/>'),
    "a megabyte of text": lambda: svg(f'<text y="50">{"Wörter und mehr " * 65_000}</text>'),
    "letters turned": lambda: svg(f'<text y="50" rotate="{"7 " * 15_000}">{"x" * 15_000}</text>'),
    "text on a path": lambda: svg('<path id="p" d="M0 500H1000"/><text><textPath href="#p" startOffset="1">'
                                  + "x" * 19_000 + "</textPath></text>"),
    "a megabyte of path": lambda: zigzag(130_000),
    "crossing lines filled": lambda: zigzag(30_000, 'fill="#124" fill-rule="evenodd"'),
    "wide round strokes": lambda: zigzag(60_000, 'fill="none" stroke="#124" stroke-width="90" '
                                                 'stroke-linejoin="round" stroke-linecap="round"'),
    "blurs": lambda: filtered(_BLUR.format(200) * 60, region=_WIDE),
    "blurs on many": lambda: filtered(_BLUR.format(150) * 20, times=400),
    "noise": lambda: filtered(_NOISE * 4, times=200),
    "thick": lambda: filtered(_THICK.format(100) * 60),
    "kernels": lambda: filtered(_MATRIX * 60),
    "light": lambda: filtered(_LIGHT * 60, times=100),
    "tiles": lambda: filtered('<feFlood width="1" height="1" flood-color="#f00"/><feTile/>' * 30, times=200),
    "scattered": lambda: filtered((_NOISE + '<feDisplacementMap in2="SourceGraphic" scale="100"/>') * 4, times=100),
    "filters in style": lambda: svg('<style>rect{filter:' + "blur(190px) " * 50 + "}</style>"
                                    + '<rect width="1000" height="1000"/>' * 300),
    "groups in groups": lambda: svg(_GROUP * 60 + '<rect width="9" height="9"/>' + "</g>" * 60),
    "many groups": lambda: svg((_GROUP + '<rect width="1000" height="1000"/></g>') * 6_000),
    "blended groups": lambda: svg('<g style="isolation:isolate;mix-blend-mode:difference">'
                                  '<rect width="1000" height="1000"/></g>' * 6_000),
    "many large rectangles": lambda: svg('<rect width="1000" height="1000" fill="#f00" opacity=".5"/>' * 19_000),
    "gradients": lambda: _gradients(1_000, 15),
    "stops": lambda: _gradients(3, 6_000),
    "a tile of one pixel": lambda: svg('<pattern id="p" width=".01" height=".01" patternUnits="userSpaceOnUse">'
                                       '<circle r="1"/></pattern>'
                                       + '<rect width="1000" height="1000" fill="url(#p)"/>' * 100),
    "pattern of a vast tile": lambda: svg('<pattern id="p" width="1e6" height="1e6" patternUnits="userSpaceOnUse">'
                                          '<circle r="9e5"/></pattern>'
                                          + '<rect width="1000" height="1000" fill="url(#p)"/>' * 500),
    "pictures": lambda: svg(f'<image id="i" width="1000" height="1000" href="{png(4000, 4000)}"/>'
                            + '<use href="#i"/>' * 3_000),
    "picture in a filter": lambda: filtered(f'<feImage href="{png(4000, 4000)}"/>' * 30, times=50),
    "vast canvas": lambda: svg('<rect width="100%" height="100%"/>', 10**9, 10**9),
    "vast numbers": lambda: svg('<circle cx="1e38" cy="-1e38" r="3e38" stroke="#000" stroke-width="1e38"/>'),
    "uses of themselves": lambda: svg('<g id="a"><use href="#b"/><use href="#b"/></g><g id="b"><use href="#a"/>'
                                      '<use href="#a"/></g>'),
    "many rules": lambda: svg("<style>" + "".join(f"g g g>rect.a{n}~rect{{fill:#00{n % 10}}}" for n in range(15_000))
                              + "</style><g><g><g>" + '<rect class="b" width="9" height="9"/>' * 3_000
                              + "</g></g></g>"),
}  # fmt: skip

#: Large drawings that people make.
HONEST: dict[str, Callable[[], str]] = {
    "a map": lambda: coast(100_000),
    "a map of 2 MB": lambda: coast(17_000, copies=10),
    "icons": lambda: svg("".join(
        f'<g transform="translate({n % 40 * 25} {n // 40 * 25}) scale(.9)"><path d="M12 2C6 2 2 6 2 12s4 10 10 10 10-4 '
        f'10-10S18 2 12 2zm1 15h-2v-6h2zm0-8h-2V7h2z" fill="#{n % 10}a8"/><circle cx="12" cy="12" r="11" fill="none" '
        'stroke="#333"/></g>' for n in range(1_600))),
    "a card with shadows": lambda: svg('<filter id="s"><feDropShadow dx="4" dy="6" stdDeviation="12"/></filter>'
                                       + "".join(f'<rect x="{n % 4 * 240 + 20}" y="{n // 4 * 240 + 20}" width="200" '
                                                 'height="200" rx="20" fill="#fff" filter="url(#s)"/>'
                                                 for n in range(16))),
    "masked photograph": lambda: svg('<mask id="m"><circle cx="500" cy="500" r="400" fill="#fff"/></mask>'
                                     f'<image width="1000" height="1000" mask="url(#m)" href="{png(2000, 2000)}"/>'),
    "a chart": lambda: svg("".join(f'<path d="M0 {n * 10}H1000" stroke="#ccc" stroke-dasharray="4 4"/>'
                                   for n in range(100))
                           + "".join(f'<text x="5" y="{n * 20}" font-size="12">Wert {n}</text>' for n in range(50))),
    "a background of blur": lambda: filtered(_BLUR.format(80), region='x="-20%" y="-20%" width="140%" height="140%"'),
    "paper": lambda: filtered('<feTurbulence baseFrequency=".04" numOctaves="5"/>', '<feColorMatrix type="saturate" '
                              'values="0"/>'),
    "gradients of a logo": lambda: _gradients(40, 6),
    "a pattern of dots": lambda: svg('<pattern id="p" width="20" height="20" patternUnits="userSpaceOnUse"><circle '
                                     'cx="10" cy="10" r="4"/></pattern><rect width="1000" height="1000" '
                                     'fill="url(#p)"/>'),
    "layers of an editor": lambda: svg('<g opacity=".9" style="isolation:isolate">' * 8
                                       + '<rect width="900" height="900"/>' + "</g>" * 8),
    "arrows": lambda: svg('<marker id="a" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6Z"/>'
                          "</marker>" + "".join(f'<path d="M{n} 0V{n}" stroke="#000" marker-end="url(#a)"/>'
                                                for n in range(0, 1000, 5))),
    "a page of text": lambda: svg("".join(f'<text x="20" y="{n * 14}" font-size="12">{"Zeile aus Wörtern " * 6}</text>'
                                          for n in range(70))),
}  # fmt: skip
