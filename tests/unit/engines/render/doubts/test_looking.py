"""Looking at what is drawn: texts that cannot be read and pictures of nothing are told, everything else is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.engines.render.worker import render
from tests.movies import Movie, write_movie
from tests.rendering import photo, project, reference, worker_arguments, write_picture

WHITE = "#ffffff"
Told = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Render a project; its doubts as (check, where)."""

    def told(*visuals: dict[str, Any], files: tuple[Path, ...] = (), **fields: Any) -> list[tuple[str, str]]:
        assets = {reference(path): str(path) for path in files}
        answer = render(worker_arguments(project(*visuals, **fields), tmp_path / "made.mp4", assets, clips=CLIPS))
        assert all(0 <= doubt["frame"] < answer["frames"] for doubt in answer["doubts"])
        return [(doubt["check"], doubt["message"].split(":")[0]) for doubt in answer["doubts"]]

    return told


CLIPS: dict[str, Any] = {}


def _text(text: str = "Hello world", **more: Any) -> dict[str, Any]:
    style = {"fontFamily": "Manrope", "fontSize": 40, "color": WHITE, **more.pop("style", {})}
    return {"type": "TEXT", "text": text, "x": 20, "y": 50, "style": style, **more}


def _html(html: str) -> dict[str, Any]:
    return {"type": "TEXT", "html": html, "x": 20, "y": 50, "style": {"fontFamily": "Manrope", "fontSize": 30}}


