"""Shorthands: CSS properties that stand for several others, and what each of these gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clipmill.domain.css.grids import is_name
from clipmill.domain.css.layers import read_background
from clipmill.domain.css.paints import is_length, read_line
from clipmill.domain.css.properties import CORNERS, LINES, NUMERALS, PROPERTIES, SIDES
from clipmill.domain.css.values import Length, four, split_words


def _each_side(pattern: str) -> Callable[[str], dict[str, str]]:
    def spread(text: str) -> dict[str, str]:
        return {pattern.format(side): value for side, value in zip(SIDES, four(split_words(text)), strict=True)}

    return spread


def _border(*sides: str) -> Callable[[str], dict[str, Any]]:
    def spread(text: str) -> dict[str, Any]:
        width, style, colour = read_line(text)
        found = {"width": width or Length(3.0), "style": style or "none", "color": colour}
        return {f"border-{side}-{part}": value for side in sides for part, value in found.items()}

    return spread


def _radius(text: str) -> dict[str, str]:
    across, _, down = text.partition("/")
    first = four(split_words(across))
    second = four(split_words(down)) if down.strip() else first
    # the four values go round the corners as they go round the sides
    return {f"border-{corner}-radius": f"{one} {other}"
            for corner, one, other in zip(CORNERS, first, second, strict=True)}  # fmt: skip


def _mask(text: str) -> dict[str, Any]:
    found = read_background(text, prefix="mask")
    return {name: value for name, value in found.items() if name in PROPERTIES}


def _outline(text: str) -> dict[str, Any]:
    width, style, colour = read_line(text.replace("auto", "solid"))
    return {"outline-width": width or Length(3.0), "outline-style": style or "none", "outline-color": colour}


def _variant(text: str) -> dict[str, str]:
    """`small-caps tabular-nums`."""
    numerals = [word for word in text.split() if word in NUMERALS]
    caps = [word for word in text.split() if word not in NUMERALS]
    return {"font-variant-caps": " ".join(caps) or "normal", "font-variant-numeric": " ".join(numerals) or "normal"}


def _font(text: str) -> dict[str, Any]:
    """`italic small-caps bold 20px/1.2 Poppins, sans-serif`."""
    found: dict[str, Any] = {"font-style": "normal", "font-variant-caps": "normal", "font-weight": "400",
                             "line-height": "normal"}  # fmt: skip
    words = split_words(text)
    for place, word in enumerate(words):
        if word in ("italic", "oblique"):
            found["font-style"] = word
        elif word == "small-caps":
            found["font-variant-caps"] = word
        elif word in ("bold", "bolder", "lighter") or (word.isdigit() and len(word) == 3):
            found["font-weight"] = word
        elif word != "normal":
            size, _, height = word.partition("/")
            found |= {"font-size": size, "font-family": " ".join(words[place + 1 :])}
            return found | ({"line-height": height} if height else {})
    raise ValueError(f'{text!r} is no font; write it as "bold 20px Manrope"')


def _decoration(text: str) -> dict[str, Any]:
    lines, found = [], {"text-decoration-color": "currentcolor", "text-decoration-thickness": "auto",
                        "text-decoration-style": "solid"}  # fmt: skip
    for word in split_words(text):
        if word in LINES or word == "none":
            lines.append(word)
        elif is_length(word) or word in ("auto", "from-font"):
            found["text-decoration-thickness"] = word
        elif word in ("solid", "double", "dotted", "dashed", "wavy"):
            found["text-decoration-style"] = word
        else:
            found["text-decoration-color"] = word
    return {"text-decoration-line": " ".join(lines) or "none", **found}


def _flex(text: str) -> dict[str, Any]:
    if text in ("none", "auto", "initial"):
        grow = "1" if text == "auto" else "0"
        return {"flex-grow": grow, "flex-shrink": "0" if text == "none" else "1", "flex-basis": "auto"}
    found: dict[str, Any] = {"flex-grow": "1", "flex-shrink": "1", "flex-basis": "0px"}
    numbers = [word for word in split_words(text) if word.replace(".", "", 1).isdigit()]
    basis = [word for word in split_words(text) if word not in numbers]
    found |= dict(zip(("flex-grow", "flex-shrink"), numbers, strict=False))
    return found | ({"flex-basis": basis[0]} if basis else {})


def _flow(text: str) -> dict[str, str]:
    return {"flex-wrap" if "wrap" in word else "flex-direction": word for word in text.split()}


def _gap(text: str) -> dict[str, str]:
    row, *column = split_words(text)
    return {"row-gap": row, "column-gap": column[0] if column else row}


def _grid_ends(way: str) -> Callable[[str], dict[str, str]]:
    """`2 / 4`, `span 2`, `main`: a name stands for both ends."""

    def spread(text: str) -> dict[str, str]:
        first, *last = (part.strip() for part in text.split("/"))
        second = last[0] if last else (first if is_name(first) else "auto")
        return {f"grid-{way}-start": first, f"grid-{way}-end": second}

    return spread


def _grid_area(text: str) -> dict[str, str]:
    """`main`, or row start / column start / row end / column end."""
    parts = [part.strip() for part in text.split("/")]
    row = parts[0]
    column = parts[1] if len(parts) > 1 else (row if is_name(row) else "auto")
    row_end = parts[2] if len(parts) > 2 else (row if is_name(row) else "auto")
    column_end = parts[3] if len(parts) > 3 else (column if is_name(column) else "auto")
    return {"grid-row-start": row, "grid-column-start": column, "grid-row-end": row_end, "grid-column-end": column_end}


def _grid_template(text: str) -> dict[str, str]:
    """`rows / columns`, with or without the names of areas before the rows."""
    if text == "none":
        return {"grid-template-rows": "none", "grid-template-columns": "none", "grid-template-areas": "none"}
    rows, _, columns = text.partition("/")
    words = split_words(rows)
    names = [word for word in words if word[0] in "'\""]
    if "auto-flow" in text or not columns.strip():
        raise ValueError("write grid-auto-flow, grid-template-rows and grid-template-columns apart")
    if not names:
        return {"grid-template-rows": rows, "grid-template-columns": columns, "grid-template-areas": "none"}
    sizes: list[str] = []
    for place, word in enumerate(words):
        if word in names:
            following = words[place + 1 : place + 2]
            sizes.append(following[0] if following and following[0] not in names else "auto")
    return {"grid-template-areas": " ".join(names), "grid-template-rows": " ".join(sizes),
            "grid-template-columns": columns}  # fmt: skip


def _list(text: str) -> dict[str, str]:
    return {f"list-style-{'position' if word in ('inside', 'outside') else 'type'}": word for word in text.split()}


def _stroke(prefers_behind: bool) -> Callable[[str], dict[str, Any]]:
    """`2px red`: an outline; our own `stroke` lies behind the letters."""

    def spread(text: str) -> dict[str, Any]:
        width, _, colour = read_line(text)
        found: dict[str, Any] = {"text-stroke-width": width or Length(1.0 if prefers_behind else 0.0),
                                 "text-stroke-color": colour}  # fmt: skip
        return found | ({"paint-order": "stroke"} if prefers_behind else {})

    return spread


def _placed(first: str, second: str) -> Callable[[str], dict[str, str]]:
    """`place-items: center` and its kin."""

    def spread(text: str) -> dict[str, str]:
        one, *other = text.split()
        return {first: one, second: other[0] if other else one}

    return spread


def _both(first: str, second: str) -> Callable[[str], dict[str, str]]:
    return lambda text: dict(zip((first, second), (split_words(text) * 2)[:2], strict=True))


def _renamed(name: str) -> Callable[[str], dict[str, str]]:
    return lambda text: {name: text}


#: Shorthand → what it sets: names with the text or the value each gets.
SHORTHANDS: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "margin": _each_side("margin-{}"),
    "padding": _each_side("padding-{}"),
    "border": _border(*SIDES),
    **{f"border-{side}": _border(side) for side in SIDES},
    "border-width": _each_side("border-{}-width"),
    "border-style": _each_side("border-{}-style"),
    "border-color": _each_side("border-{}-color"),
    "border-radius": _radius,
    "background": read_background,
    "mask": _mask,
    "outline": _outline,
    "float": lambda text: {"float-side": text},
    "font": _font,
    "font-variant": _variant,
    "text-decoration": _decoration,
    "flex": _flex,
    "flex-flow": _flow,
    "gap": _gap,
    "grid-gap": _gap,
    "list-style": _list,
    "text-stroke": _stroke(prefers_behind=False),
    "stroke": _stroke(prefers_behind=True),
    "stroke-width": lambda text: {"text-stroke-width": text, "paint-order": "stroke"},
    "stroke-color": lambda text: {"text-stroke-color": text},
    "word-wrap": lambda text: {"overflow-wrap": text},
    "overflow-x": lambda text: {"overflow": text},
    "overflow-y": lambda text: {"overflow": text},
    "place-content": _placed("align-content", "justify-content"),
    "place-items": _placed("align-items", "justify-items"),
    "place-self": _placed("align-self", "justify-self"),
    "inset": _each_side("{}"),
    "grid-column": _grid_ends("column"),
    "grid-row": _grid_ends("row"),
    "grid-area": _grid_area,
    "grid-template": _grid_template,
    "grid": _grid_template,
    "grid-row-gap": _renamed("row-gap"),
    "grid-column-gap": _renamed("column-gap"),
    **{f"{name}-{way}": _both(*(f"{before}{side}" for side in sides))
       for name, before in (("margin", "margin-"), ("padding", "padding-"), ("inset", ""))
       for way, sides in (("inline", ("left", "right")), ("block", ("top", "bottom")))},
    **{f"{name}-{way}-{end}": _renamed(f"{before}{side}")
       for name, before in (("margin", "margin-"), ("padding", "padding-"), ("inset", ""))
       for way, end, side in (("inline", "start", "left"), ("inline", "end", "right"),
                              ("block", "start", "top"), ("block", "end", "bottom"))},
}  # fmt: skip
