"""Law: whatever stands in a cell, a delivered file's name is one safe path component and no two are alike."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import example, given
from hypothesis import strategies as st

from clipmill.domain.files.names import LONGEST_BYTES, FileNames, finished, numbered, safe_name, with_attempt

#: What Windows keeps for devices, with any suffix (Naming Files, Paths, and Namespaces).
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³")}
ANY_TEXT = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Zs", "Lo"]), max_size=150),
    st.text(alphabet="./\\ -_:conCONaux1.mp4", max_size=200),
)


@given(ANY_TEXT)
@example("con" + " " * 117 + "x")
@example("x" * 110 + " .abcdefghijklmnop")
@example("con" + " " * 107 + ".abcdefghi")
def test_a_safe_name_is_one_component_everywhere(text: str) -> None:
    name = safe_name(text)
    assert 1 <= len(name.encode()) <= LONGEST_BYTES
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name.split(".")[0].rstrip().upper() not in DEVICES
    assert name[0] not in ".- "
    assert name[-1] not in ". "
    assert name.isprintable() or any(char in "\u200c\u200d" for char in name)
    assert unicodedata.is_normalized("NFC", name)


@given(ANY_TEXT)
def test_a_safe_name_is_left_as_it_is(text: str) -> None:
    assert safe_name(safe_name(text)) == safe_name(text)


@given(ANY_TEXT, st.integers(2, 1_000_000))
def test_a_numbered_name_is_still_safe(text: str, number: int) -> None:
    name = numbered(safe_name(text), number)
    assert safe_name(name) == name


@given(st.lists(st.sampled_from(["a.mp4", "A.mp4", "a-2.mp4", "a-3.mp4", "b", "B-2", "ß.mp4", "ss.mp4"]), max_size=40))
def test_no_two_rows_share_a_name_on_a_disk_that_folds_case(wishes: list[str]) -> None:
    names = FileNames()
    given_out = [names.take(wish).casefold() for wish in wishes]
    assert len(set(given_out)) == len(given_out)


@given(st.lists(st.sampled_from(["a.mp4", "A.mp4", "b.mp4"]), max_size=20), st.integers(0, 20))
def test_names_loaded_again_are_not_given_out_again(wishes: list[str], cut: int) -> None:
    first = FileNames()
    before = [first.take(wish) for wish in wishes[:cut]]
    second = FileNames(before)
    after = [second.take(wish) for wish in wishes[cut:]]
    assert len({name.casefold() for name in before + after}) == len(wishes)


@given(
    st.lists(st.sampled_from(["a", "A", "a-1", "a-v", "a-v1", "a-v-2", "a-v2"]), max_size=12),
    st.sampled_from(["-v1", "-v3", "_1"]),
    st.integers(0, 12),
)
def test_no_two_attempts_of_two_rows_share_a_name(wishes: list[str], told: str, fixed: int) -> None:
    names = FileNames()
    taken = [
        names.take(f"{wish}.mp4" if place < fixed else with_attempt(f"{wish}.mp4", told))
        for place, wish in enumerate(wishes)
    ]
    made = [{finished(name, attempt).casefold() for attempt in range(1, 130)} for name in taken]
    assert len(set().union(*made)) == sum(map(len, made))


@given(ANY_TEXT, st.integers(1, 5_000))
def test_a_name_with_an_attempt_is_still_safe(text: str, attempt: int) -> None:
    name = finished(with_attempt(safe_name(text), "_take-3"), attempt)
    assert safe_name(name) == name
