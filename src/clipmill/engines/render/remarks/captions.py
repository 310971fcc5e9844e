"""Remarks on a subtitle: captions that are never seen, words outside their caption, letters that nobody can read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from clipmill.domain.timeline.colour import Colour
from clipmill.domain.timeline.elements.subtitle import Caption, Subtitle
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.remarks.brief import Brief

#: Times that differ by no more than this (seconds) are taken for the same.
_SAME = 0.05
#: Letters and ground whose contrast is less cannot be told apart well (WCAG 2.2, 1.4.3, large text).
_LEAST_CONTRAST = 3.0
#: So much of a caption is quoted.
_QUOTED = 30


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for every kind of thing that is not as it was meant."""
    subtitle, seconds = brief.project.subtitle, 1.0 if brief.project.is_image else float(brief.times.seconds)
    if subtitle is None:
        return
    late = [number for number, caption in enumerate(subtitle.captions) if caption.start >= seconds]
    yield from _told(
        subtitle, late, f"begins after the end of the video, which is {seconds:.4g} s long; it is never seen"
    )
    strays = [number for number, caption in enumerate(subtitle.captions) if _has_stray_words(caption)]
    yield from _told(subtitle, strays, "has words timed outside it; they are said within its start and end")
    yield from _told(
        subtitle, _hidden(subtitle.captions), "is hidden by the next one before it ends; let it end earlier"
    )
    yield from _on_contrast(brief.project, subtitle)


def _told(subtitle: Subtitle, numbers: Sequence[int], what: str) -> Iterator[str]:
    """One sentence for the first of several captions, with how many more there are."""
    if numbers:
        caption = subtitle.captions[numbers[0]]
        said = " ".join((caption.text or " ".join(word.text for word in caption.words)).split())
        quoted = said if len(said) <= _QUOTED else f"{said[: _QUOTED - 1]}…"
        # Only of those that were in a file was the source given.
        place = "subtitle.src" if "src" in subtitle.model_fields_set else f"subtitle.captions[{numbers[0]}]"
        others = f"; likewise {len(numbers) - 1} more" if len(numbers) > 1 else ""
        yield f"{place}: the caption {quoted!r} at {caption.start:g} s {what}{others}"


def _has_stray_words(caption: Caption) -> bool:
    return any(word.start < caption.start - _SAME or word.end > caption.end + _SAME for word in caption.words)


def _hidden(captions: Sequence[Caption]) -> list[int]:
    """Captions during which another one begins."""
    order = sorted(range(len(captions)), key=lambda number: captions[number].start)
    shown = [number for number in order if captions[number].end > captions[number].start]
    return [
        earlier for earlier, later in itertools.pairwise(shown) if captions[later].start < captions[earlier].end - _SAME
    ]


def _on_contrast(project: Project, subtitle: Subtitle) -> Iterator[str]:
    """Letters in about the colour of the ground, where nothing else lies behind them."""
    if any(True for _ in project.every_visual()) or _is_backed(subtitle):
        return
    grounds = [scene.background_color or project.background_color for scene in project.scenes]
    for ground in grounds or [project.background_color]:
        contrast = _contrast(subtitle.font.color, ground)
        if contrast < _LEAST_CONTRAST:
            yield (f"subtitle.font.color: {_hex(subtitle.font.color)} on the background {_hex(ground)} is hard to read "
                   f"(contrast {contrast:.1f}:1); give a stroke or a background, or another colour")  # fmt: skip
            return


def _is_backed(subtitle: Subtitle) -> bool:
    """Whether something lies around or behind the letters."""
    background, stroke = subtitle.background, subtitle.stroke
    boxed = background is not None and background.color is not None and background.opacity * background.color.alpha > 0
    return boxed or (stroke is not None and stroke.width * stroke.color.alpha > 0)


def _contrast(one: Colour, other: Colour) -> float:
    """1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [channel / 255 for channel in (colour.red, colour.green, colour.blue)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Colour) -> str:
    return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}"
