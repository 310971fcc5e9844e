"""A book of texts: which texts of a project do not fit their boxes, known before anything is rendered.

Most are proven to fit by how wide their letters are at most; the rest are laid out in a worker process, each once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from clipmill.domain.css.declarations import Declared
from clipmill.domain.css.look import Look
from clipmill.domain.timeline.elements.style import TextStyle
from clipmill.domain.timeline.elements.visual import TextVisual
from clipmill.domain.timeline.presets import Position
from clipmill.domain.timeline.project import Project
from clipmill.errors import ClipmillError, OverTime, RoomError
from clipmill.media.draw.writing import composed
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.fonts.widths import LetterWidths
from clipmill.media.workers.crew import asker
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.ports import Crew
from clipmill.settings import Settings

_MEASURE = "clipmill.engines.render.texts.measuring:measure"
#: Answers that are kept; a batch says much over and over.
_KEPT = 20_000
#: Ink may hang so far out of its lines, in sizes: accents above the first, tails below the last.
_HANGING = 0.8
#: What a look must have as it begins with for its lines to be counted here.
_UNUSUAL = ("width", "height", "min_width", "min_height", "max_width", "max_height", "text_indent", "word_spacing",
            "font_variant_caps", "overflow", "line_clamp", "word_break", "text_overflow")  # fmt: skip
_USUAL = {name: getattr(Look(), name) for name in _UNUSUAL}


class TextBook:
    """What is known of texts; for one thread."""

    def __init__(self, settings: Settings, fonts: FontLibrary, crew: Crew) -> None:
        self._worker = asker(crew, Sandbox.making(settings), settings.worker_jobs)
        self._widths = LetterWidths(fonts)
        self._known: dict[bytes, Mapping[str, str]] = {}

    def cut(self, project: Project, arguments: Callable[[], Mapping[str, Any]]) -> Iterator[str]:
        """A sentence for each text that will be cut.

        Raises RoomError for one that does not fit at all, OverTime for one whose lines took too long to set.

        `arguments` gives `body`, `assets`, `fonts` and `limits` as a worker takes them.
        """
        asked = {path: _key(visual, path, project.canvas) for path, visual in self._doubtful(project)}
        new = [path for path, key in asked.items() if key not in self._known]
        if new:
            if len(self._known) + len(new) > _KEPT:
                self._known.clear()
                new = list(asked)
            self._known.update((asked[path], answer) for path, answer in self._measured(new, arguments))
        for path, key in asked.items():
            found = self._known.get(key, {})
            if "spent" in found:
                raise OverTime(found["spent"], what=path)
            if "refused" in found:
                raise RoomError(found["refused"].removeprefix(f"{path}: "), hint=found["hint"], path=path,
                                text=found["text"])  # fmt: skip
            if found.get("cut"):
                yield found["cut"]

    def _measured(
        self, paths: Sequence[str], arguments: Callable[[], Mapping[str, Any]]
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        """The answers. A process that cannot be had, or dies of a text, is told when that text is rendered."""
        try:
            yield from zip(paths, self._worker.ask(_MEASURE, {**arguments(), "paths": paths}), strict=True)
        except OverTime as error:
            if error.what in paths:
                yield error.what, {"spent": str(error)}
        except (ClipmillError, TimeoutError):
            pass

    def close(self) -> None:
        """End the process that lays texts out, where it is its own."""
        if isinstance(self._worker, SoloWorker):
            self._worker.close()

    def _doubtful(self, project: Project) -> Iterator[tuple[str, TextVisual]]:
        """The texts that have a box or a limit, and are not proven to stay within it."""
        for path, visual in project.every_visual():
            if isinstance(visual, TextVisual) and _is_held(visual) and not self._fits(visual, project.canvas):
                yield path, visual

    def _fits(self, visual: TextVisual, canvas: tuple[int, int]) -> bool:
        """Whether a text is sure to fit: whether so many lines as it can take at most do, at its smallest size."""
        style = visual.style
        look = None if visual.html else _smallest(style.declared, style.min_font_size)
        free = canvas[0] - visual.x if visual.position is Position.CUSTOM and not visual.anchor else 0
        width = visual.width or free
        if look is None or width <= 0:
            return False
        around = 0.0 if visual.width else _around(look, sides=(1, 3))
        lines = self._lines(composed(visual.text), look, width - around)
        if lines is None or lines > (style.max_lines or lines):
            return False
        spare = _HANGING * look.font_size if style.min_font_size is not None else 0.0
        return visual.height is None or lines * (look.line_pixels or look.font_size) + spare <= visual.height

    def _lines(self, text: str, look: Look, width: float) -> int | None:
        """How many lines a text takes at most; None where that cannot be told."""
        spacing, lines = max(0.0, look.pixels(look.letter_spacing)), 0
        shown = text.upper() if look.text_transform != "none" else text

        def wide(part: str) -> float | None:
            found = self._widths.line(part, look.font_family, look.font_weight)
            return None if found is None else found * look.font_size + spacing * len(part)

        blank = wide(" ")
        for paragraph in shown.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n"):
            lines, filled = lines + 1, 0.0
            for word in paragraph.split(" "):
                one = wide(word)
                if one is None or blank is None or one > width:
                    return None
                if filled and filled + one > width:
                    lines, filled = lines + 1, 0.0
                filled += one + blank
        return lines


def _is_held(visual: TextVisual) -> bool:
    """Whether a text may be cut, or refused: it has a height, limits, or hides what leaves a box."""
    style = visual.style
    if style.min_font_size is not None or style.max_lines is not None:
        return True
    css = visual.custom_code.css if visual.custom_code else ""
    if any("overflow" in text or "clamp" in text for text in (visual.html, css)):
        return True
    if "overflow" in style.names:
        return style.look(html=bool(visual.html)).overflow == "hidden"
    return visual.height is not None or not style.names.isdisjoint(("height", "max-height"))


@lru_cache(maxsize=512)
def _smallest(declared: Declared, smallest: float | None) -> Look | None:
    """The look of a text at the smallest size it may take; None where its lines are not counted here."""
    style = TextStyle.model_construct(declared=declared)
    look = style.look()
    if smallest is not None and smallest < look.font_size:
        look = style.look(shrink=smallest / look.font_size)
    plain = all(getattr(look, name) == value for name, value in _USUAL.items())
    return look if plain and look.display == "block" and look.white_space == "pre-wrap" else None


def _around(look: Look, sides: tuple[int, int]) -> float:
    """Padding and border on two sides, pixels; more rather than less."""
    padding, border = look.sides("padding_{}"), look.sides("border_{}_width")
    return sum(look.pixels(padding[side], 4096.0) + look.pixels(border[side]) for side in sides)


def _key(visual: TextVisual, path: str, canvas: tuple[int, int]) -> bytes:
    """Everything the answer depends on; where it stands matters to a text without a width, and is told."""
    css = visual.custom_code.css if visual.custom_code else ""
    style = visual.style
    place = (visual.x, visual.y, visual.width, visual.height, visual.position, visual.anchor, visual.resize, canvas)
    whole = (path, visual.text, visual.html, css, style.declared, style.min_font_size, style.max_lines, place)
    return hashlib.sha256(repr(whole).encode()).digest()
