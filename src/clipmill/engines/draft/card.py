"""The card over a picture: the prompt as its title, a shade that keeps it legible, and an honest label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clipmill.domain.timeline.layout import Size
from clipmill.engines.draft.title import Room, Title, title_of

#: What lies under letters: so dark that white ones keep 4.5 : 1 over a white picture, and more.
INK, _OPACITY, _BOTTOM, _BOX_OPACITY = "#0A0C12", 0.66, 0.8, 0.74
#: How the shade above a title grows: (share of its height, share of its opacity).
_EASED = ((0.0, 0.0), (0.3, 0.12), (0.55, 0.42), (0.8, 0.82), (1.0, 1.0))
_FONT, _PAPER, _DOT = "Manrope", "#FFFFFF", "#FFD166"
#: Around everything, as a share of the short side.
_MARGIN = 0.06
#: The part of a wide picture that titles take, and of one that is compared with its reference.
_COLUMN, _CHIP_COLUMN = 0.78, 0.7
#: When letters and their shade come in, how long that takes, and how long all stands still at the end, seconds.
_LETTERS_AT, _SHADE_AT, _ENTERS, REST = 0.35, 0.25, 0.55, 0.5

Visual = dict[str, Any]


@dataclass(frozen=True)
class TitleCard:
    """What is written on one clip or still."""

    size: Size
    #: The prompt without what no font has.
    words: str
    label: str
    #: Of a still 0.
    seconds: float
    #: The colour of the shade.
    ink: str = INK
    #: Whether as little of the picture is covered as can be: a still is compared with its reference as it is.
    is_modest: bool = False

    @cached_property
    def title(self) -> Title | None:
        """The title, None where nothing of the prompt can be shown."""
        width, height = self.size.width, self.size.height
        largest = min(0.092 * height, 0.098 * width)
        if self.is_modest:
            return title_of(self.words, Room(self._column, 0.15 * height, 0.55 * largest, 34.0))
        return title_of(self.words, Room(self._column, 0.36 * height, largest, 78.0))

    @property
    def visuals(self) -> Iterator[Visual]:
        """Shade, title and label, bottom first."""
        if self.title is not None and self.is_modest:
            yield self._chip(self.title)
        elif self.title is not None:
            yield self._shade(self.title)
            yield self._letters(self.title)
        yield from self._labelled()

    @property
    def _margin(self) -> int:
        return round(_MARGIN * min(self.size.width, self.size.height))

    @property
    def _column(self) -> float:
        """How wide lines may be, pixels."""
        share = _CHIP_COLUMN if self.is_modest else _COLUMN if self.size.width > 1.2 * self.size.height else 1.0
        return (self.size.width - 2 * self._margin) * share

    def _letters(self, title: Title) -> Visual:
        margin, high = self._margin, title.height
        x = self.size.width - margin - self._column if title.is_rtl else margin
        rises = {"effect": "slideup", "distance": margin // 2, "fade": True, "easing": "ease-out"}
        return {
            "type": "TEXT", "text": title.text, "x": x, "y": self.size.height - margin - high, "width": self._column,
            "height": high, "style": {**_style(title), "verticalAlign": "bottom"}, **self._enters(_LETTERS_AT, rises),
        }  # fmt: skip

    def _shade(self, title: Title) -> Visual:
        """It is full where the title begins, and ends softly above it."""
        width, height = self.size.width, self.size.height
        top = height - self._margin - title.height
        begin = max(0.0, top - 0.2 * height)
        full = (top - begin) / (height - begin)
        stops = [(at * full, _OPACITY * share) for at, share in _EASED] + [(1.0, _BOTTOM)]
        told = "".join(f'<stop offset="{at:.4f}" stop-color="{self.ink}" stop-opacity="{opacity:.3f}"/>'
                       for at, opacity in stops)  # fmt: skip
        line = f'gradientUnits="userSpaceOnUse" x1="0" y1="{begin:.1f}" x2="0" y2="{height:g}"'
        filled = f'width="{width:g}" height="{height - begin:.1f}" fill="url(#shade)"'
        inside = f'<linearGradient id="shade" {line}>{told}</linearGradient><rect y="{begin:.1f}" {filled}/>'
        fades = {"effect": "fade", "easing": "ease-out"}
        return {"type": "SVG", "svg": _drawing(width, height, inside), "x": 0, "y": 0, "width": width,
                "height": height, **self._enters(_SHADE_AT, fades)}  # fmt: skip

    def _chip(self, title: Title) -> Visual:
        """A title that darkens no more of the picture than it takes."""
        margin, inside = self._margin, round(0.7 * title.size)
        sized = {} if title.lines == 1 else {"width": self._column}
        style = {"backgroundColor": _see_through(INK, _BOX_OPACITY), "padding": f"{inside}px {round(inside * 1.3)}px",
                 "borderRadius": round(0.55 * title.size), "maxLines": title.lines + 1}  # fmt: skip
        return {
            "type": "TEXT", "text": title.text, "anchor": "bottom-right" if title.is_rtl else "bottom-left", **sized,
            "x": self.size.width - margin if title.is_rtl else margin, "y": self.size.height - margin,
            "style": {**_style(title), **style},
        }  # fmt: skip

    def _enters(self, begin: float, animation: Visual) -> Visual:
        """After the first frame, which is the picture's alone; in the last half second all is in."""
        if not self.seconds:
            return {}
        begin = min(begin, 0.15 * self.seconds)
        end = min(begin + _ENTERS, self.seconds - REST)
        return {"enterBegin": round(begin, 3), "enterEnd": round(end, 3), "enterAnimation": animation}

    def _labelled(self) -> Iterator[Visual]:
        """What it is, and what it stands in for: there from the first frame to the last."""
        size, margin = max(11.0, round(0.0235 * min(self.size.width, self.size.height), 1)), self._margin
        inside, left, right = round(size * 0.55), round(size * 1.65), round(size * 0.95)
        middle, dot = inside + 0.6 * size, round(size * 0.6)
        yield {
            "type": "TEXT", "text": self.label, "x": margin, "y": margin,
            "style": {"fontFamily": _FONT, "fontSize": size, "fontWeight": 600, "lineHeight": 1.2, "color": _PAPER,
                      "backgroundColor": _see_through(INK, _BOX_OPACITY), "borderRadius": round(middle),
                      "padding": f"{inside}px {right}px {inside}px {left}px"},
        }  # fmt: skip
        drawing = _drawing(2, 2, f'<circle cx="1" cy="1" r="1" fill="{_DOT}"/>')
        yield {"type": "SVG", "svg": drawing, "x": margin + round(left * 0.62 - dot / 2),
               "y": margin + round(middle - dot / 2), "width": dot, "height": dot}  # fmt: skip


def _style(title: Title) -> Visual:
    """How the letters of a title look."""
    return {"fontFamily": _FONT, "fontSize": title.size, "minFontSize": title.least, "fontWeight": 700,
            "lineHeight": title.leading, "letterSpacing": "-0.02em", "color": _PAPER, "textAlign": "start"}  # fmt: skip


def _drawing(width: float, height: float, inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">{inside}</svg>'


def _see_through(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
