import unicodedata

import pytest

from clipmill.media.fonts.cmap import Coverage
from clipmill.media.fonts.scripts import SCRIPTS, Script, script_of, scripts_in


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_sample_lies_in_its_script(script: Script) -> None:
    assert all(script_of(char) is script for char in script.sample)
    assert all(unicodedata.category(char) != "Cn" for char in script.sample)
    assert list(scripts_in([Coverage.of((ord(char), ord(char)) for char in script.sample)])) == [script]


@pytest.mark.parametrize(
    ("char", "name"),
    [("é", "Latin"), ("ж", "Cyrillic"), ("ม", "Thai"), ("連", "Han"), ("𠮷", "Han"), ("ガ", "Kana"), ("한", "Hangul"),
     ("👗", "Emoji"), ("🇩", "Emoji"), ("ﷺ", "Arabic")],
)  # fmt: skip
def test_a_character_has_its_script(char: str, name: str) -> None:
    script = script_of(char)
    assert script is not None
    assert script.name == name


def test_what_all_scripts_share_has_none() -> None:
    assert {script_of(char) for char in "0 .,!€→☃\n"} == {None}


def test_a_family_may_cover_a_script_with_several_faces() -> None:
    halves = [Coverage.of((ord(char), ord(char)) for char in half) for half in ("ΑΩα", "ωάς")]
    assert [script.name for script in scripts_in(halves)] == ["Greek"]
    assert not list(scripts_in(halves[:1]))
