"""Captions of any text and time: words stay inside them, in order, and every frame has one state."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clipmill.domain.timeline.elements.subtitle import Caption, Subtitle, SubtitleAnimation
from clipmill.engines.render.subtitles.content import SubtitleContent
from clipmill.engines.render.subtitles.cues import read_cues
from clipmill.engines.render.subtitles.pages import programme_of
from clipmill.engines.render.subtitles.words import clean, clusters, spoken
from clipmill.errors import MediaError

TIMES = st.decimals(0, 30, places=3).map(float)
LETTERS = st.sampled_from("ab ü\n世界、ーแก้मस्ते🎉👍🏽مר-.\u200d\x07")
TEXTS = st.text(LETTERS, max_size=60).filter(lambda text: bool(text.strip()))


@st.composite
def captions(draw: st.DrawFn) -> dict[str, Any]:
    """One caption, with words of its own or without."""
    start, end = sorted((draw(TIMES), draw(TIMES)))
    caption: dict[str, Any] = {"start": start, "end": end, "text": draw(TEXTS)}
    if draw(st.booleans()):
        times = draw(st.lists(st.tuples(TIMES, TIMES).map(sorted), min_size=1, max_size=6))
        caption["words"] = [{"start": a, "end": b, "text": draw(TEXTS)} for a, b in times]
    return caption


@given(captions())
def test_words_are_in_their_caption_in_order_and_together_all_of_it(given_caption: dict[str, Any]) -> None:
    caption = Caption.model_validate(given_caption)
    pieces = spoken(caption)
    start, end = (Fraction(str(moment)) for moment in (caption.start, caption.end))
    assert all(start <= piece.start <= piece.end <= end for piece in pieces)
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    assert all(piece.text and not piece.text.isspace() for piece in pieces)
    assert all(len(clusters(piece.text)) <= 30 for piece in pieces if not caption.words)
    if not caption.words:
        assert sum(piece.end - piece.start for piece in pieces) == (end - start if pieces else 0)
        assert "".join(piece.gap + piece.text for piece in pieces) == clean(caption.text)


@given(st.lists(captions(), min_size=1, max_size=5), st.none() | st.integers(1, 5))
def test_no_two_pages_are_shown_at_once_and_no_caption_is_lost(given_captions: list[Any], most: int | None) -> None:
    subtitle = Subtitle.model_validate({"captions": given_captions, "maxWordsPerLine": most})
    script = programme_of(subtitle)
    assert all(airing.start < airing.end for airing in script.airings)
    assert all(one.end <= other.start for one, other in pairwise(script.airings))
    if most is not None:
        assert all(sum(word.weight for word in page.words) <= most for page in script.pages)
    for page in script.pages:
        for moment in (page.start, (page.start + page.end) / 2):
            shown = any(airing.start <= moment < airing.end for airing in script.airings)
            assert shown or page.end == page.start


@given(st.lists(captions(), min_size=1, max_size=3), st.sampled_from(SubtitleAnimation), st.sampled_from([1, 24, 30]))
def test_every_change_is_foretold(given_captions: list[Any], animation: SubtitleAnimation, fps: int) -> None:
    subtitle = Subtitle.model_validate({"captions": given_captions, "animation": animation})
    content = SubtitleContent(subtitle, Fraction(fps))
    states = [content.at(frame) for frame in range(31 * fps)]
    foretold = {frame for begin, end in content.changes() for frame in range(begin, end)}
    assert all(frame in foretold for frame in range(1, len(states)) if states[frame] != states[frame - 1])
    for state in filter(None, states[:: fps // 2 + 1]):
        count = len(content.programme.pages[state.page].words)
        assert len(content.looks.each(state, count)) == count


@given(st.text(st.sampled_from("0123456789:,.-> \nab<>/i{}\\&;WEBVTNOT"), max_size=200))
def test_whatever_is_in_a_file_it_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        for caption in read_cues(text, "subtitle.src"):
            assert caption.text
            assert 0 <= caption.start <= caption.end
    except MediaError as error:
        assert str(error).startswith("subtitle.src: ")
