from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.engines.render.subtitles.content import Showing, SubtitleContent, WordLook, looks_of

Made = Callable[..., Subtitle]
#: A word a second from 1 to 4.
WORDS = [{"start": n, "end": n + 1, "text": "word"} for n in (1, 2, 3)]


def _content(subtitle: Subtitle, fps: int = 10) -> SubtitleContent:
    return SubtitleContent(subtitle, Fraction(fps))


def _looks(content: SubtitleContent, frame: int) -> list[WordLook]:
    showing = content.at(frame)
    assert showing is not None
    return content.looks.each(showing, 3)


@pytest.fixture
def spoken(subtitle: Made) -> Callable[..., SubtitleContent]:
    """An animation → three words, a second each from 1 on, in a caption from 0 to 5, at 10 frames a second."""
    return lambda animation, **fields: _content(
        subtitle(captions=[{"start": 0, "end": 5, "words": WORDS}], animation=animation, **fields)
    )


def test_nothing_is_shown_outside_captions(subtitle: Made) -> None:
    content = _content(subtitle(captions=[{"start": 1, "end": 2, "text": "a"}, {"start": 3, "end": 4, "text": "b"}]))
    shown = [frame for frame in range(60) if content.at(frame) is not None]
    assert shown == [*range(10, 20), *range(30, 40)]
    assert content.at(10) == Showing(0, 1)
    assert content.at(39) == Showing(1, 1)


@pytest.mark.parametrize("animation", ["normal", "none"])
def test_a_still_page_is_one_state(spoken: Any, animation: str) -> None:
    content = spoken(animation, activeWord={"color": "#f00", "background": "#0f0"})
    assert {content.at(frame) for frame in range(50)} == {Showing(0, 3)}
    assert _looks(content, 15) == [WordLook()] * 3


def test_karaoke_keeps_the_colour_and_highlight_passes_it_on(spoken: Any) -> None:
    karaoke, highlight = spoken("karaoke"), spoken("highlight")
    assert [look.lit for look in _looks(karaoke, 25)] == [255, 255, 0]
    assert [look.lit for look in _looks(highlight, 25)] == [0, 255, 0]
    assert [look.lit for look in _looks(highlight, 5)] == [0, 0, 0]
    assert [look.lit for look in _looks(highlight, 45)] == [0, 0, 0]
    assert [look.lit for look in _looks(karaoke, 45)] == [255, 255, 255]


def test_between_words_nothing_changes(spoken: Any) -> None:
    for animation in ("karaoke", "highlight", "progressive"):
        content = spoken(animation)
        states = [content.at(frame) for frame in range(50)]
        assert [frame for frame in range(1, 50) if states[frame] != states[frame - 1]] in (
            [10, 20, 30], [10, 20, 30, 40],
        )  # fmt: skip


def test_fill_runs_through_each_word(spoken: Any) -> None:
    content = spoken("fill")
    assert [look.lit for look in _looks(content, 25)] == [255, 127, 0]
    lit = [_looks(content, frame)[1].lit for frame in range(20, 31)]
    assert lit == sorted(set(lit))
    assert (lit[0], lit[-1]) == (0, 255)


@pytest.mark.parametrize("animation", ["progressive", "fade", "slide", "typewriter"])
def test_words_that_have_not_been_said_are_hidden(spoken: Any, animation: str) -> None:
    assert [look.opacity for look in _looks(spoken(animation), 29)][2] == 0
    assert [look.opacity for look in _looks(spoken(animation), 45)] == [255] * 3


def test_a_word_fades_in_while_the_ones_before_it_stay(spoken: Any) -> None:
    assert [[look.opacity for look in _looks(spoken("fade"), frame)] for frame in (20, 21, 22)] == [
        [255, 0, 0], [255, 128, 0], [255, 255, 0],
    ]  # fmt: skip


