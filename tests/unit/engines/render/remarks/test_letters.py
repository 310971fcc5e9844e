from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.cli.wording import in_words
from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.remarks import letters
from clipmill.engines.render.remarks.letters import no_glyph, texts_in
from clipmill.errors import GlyphError
from clipmill.media.draw import writing
from clipmill.media.fonts.library import FontLibrary
from clipmill.settings import Limits
from tests.fontfiles import make_font
from tests.rendering import brief_of, project

SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{}</svg>"
CAPTION = {"start": 0, "end": 1}


def _check(body: Mapping[str, Any], *folders: Path, file: str = "") -> tuple[str, ...]:
    given = replace(
        brief_of(load_project(body, Limits())), fonts=FontLibrary(folders, system=False), read=lambda _: file
    )
    return tuple(letters.remarks(given))


@pytest.mark.parametrize(
    ("visual", "path", "characters"),
    [
        ({"type": "TEXT", "text": "Kleid 连衣裙 👗"}, "visuals[0].text", "连衣裙👗"),
        ({"type": "TEXT", "html": "<p title='裙'>Kleid <b>连&#34915;</b></p>"}, "visuals[0].html", "连衣"),
        ({"type": "SVG", "svg": SVG.format("<text id='裙'>连<tspan>&#x8863;</tspan></text><title>裙</title>")},
         "visuals[0].svg", "连衣"),
    ],
    ids=["text", "html", "svg"],
)  # fmt: skip
def test_characters_that_no_font_has_block_and_are_named(visual: dict[str, Any], path: str, characters: str) -> None:
    with pytest.raises(GlyphError) as caught:
        _check(project(visual))
    assert (caught.value.path, caught.value.characters) == (path, characters)
    assert str(caught.value).startswith(f"{path}: no font has 连 衣")
    assert "`clipmill fonts add FILE`" in in_words(caught.value.hint)
    assert "Noto Sans SC" in caught.value.hint


def test_every_text_is_looked_at_and_the_first_place_is_told() -> None:
    texts = [{"type": "TEXT", "text": text} for text in ("plain", "连", "衣连")]
    with pytest.raises(GlyphError) as caught:
        _check(project(*texts))
    assert (caught.value.path, caught.value.characters) == ("visuals[1].text", "连衣")


def test_scenes_are_looked_into() -> None:
    scene = {"duration": 1, "visuals": [{"type": "TEXT", "text": "连"}]}
    body = {name: value for name, value in project().items() if name != "duration"}
    with pytest.raises(GlyphError) as caught:
        _check({**body, "scenes": [scene]})
    assert caught.value.path == "scenes[0].visuals[0].text"


@pytest.mark.parametrize(
    ("subtitle", "path"),
    [
        ({"captions": [{**CAPTION, "text": "ok"}, {**CAPTION, "text": "连"}]}, "subtitle.captions[1]"),
        ({"captions": [{**CAPTION, "words": [{**CAPTION, "text": "连"}]}]}, "subtitle.captions[0]"),
        ({"src": f"asset:{'a' * 64}.srt"}, "subtitle.src"),
    ],
)
def test_subtitles_are_looked_at_wherever_their_words_are(subtitle: dict[str, Any], path: str) -> None:
    with pytest.raises(GlyphError) as caught:
        _check(project(subtitle=subtitle), file="1\n00:00:00,000 --> 00:00:01,000\n连\n")
    assert caught.value.path == path


def test_a_font_of_the_users_own_unblocks(tmp_path: Path) -> None:
    make_font(tmp_path / "Mine.ttf", "Mine", "连衣裙")
    assert _check(project({"type": "TEXT", "text": "连衣裙"}), tmp_path) == ()


@pytest.mark.parametrize(
    "text", ["Größe, فستان, कपड़े, ไทย", "a\u200d\ufe0f\u00a0\u2066x\u2069", "line\none\ttwo", "plain"]
)
def test_what_fonts_have_or_need_not_have_goes_through(text: str) -> None:
    assert _check(project({"type": "TEXT", "text": text})) == ()


