"""What browsers make of tags before any style says otherwise (HTML Living Standard, 15.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.css.declarations import read_declarations, split_declarations

_BLOCK = "display: block"
_HEADING = "display: block; font-weight: bold; font-size: {size}em; margin: {margin}em 0"
_LIST = "display: block; margin: 1em 0; padding-left: 40px; list-style-type: {kind}"

_TEXTS: Mapping[str, str] = {
    "address": "display: block; font-style: italic",
    "b": "font-weight: bolder",
    "blockquote": "display: block; margin: 1em 40px",
    "button": "display: inline-block; box-sizing: border-box; padding: 1px 6px; border: 2px solid #767676; "
    "font: 400 13.3333px Arial; background: #efefef; color: #000000; text-align: center; letter-spacing: normal; "
    "line-height: normal; text-transform: none; text-indent: 0; text-shadow: none",
    "caption": "display: table-caption; text-align: center",
    "center": "display: block; text-align: center",
    "big": "font-size: larger",
    "code": "font-family: monospace",
    "col": "display: table-column",
    "colgroup": "display: table-column",
    "dd": "display: block; margin-left: 40px",
    "div": _BLOCK,
    "dl": "display: block; margin: 1em 0",
    "dt": _BLOCK,
    "em": "font-style: italic",
    "figure": "display: block; margin: 1em 40px",
    "h1": _HEADING.format(size=2, margin=0.67),
    "h2": _HEADING.format(size=1.5, margin=0.83),
    "h3": _HEADING.format(size=1.17, margin=1),
    "h4": _HEADING.format(size=1, margin=1.33),
    "h5": _HEADING.format(size=0.83, margin=1.67),
    "h6": _HEADING.format(size=0.67, margin=2.33),
    "hr": "display: block; margin: 0.5em auto; border: 1px solid; border-color: #9a9a9a #eeeeee #eeeeee #9a9a9a; "
    "color: #808080; overflow: hidden",
    "i": "font-style: italic",
    "li": "display: list-item",
    "mark": "background: #ffff00; color: #000000",
    "ol": _LIST.format(kind="decimal"),
    "p": "display: block; margin: 1em 0",
    "pre": "display: block; margin: 1em 0; white-space: pre; font-family: monospace",
    "s": "text-decoration: line-through",
    "small": "font-size: smaller",
    "strong": "font-weight: bolder",
    "sub": "vertical-align: sub; font-size: smaller",
    "sup": "vertical-align: super; font-size: smaller",
    "table": "display: table; border-spacing: 2px; box-sizing: border-box; text-indent: 0",
    "tbody": "display: table-row-group; vertical-align: middle",
    "td": "display: table-cell; padding: 1px; vertical-align: middle",
    "tfoot": "display: table-row-group; vertical-align: middle",
    "th": "display: table-cell; padding: 1px; vertical-align: middle; font-weight: bold; text-align: center",
    "thead": "display: table-row-group; vertical-align: middle",
    "tr": "display: table-row; vertical-align: middle",
    "u": "text-decoration: underline",
    "ul": _LIST.format(kind="disc"),
}

#: Tag → the properties it has by itself.
DEFAULTS: Mapping[str, tuple[tuple[str, Any], ...]] = {
    tag: read_declarations(split_declarations(text)).values for tag, text in _TEXTS.items()
}
#: What an <a> with an address looks like.
LINK = read_declarations(split_declarations("color: #0000ee; text-decoration: underline")).values
#: A list inside a list has no room of its own above and below.
INNER_LIST = read_declarations([("margin", "0")]).values
#: Signs of a <ul> inside one list, and inside more.
INNER_SIGNS = ("circle", "square")
