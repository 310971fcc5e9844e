"""Declarations that are not drawn: what their author is told, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache

from clipmill.domain.css.declarations import plain_name
from clipmill.domain.css.properties import PROPERTIES
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Keywords

_STILL = "a text stands still by itself; use enterAnimation and exitAnimation of its element"
_STORED = "only stored files (a path or an address in quotes) and data:image/png or jpeg are"
_PLACED = "use display: flex or grid"
#: Properties of CSS that are not drawn → what to use instead; nothing where nothing comes near.
_INSTEAD: Mapping[str, str] = {
    **dict.fromkeys(("animation", "animation-name", "animation-duration", "animation-delay", "animation-direction",
                     "animation-fill-mode", "animation-iteration-count", "animation-timing-function", "transition",
                     "transition-property", "transition-duration", "transition-delay"), _STILL),
    **dict.fromkeys(("columns", "column-count"), _PLACED),
    "margin": "place the element with x and y",
    **dict.fromkeys(("backdrop-filter", "mix-blend-mode"), "nothing of the html lies behind the whole; use it inside"),
    **dict.fromkeys(("background", "background-image", "mask", "mask-image"), ""),
    "background-attachment": "", "background-blend-mode": "", "text-align-last": "",
    "mask-composite": "", "font-stretch": "", "writing-mode": "", "zoom": "", "list-style-image": "",
    "border-image": "", "perspective": "", "tab-size": "",
}  # fmt: skip
#: How like a name must be to one that is known, to be taken for a slip.
_NEAR = 0.8
#: No name that is known has more letters.
_LONGEST = 40
#: No more of what may be written is shown.
_SHOWN = 8


def undrawn(what: str, *, own: tuple[str, ...] = (), camel: bool = False) -> str:
    """The sentence on `name` or `name: value`, as listed in `Declared.unsupported`.

    `own` are further names that are known where it stands; with `camel` names are shown in camelCase.
    """
    name = plain_name(what.partition(":")[0])
    if "url(" in what.lower():
        return f"{what} is not drawn; {_STORED}"
    meant = _meant(name, own, camel=camel) if len(name) <= _LONGEST else ""
    more = _values(name) if ":" in what else _INSTEAD.get(name) or meant
    return f"{what} is not drawn" + (f"; {more}" if more else "")


def _values(name: str) -> str:
    """Which values a property takes, where these are words."""
    read = PROPERTIES[name].read if name in PROPERTIES else None
    if not isinstance(read, Keywords):
        return ""
    words = list(read.known)
    return f"use {', '.join(words[:_SHOWN])}{' …' if len(words) > _SHOWN else ''}"


@lru_cache(maxsize=1_000)
def _meant(name: str, own: tuple[str, ...], *, camel: bool) -> str:
    """The name that was meant, as far as that can be guessed."""
    if name in _INSTEAD:
        return ""
    bare = name.replace("-", "")
    # What is alike beyond `_NEAR` has nearly as many letters: others need not be compared.
    lengths = range(int(len(bare) * _NEAR / (2 - _NEAR)), int(len(bare) * (2 - _NEAR) / _NEAR) + 1)
    known = {each: full for each, full in _known(own).items() if len(each) in lengths}
    close = difflib.get_close_matches(bare, known, n=1, cutoff=_NEAR)
    if not close:
        return ""
    first, *rest = known[close[0]].split("-")
    shown = first + "".join(part.capitalize() for part in rest) if camel else known[close[0]]
    return f"did you mean {shown}?"


@lru_cache(maxsize=64)
def _known(own: tuple[str, ...]) -> dict[str, str]:
    """Every name without its hyphens → with them."""
    return {each.replace("-", ""): each for each in (*PROPERTIES, *SHORTHANDS, *map(plain_name, own))}