def test_the_text_is_looked_at_in_the_case_it_is_drawn_in(tmp_path: Path) -> None:
    make_font(tmp_path / "Small.ttf", "Small", "ⴀ")  # a Georgian letter whose capital this font lacks
    visual = {"type": "TEXT", "text": "ⴀ"}
    assert _check(project(visual), tmp_path) == ()
    with pytest.raises(GlyphError) as caught:
        _check(project({**visual, "style": {"textTransform": "uppercase"}}), tmp_path)
    assert caught.value.characters == "Ⴀ"


@pytest.mark.parametrize(
    ("visual", "asked"),
    [
        ({"type": "TEXT", "text": "x", "style": {"fontFamily": "Futura, sans-serif"}}, "Futura"),
        ({"type": "TEXT", "html": "<p style='font-family: \"Gotham Bold\"'>x</p>"}, "Gotham Bold"),
        ({"type": "TEXT", "html": "<p>x</p>", "customCode": {"css": "p { font-family: Avenir }"}}, "Avenir"),
        ({"type": "SVG", "svg": SVG.format("<text font-family='Didot'>x</text>")}, "Didot"),
    ],
)
def test_a_family_that_is_not_there_is_told_once(visual: dict[str, Any], asked: str) -> None:
    assert tuple(map(in_words, _check(project(visual, visual)))) == (
        f"no font '{asked}' is installed; Manrope is drawn instead; `clipmill fonts add FILE` adds yours",
    )


def test_the_families_that_draw_other_scripts_are_named_too() -> None:
    visual = {"type": "TEXT", "text": "Größe فستان ไทย", "style": {"fontFamily": "Futura"}}
    (told,) = _check(project(visual))
    assert "Manrope, with Noto Sans Arabic and Noto Sans Thai for what it lacks, is drawn instead" in told


def test_documented_stand_ins_and_fonts_of_the_users_own_are_quiet(tmp_path: Path) -> None:
    make_font(tmp_path / "Futura.ttf", "Futura", "x")
    names = ("Arial", "Poppins, sans-serif", "Futura", "sans-serif", "Manrope")
    texts = [{"type": "TEXT", "text": "x", "style": {"fontFamily": name}} for name in names]
    assert _check(project(*texts), tmp_path) == ()


def test_a_sign_of_no_script_gets_no_advice_about_a_font() -> None:
    assert "such as" not in no_glyph("☃", "visuals[0].text").hint
    assert "such as Noto Sans SC or Noto Color Emoji" in no_glyph("连👗", "visuals[0].text").hint


def test_what_is_written_nowhere_is_not_listed() -> None:
    loaded = load_project(project({"type": "SVG", "svg": SVG.format("<rect id='裙'/>")}), Limits())
    (written,) = texts_in(loaded, lambda _reference: "")
    assert written.text == ""


def test_emoji_in_the_text_of_a_drawing_are_told_where_there_are_fonts_for_them(tmp_path: Path) -> None:
    make_font(tmp_path / "Faces.ttf", "Faces", "😀")
    svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>{}</text></svg>"
    told = _check(project({"type": "SVG", "svg": svg.format("a 😀")}), tmp_path)
    assert told[0].startswith("visuals[0].svg: emoji in the text of a drawing are not drawn; put them into a TEXT")
    assert _check(project({"type": "SVG", "svg": svg.format("a é")}), tmp_path) == ()


def test_a_script_without_blanks_is_told_where_its_words_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    thai = {"type": "TEXT", "text": "เราขอเสนอผลิตภัณฑ์สำหรับบ้านที่ดีที่สุด"}
    monkeypatch.setattr(writing, "_icu", lambda: None)
    (told,) = _check(project(thai))
    assert told.startswith("visuals[0].text: it is in a script without blanks between words")
    assert "clipmill[words]" in told
    monkeypatch.setattr(writing, "_icu", object)
    assert _check(project(thai)) == ()