UNREADABLE = {
    "white on white": (_text(), WHITE),
    "pale on white": (_text(style={"color": "#dadada"}), WHITE),
    "a box of its own colour": (_text(style={"backgroundColor": WHITE, "padding": "10px"}), "#000000"),
    "hardly there": (_text(opacity=0.05), "#000000"),
    "html": (_html("<b style='color:#fff'>Hello</b>"), WHITE),
    "a card of its own colour": (_html("<div style='background:#fff;color:#fff;padding:10px'>Hello</div>"), "#335577"),
}
READABLE = {
    "white on black": (_text(), "#000000"),
    "grey on white": (_text(style={"color": "#cccccc"}), WHITE),
    "an outline": (_text(style={"WebkitTextStroke": "2px #000000"}), WHITE),
    "a soft shadow": (_text(style={"textShadow": "0 2px 8px rgba(0,0,0,0.8)"}), WHITE),
    "a hard shadow": (_text(style={"textShadow": "2px 2px 0 #000000"}), WHITE),
    "a box": (_text(style={"backgroundColor": "#000000", "padding": "10px"}), WHITE),
    "the ground of a badge": (_text(style={"backgroundColor": "#222222", "color": "transparent"}), WHITE),
    "wholly transparent": (_text(opacity=0), WHITE),
    "a card": (_html("<div style='background:#fff;color:#111;padding:10px'>Hello</div>"), "#335577"),
    "a bar of html": (_html("<div style='background:#fff;width:90px;height:8px'></div>"), "#335577"),
    "it fades in and out": (_text(enterEnd=0.5, enterAnimation="fade", exitBegin=0.5, exitEnd=1, exitAnimation="fade"),
                            "#000000"),
    "a dash": (_text("—"), "#000000"),
    "a block": (_text("■", style={"fontSize": 90}), "#000000"),
    "a dot": (_text(".", style={"fontSize": 20}), "#000000"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_text_that_cannot_be_read_is_told(told: Told, case: str) -> None:
    visual, ground = UNREADABLE[case]
    assert told(visual, backgroundColor=ground) == [("low_contrast", "visuals[0]")]


@pytest.mark.parametrize("case", READABLE)
def test_a_text_that_can_be_read_is_not(told: Told, case: str) -> None:
    visual, ground = READABLE[case]
    assert told(visual, backgroundColor=ground) == []


def test_a_title_is_held_against_the_picture_behind_it(told: Told, tmp_path: Path) -> None:
    light = write_picture(tmp_path / "light.png", np.clip(photo(320, 180) // 16 + 240, 0, 255).astype(np.uint8))
    behind = {"type": "IMAGE", "src": reference(light), "x": 0, "y": 0, "width": 320, "height": 180}
    assert told(behind, _text(), files=(light,)) == [("low_contrast", "visuals[1]")]
    assert told(behind, _text(style={"color": "#000000"}), files=(light,)) == []


def test_a_text_that_can_be_read_for_a_part_of_its_time_is_not_doubted(told: Told) -> None:
    dark = {"type": "SVG", "svg": "<svg width='320' height='180'><rect width='320' height='180'/></svg>"}
    assert told(dark | {"exitEnd": 0.5}, _text(track=1), backgroundColor=WHITE) == []


def test_what_lies_over_a_text_hides_it(told: Told) -> None:
    over = {"type": "SVG", "track": 5, "svg": "<svg width='320' height='180'><rect width='320' height='180'/></svg>"}
    assert told(_text(), over, backgroundColor="#000000") == [("low_contrast", "visuals[0]")]


def test_a_text_in_a_scene_with_transitions_is_looked_at(told: Told) -> None:
    scenes = [{"duration": 1, "visuals": [_text()], "transition": "fade", "transitionDuration": 0.4},
              {"duration": 1, "backgroundColor": WHITE, "visuals": [_text()]}]  # fmt: skip
    assert told(scenes=scenes, backgroundColor="#000000") == [("low_contrast", "scenes[1].visuals[0]")]


CAPTIONS = [{"text": "hello there", "start": 0, "end": 0.4}, {"text": "good night", "start": 0.5, "end": 1}]


def test_pages_of_a_subtitle_are_told_as_one(told: Told) -> None:
    subtitle = {"captions": CAPTIONS, "font": {"size": 30, "color": WHITE}}
    assert told(subtitle=subtitle, backgroundColor=WHITE) == [("low_contrast", "subtitle")]
    assert told(subtitle=subtitle, backgroundColor="#101010") == []
    boxed = subtitle | {"background": {"color": "#000000"}}
    assert told(subtitle=boxed, backgroundColor=WHITE) == []


@pytest.mark.parametrize(("colour", "found"), [(0, True), (255, False), (None, False)])
@pytest.mark.parametrize("zoom", [False, True])
def test_a_picture_of_nothing_is_told(told: Told, tmp_path: Path, colour: int | None, found: bool, zoom: bool) -> None:
    pixels = photo(320, 180) if colour is None else np.full((180, 320, 3), colour, np.uint8)
    file = write_picture(tmp_path / "a.png", pixels)
    visual = {"type": "IMAGE", "src": reference(file), "x": 0, "y": 0, "width": 320, "height": 180, "zoom": zoom}
    assert told(visual, files=(file,)) == ([("blank_picture", "visuals[0].src")] if found else [])


def test_a_drawing_is_told_only_where_it_holds_a_picture(told: Told, tmp_path: Path) -> None:
    file = write_picture(tmp_path / "a.png", np.zeros((180, 320, 3), np.uint8))
    svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 180'>{}</svg>"
    raster = svg.format(f"<image href='{reference(file)}' width='320' height='180'/>")
    assert told({"type": "SVG", "svg": raster}, files=(file,)) == [("blank_picture", "visuals[0].svg")]
    assert told({"type": "SVG", "svg": svg.format("<rect width='320' height='180' fill='red'/>")}) == []


@pytest.mark.parametrize(("black", "found"), [(((0.0, 1.0),), True), (((0.0, 0.7),), False)])
def test_a_clip_is_blank_only_where_all_of_it_is(
    told: Told, tmp_path: Path, black: tuple[tuple[float, float], ...], found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_movie(tmp_path / "a.mp4", Movie(black=black, sound=""))
    facts = {
        "seconds": 1.0,
        "width": 160,
        "height": 96,
        "fps": "10/1",
        "has_video": True,
        "has_audio": False,
        "delays": [],
    }
    monkeypatch.setitem(CLIPS, reference(file), facts)
    visual = {"type": "VIDEO", "src": reference(file), "x": 0, "y": 0, "width": 320, "height": 180}
    assert told(visual, files=(file,)) == ([("blank_picture", "visuals[0].src")] if found else [])


def test_an_image_is_looked_at_too(tmp_path: Path) -> None:
    body = {"type": "image", "width": 320, "height": 180, "outputFormat": "png", "backgroundColor": WHITE,
            "visuals": [_text()]}  # fmt: skip
    answer = render(worker_arguments(body, tmp_path / "made.png", {}))
    assert [doubt["check"] for doubt in answer["doubts"]] == ["low_contrast"]
    assert cv2.imread(str(tmp_path / "made.png")) is not None
