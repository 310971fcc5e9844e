from collections.abc import Callable
from itertools import pairwise

import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle
from clipmill.engines.render.subtitles.pages import Programme, programme_of, texts

Made = Callable[..., Subtitle]


def _shown(script: Programme) -> list[tuple[float, float, str]]:
    return [(float(air.start), float(air.end), script.pages[air.page].text) for air in script.airings]


def test_a_caption_is_one_page_with_its_line_breaks(subtitle: Made) -> None:
    assert _shown(programme_of(subtitle("one two\nthree"))) == [(0, 4, "one two\nthree")]


@pytest.mark.parametrize(
    ("most", "pages"),
    [(1, ["a", "b", "c", "d", "e"]), (2, ["a b", "c d", "e"]), (3, ["a b c", "d e"]), (4, ["a b c", "d e"]),
     (5, ["a b c d e"])],
)  # fmt: skip
def test_no_page_has_more_words_than_asked_and_all_about_as_many(subtitle: Made, most: int, pages: list[str]) -> None:
    script = programme_of(subtitle("a b\nc d e", maxWordsPerLine=most))
    assert [page.text for page in script.pages] == pages


def test_two_chinese_characters_count_as_a_word(subtitle: Made) -> None:
    script = programme_of(subtitle("人工智能很快", maxWordsPerLine=2))
    assert [page.text for page in script.pages] == ["人工智能", "很快"]


def test_a_page_stays_until_the_next_one_comes(subtitle: Made) -> None:
    words = [{"start": n, "end": n + 0.2, "text": text} for n, text in ((1, "a"), (2, "b"), (3, "c"))]
    script = programme_of(subtitle(captions=[{"start": 0, "end": 5, "words": words}], maxWordsPerLine=1))
    assert _shown(script) == [(0, 2, "a"), (2, 3, "b"), (3, 5, "c")]


def test_one_word_is_shown_when_it_is_said_and_not_before(subtitle: Made) -> None:
    words = [{"start": n, "end": n + 0.2, "text": text} for n, text in ((1, "a"), (1, "zero"), (2, "b"))]
    words[0]["end"] = 1
    script = programme_of(subtitle(captions=[{"start": 0, "end": 5, "words": words}], animation="one-word"))
    assert _shown(script) == [(1, 2, "zero"), (2, 5, "b")]


def test_a_later_caption_is_shown_instead_of_an_earlier_one_which_comes_back(subtitle: Made) -> None:
    captions = [
        {"start": 0, "end": 10, "text": "long"},
        {"start": 2, "end": 4, "text": "first"},
        {"start": 3, "end": 5, "text": "second"},
    ]
    assert _shown(programme_of(subtitle(captions=captions))) == [
        (0, 2, "long"), (2, 3, "first"), (3, 5, "second"), (5, 10, "long"),
    ]  # fmt: skip


def test_of_captions_that_begin_together_the_last_one_is_shown(subtitle: Made) -> None:
    captions = [{"start": 1, "end": 3, "text": "a"}, {"start": 1, "end": 2, "text": "b"}]
    assert _shown(programme_of(subtitle(captions=captions))) == [(1, 2, "b"), (2, 3, "a")]


def test_captions_are_shown_in_order_of_time_however_they_are_given(subtitle: Made) -> None:
    captions = [{"start": s, "end": s + 1, "text": str(s)} for s in (3, 0, 7, 2)]
    script = programme_of(subtitle(captions=captions))
    assert [text for _, _, text in _shown(script)] == ["0", "2", "3", "7"]
    assert all(one.end <= other.start for one, other in pairwise(script.airings))


def test_a_caption_without_length_is_not_shown(subtitle: Made) -> None:
    assert programme_of(subtitle(captions=[{"start": 1, "end": 1, "text": "a"}])).airings == ()


def test_every_text_is_given_with_its_place_as_it_is_written(subtitle: Made) -> None:
    captions = [
        {"start": 0, "end": 1, "text": "straße"},
        {"start": 1, "end": 2, "words": [{"start": 1, "end": 2, "text": "b"}]},
    ]
    assert list(texts(subtitle(captions=captions, font={"transform": "uppercase"}))) == [
        ("subtitle.captions[0]", "STRASSE"), ("subtitle.captions[1]", "B"),
    ]  # fmt: skip
