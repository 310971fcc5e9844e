"""Names of delivered files."""

from __future__ import annotations

import tracemalloc

import pytest

from clipmill.domain.files.formats import SUFFIXES
from clipmill.domain.files.names import LONGEST_BYTES, OWN_NAMES, FileNames, numbered, safe_name, with_suffix


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
