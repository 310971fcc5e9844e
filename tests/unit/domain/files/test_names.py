"""Names of delivered files."""

from __future__ import annotations

import tracemalloc

import pytest

from clipmill.domain.files.formats import SUFFIXES
from clipmill.domain.files.names import (
    LONGEST_BYTES,
    OWN_NAMES,
    FileNames,
    finished,
    numbered,
    safe_name,
    with_attempt,
    with_suffix,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SKU-1001-bobble-beanie-burgundy.mp4", "SKU-1001-bobble-beanie-burgundy.mp4"),
        ("Größe 50 % – für Zoë.mp4", "Größe 50 % – für Zoë.mp4"),
        ("Gro\u0308ße.mp4", "Größe.mp4"),
        ("冬のセーター.mp4", "冬のセーター.mp4"),
        ("می‌خواهم.mp4", "می‌خواهم.mp4"),
        ("a/b\\c:d*e.mp4", "a-b-c-d-e.mp4"),
        ("../../etc/passwd", "etc-passwd"),
        ("/etc/passwd", "etc-passwd"),
        ("tab\tand\x00nul\x1b.mp4", "tab-and-nul-.mp4"),
        ("\u202egpj.exe.mp4", "gpj.exe.mp4"),
        ("half a pair \ud800.mp4", "half a pair -.mp4"),
        ("-rf.mp4", "rf.mp4"),
        (".hidden.mp4", "hidden.mp4"),
        ("name. . .", "name"),
        ("name .mp4", "name.mp4"),
        ("CON", "_CON"),
        ("nul.mp4", "_nul.mp4"),
        ("com1.tar.mp4", "_com1.tar.mp4"),
        ("console.mp4", "console.mp4"),
        (".mp4", "unnamed.mp4"),
        ("...", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_a_long_name_is_cut_between_characters_and_keeps_its_suffix() -> None:
    name = safe_name("ü" * 200 + ".mp4")
    assert name == "ü" * 58 + ".mp4"


def test_a_cut_that_lays_bare_a_device_name_is_seen() -> None:
    assert safe_name("con" + " " * 117 + "x") == "_con"


def test_equal_names_are_numbered_whatever_their_case() -> None:
    names = FileNames()
    assert [names.take(name) for name in ("a.mp4", "A.MP4", "a.mp4", "b.mp4")] == [
        "a.mp4",
        "A-2.MP4",
        "a-3.mp4",
        "b.mp4",
    ]


def test_a_number_that_is_taken_is_passed_over() -> None:
    names = FileNames(["a.mp4", "a-2.mp4"])
    assert [names.take("a.mp4"), names.take("a.mp4")] == ["a-3.mp4", "a-4.mp4"]


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    assert FileNames(["größe.mp4"]).take("gro\u0308ße.mp4") == "gro\u0308ße-2.mp4"


@pytest.mark.parametrize("own", OWN_NAMES)
def test_no_delivered_file_takes_the_place_of_a_report(own: str) -> None:
    assert FileNames().take(own.upper()) != own.upper()


@pytest.mark.parametrize(
    ("name", "suffix", "wanted"),
    [
        ("a.mp4", ".mp4", "a.mp4"),
        ("a.MP4", ".mp4", "a.MP4"),
        ("a.mp4", ".webm", "a.webm"),
        ("a", ".gif", "a.gif"),
        ("only 19.99", ".mp4", "only 19.99.mp4"),
        ("a.jpg", ".jpeg", "a.jpg"),
        ("a.jpeg", ".jpg", "a.jpeg"),
        ("a.b.mov", ".zip", "a.b.zip"),
        ("Größe", ".wav", "Größe.wav"),
    ],
)
def test_a_name_ends_in_what_was_made(name: str, suffix: str, wanted: str) -> None:
    assert with_suffix(name, suffix) == wanted


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize("text", ["x" * 300, "ü" * 300 + ".mp4", "con", "a.b" * 60])
def test_a_name_with_its_suffix_is_still_safe(text: str, suffix: str) -> None:
    name = with_suffix(safe_name(text), suffix)
    assert safe_name(name) == name
    assert name.endswith(suffix)
    assert len(name.encode()) <= LONGEST_BYTES


def test_a_numbered_name_still_fits() -> None:
    name = numbered(safe_name("x" * 300 + ".mp4"), 1_000_000)
    assert len(name) == 120
    assert name.endswith("x-1000000.mp4")


def test_many_names_take_little_memory() -> None:
    tracemalloc.start()
    names = FileNames()
    for number in range(30_000):
        names.take(f"SKU-{number}.mp4")
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / 30_000 < 120


def test_the_number_of_an_attempt_has_its_place_before_the_suffix() -> None:
    name = with_attempt("lamp.mp4", "-v2")
    assert [finished(name, attempt) for attempt in (0, 1, 12, 345)] == [
        "lamp-v01.mp4",
        "lamp-v01.mp4",
        "lamp-v12.mp4",
        "lamp-v345.mp4",
    ]
    assert finished(with_suffix(name, ".gif"), 1) == "lamp-v01.gif"
    assert finished(numbered(name, 2), 7) == "lamp-2-v07.mp4"
    assert finished("lamp-v2.mp4", 3) == "lamp-v2.mp4"
    longest = finished(numbered(with_suffix(with_attempt("ü" * 58 + ".mp4", "-v9"), ".webm"), 12_345), 1)
    assert safe_name(longest) == longest


def test_no_attempt_of_a_row_has_the_name_of_an_attempt_of_another() -> None:
    names = FileNames()
    taken = [names.take(with_attempt(name, "-1")) for name in ("a.mp4", "A.mp4", "a-1.mp4", "a-2.mp4")]
    assert taken == ["a<-1>.mp4", "A-2<-1>.mp4", "a-1<-1>.mp4", "a-2-2<-1>.mp4"]
    made = [finished(name, attempt).casefold() for name in taken for attempt in range(1, 200)]
    assert len(set(made)) == len(made)


def test_a_name_without_a_place_for_an_attempt_is_no_attempt_of_another_row() -> None:
    names = FileNames([with_attempt("a.mp4", "-v1"), "b-v7.mp4"])
    assert names.take("a-v12.mp4") == "a-v12-2.mp4"
    assert names.take("a-v.mp4") == "a-v.mp4"
    assert names.take(with_attempt("b.mp4", "-v1")) == "b-2<-v1>.mp4"
    assert names.take("c-v12.mp4") == "c-v12.mp4"


def test_files_beside_two_others_do_not_share_a_name() -> None:
    names = FileNames()
    taken = [names.take("a.mp4", beside=True), names.take("a.gif"), names.take("a.webm", beside=True)]
    assert taken == ["a.mp4", "a.gif", "a-2.webm"]
    assert FileNames(["a.mp4"]).take("a.webm", beside=True) == "a-2.webm"