def test_a_word_that_is_over_soon_still_comes_to_rest(subtitle: Made) -> None:
    words = [{"start": n / 10, "end": (n + 1) / 10, "text": "w"} for n in range(3)]
    content = _content(subtitle(captions=[{"start": 0, "end": 1, "words": words}], animation="fade"))
    assert [look.opacity for look in _looks(content, 2)] == [255, 128, 0]


def test_letters_come_while_their_word_is_said(spoken: Any) -> None:
    typed = [_looks(spoken("typewriter"), frame)[1].typed for frame in range(20, 31)]
    assert typed == [1, 1, 1, 2, 2, 3, 3, 3, -1, -1, -1]


@pytest.mark.parametrize("animation", ["pop", "bounce", "slide", "progressive", "fade", "typewriter", "one-word"])
def test_the_word_being_said_has_a_colour_where_one_is_given(subtitle: Made, animation: str) -> None:
    assert looks_of(subtitle(animation=animation)).current.lit == 0
    assert looks_of(subtitle(animation=animation, activeWord={"color": "#f00"})).current.lit == 255
    boxed = looks_of(subtitle(animation=animation, activeWord={"background": "#f00"}))
    assert boxed.current.boxed
    assert not boxed.said.boxed


def test_a_highlight_by_a_box_alone_leaves_the_colour(subtitle: Made) -> None:
    assert looks_of(subtitle(animation="highlight")).current == WordLook(lit=255)
    assert looks_of(subtitle(animation="highlight", activeWord={"background": "#f00"})).current == WordLook(boxed=True)


def test_a_short_pause_leaves_the_mark_and_a_long_one_takes_it(subtitle: Made) -> None:
    words = [{"start": 0, "end": 0.8, "text": "a"}, {"start": 1, "end": 1.5, "text": "b"},
             {"start": 2.5, "end": 3, "text": "c"}]  # fmt: skip
    content = _content(subtitle(captions=[{"start": 0, "end": 4, "words": words}], animation="highlight"))
    assert [look.lit for look in _looks(content, 9)] == [255, 0, 0]
    assert [look.lit for look in _looks(content, 14)] == [0, 255, 0]
    assert [look.lit for look in _looks(content, 16)] == [0, 0, 0]


def test_a_single_word_stays_marked_until_the_next_one(subtitle: Made) -> None:
    words = [{"start": 0, "end": 0.2, "text": "a"}, {"start": 2, "end": 2.2, "text": "b"}]
    made = subtitle(
        captions=[{"start": 0, "end": 4, "words": words}], animation="one-word", activeWord={"color": "#f00"}
    )
    content = _content(made)
    assert content.at(19) == content.at(0) == Showing(0, 1, ((0, WordLook(lit=255)),))
    assert content.at(20) == Showing(1, 1, ((0, WordLook(lit=255)),))


def test_words_without_length_divide_nothing_by_zero(subtitle: Made) -> None:
    words = [{"start": 1, "end": 1, "text": "a"}, {"start": 1, "end": 1, "text": "b"}]
    for animation in SubtitleAnimation:
        content = _content(subtitle(captions=[{"start": 0, "end": 2, "words": words}], animation=animation))
        states = [content.at(frame) for frame in range(20)]
        assert all(hash(state) == hash(content.at(frame)) for frame, state in enumerate(states))
        assert states[15] is not None


@pytest.mark.parametrize("animation", list(SubtitleAnimation))
def test_every_change_lies_in_a_span_of_changes(subtitle: Made, animation: str) -> None:
    captions = [{"start": s, "end": s + 2, "text": "a few more words"} for s in (1, 3.5, 8)]
    content = _content(subtitle(captions=captions, animation=animation), 25)
    spans = content.changes()
    states = [content.at(frame) for frame in range(300)]
    changed = [frame for frame in range(1, 300) if states[frame] != states[frame - 1]]
    assert changed
    assert all(any(begin <= frame < end for begin, end in spans) for frame in changed)
    assert list(spans) == sorted(spans)
    # Long pauses are rests.
    assert not any(begin <= 180 < end for begin, end in spans)
