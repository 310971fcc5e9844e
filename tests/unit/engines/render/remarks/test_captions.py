from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.remarks import captions as question
from tests.rendering import brief_of

HELLO = {"start": 0, "end": 2, "text": "Hello"}
LATER = {"start": 2, "end": 3, "text": "there"}


def _remarks(*captions: dict[str, Any], seconds: float = 8, **fields: Any) -> list[str]:
    ground = fields.pop("ground", {"backgroundColor": "#000000"})
    project = load_project({"duration": seconds, **ground, "subtitle": {"captions": list(captions), **fields}})
    return list(question.remarks(brief_of(project)))


def test_nothing_is_said_of_captions_that_are_seen_as_they_are() -> None:
    words = [{"start": 0, "end": 1, "text": "Hel"}, {"start": 1, "end": 2.01, "text": "lo"}]
    assert _remarks(HELLO | {"words": words}, LATER) == []
    assert list(question.remarks(brief_of(load_project({})))) == []


def test_captions_after_the_end_are_told() -> None:
    late = {"start": 9, "end": 10, "text": "Far too late to be seen by anybody at all"}
    assert _remarks(HELLO, late) == [
        "subtitle.captions[1]: the caption 'Far too late to be seen by an…' at 9 s begins after the end of the video, "
        "which is 8 s long; it is never seen"
    ]
    told = _remarks(HELLO, LATER, *({"start": n, "end": n + 1, "text": "x"} for n in (3, 4, 5)), seconds=2)
    assert len(told) == 1
    assert told[0].startswith("subtitle.captions[1]: the caption 'there' at 2 s")
    assert told[0].endswith("; likewise 3 more")


@pytest.mark.parametrize("word", [{"start": 0, "end": 0.5}, {"start": 2, "end": 3.5}, {"start": 5, "end": 6}])
def test_words_outside_their_caption_are_told(word: dict[str, float]) -> None:
    (told,) = _remarks({"start": 1, "end": 3, "words": [word | {"text": "Hi"}]})
    assert told.startswith("subtitle.captions[0]: the caption 'Hi' at 1 s has words timed outside it")


def test_overlapping_captions_are_told_in_whatever_order_they_come() -> None:
    early = {"start": 1, "end": 2.5, "text": "Hello"}
    for captions, place in (((early, LATER), 0), ((LATER, early), 1)):
        (told,) = _remarks(*captions)
        assert told.startswith(f"subtitle.captions[{place}]: the caption 'Hello' at 1 s is hidden by the next one")
    assert _remarks({"start": 1, "end": 2.04, "text": "Hello"}, LATER) == []


def test_captions_of_a_file_are_told_by_the_field_that_names_it() -> None:
    project = load_project({"duration": 1, "backgroundColor": "#000", "subtitle": {"src": "asset:x"}})
    assert project.subtitle is not None
    captions = load_project({"subtitle": {"captions": [HELLO | {"start": 1.5}]}}).subtitle
    assert captions is not None
    filled = project.subtitle.model_copy(update={"src": "", "captions": captions.captions})
    (told,) = question.remarks(brief_of(project.model_copy(update={"subtitle": filled})))
    assert told.startswith("subtitle.src: the caption 'Hello' at 1.5 s begins after")


LIGHT = {"backgroundColor": "#ffffff"}


@pytest.mark.parametrize(
    ("ground", "fields", "told"),
    [({}, {}, True), (LIGHT, {}, True), ({"backgroundColor": "#303030"}, {}, False),
     (LIGHT, {"font": {"color": "#222222"}}, False), ({"backgroundColor": "#111"}, {"font": {"color": "#222"}}, True),
     (LIGHT, {"stroke": {"width": 2}}, False), (LIGHT, {"stroke": {"width": 0}}, True),
     (LIGHT, {"stroke": {"width": 2, "color": "transparent"}}, True),
     (LIGHT, {"background": {"color": "#000"}}, False), (LIGHT, {"background": {"color": "#000", "opacity": 0}}, True),
     (LIGHT, {"background": {"padding": 4}}, True),
     (LIGHT | {"visuals": [{"type": "TEXT", "text": "x"}]}, {}, False),
     (LIGHT | {"scenes": [{"duration": 8, "backgroundColor": "#000000"}]}, {}, False),
     ({"backgroundColor": "#000", "scenes": [{"duration": 4}, {"duration": 4, "backgroundColor": "#eee"}]}, {}, True),
     (LIGHT | {"scenes": [{"duration": 8, "visuals": [{"type": "TEXT", "text": "x"}]}]}, {}, False)],
)  # fmt: skip
def test_letters_that_cannot_be_told_from_the_background_are_told(ground: Any, fields: Any, told: bool) -> None:
    found = _remarks(HELLO, ground=ground, **fields)
    assert bool(found) is told
    assert all("is hard to read (contrast 1." in remark for remark in found)
