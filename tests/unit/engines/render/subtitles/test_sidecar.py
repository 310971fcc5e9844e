from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.subtitles.reading import read_captions
from clipmill.engines.render.subtitles.sidecar import sidecar
from tests.rendering import project

CAPTIONS = [{"start": 0.5, "end": 2, "text": "a <b> & c\nd --> e"}, {"start": 3661.0016, "end": 3662, "text": "later"}]


def _project(**fields: Any) -> Project:
    return load_project(project(subtitle={"captions": CAPTIONS, **fields}))


def test_subrip_has_numbers_commas_and_lines() -> None:
    assert sidecar(_project(), "srt") == (
        "1\n00:00:00,500 --> 00:00:02,000\na <b> & c\nd → e\n\n2\n01:01:01,002 --> 01:01:02,000\nlater\n"
    )


def test_webvtt_has_a_head_points_and_no_markup() -> None:
    assert sidecar(_project(), "vtt") == (
        "WEBVTT\n\n1\n00:00:00.500 --> 00:00:02.000\na &lt;b&gt; &amp; c\nd --&gt; e\n\n"
        "2\n01:01:01.002 --> 01:01:02.000\nlater\n"
    )


def test_nothing_is_told_after_the_end_of_the_video() -> None:
    assert sidecar(_project(), "srt", 1.25).count("-->") == 1
    assert "00:00:00,500 --> 00:00:01,250" in sidecar(_project(), "srt", 1.25)


def test_pages_are_captions_and_words_are_joined() -> None:
    words = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(("one", "two", "three"))]
    made = _project(
        captions=[{"start": 0, "end": 3, "words": words}], maxWordsPerLine=2, font={"transform": "uppercase"}
    )
    captions = read_captions(sidecar(made, "srt").encode(), where="s", most=9)
    assert [(caption.start, caption.end, caption.text) for caption in captions] == [(0, 2, "ONE TWO"), (2, 3, "THREE")]


@pytest.mark.parametrize(("kind", "written"), [("srt", ""), ("vtt", "WEBVTT\n")])
def test_a_project_without_a_subtitle_has_an_empty_one(kind: Any, written: str) -> None:
    assert sidecar(load_project(project()), kind) == written
