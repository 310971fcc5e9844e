"""What people see of text that others wrote: legible, discreet, and honest text as it is."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.errors import ClipmillError
from clipmill.shown import discreet, json_line, legible, restored, shortened, shown

HONEST = [
    "Grüße, 東京, Привет",
    "👨‍👩‍👧‍👦 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "می‌خواهم",
    "שלום עולם",
    "مرحبا بالعالم",
    "é ̈ नमस्ते क्‍ष",
    "葛󠄀城",
    "soft­hyphen",
    r"C:\new\temp",
    "100 % = 5 # 3? Really?",
    "what? yes! a@b.example, #1 &amp; more=less",
    "Is it https://shop.example/x?",
    "https://shop.example/a@b/c;d",
    "http://[::1]:8080/x",
    "color: #fff; --n: 5",
    "mailto:me@shop.example",
    "a//b",
    "//",
    "see https://shop.example:8080.",
    "1 = 1",
    "price=5",
]


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_is_left_alone(text: str) -> None:
    assert shown(text) == text
    assert json.loads(json_line({"a": text})) == {"a": text}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\x9b31m\x9d0;t", r"a\x9b31m\x9d0;t"),
        ("exe\u202egpj", r"exe\u202egpj"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("\u2028\u2029\x85", r"\u2028\u2029\x85"),
        ("\ufeff\u200b", r"\ufeff\u200b"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("\ue000", r"\ue000"),
        ("a\nb\tc\r", r"a\nb\tc\x0d"),
        ("\x00\x7f", r"\x00\x7f"),
        ("\u200e\u200f\u061c", r"\u200e\u200f\u061c"),
        ("[red]:smile:[/]", "[red]:smile:[/]"),
    ],
)
def test_what_is_not_seen_is_written_out(text: str, told: str) -> None:
    assert shown(text) == told


def test_lines_stay_lines_where_they_are_meant() -> None:
    assert legible("a\r\nb\tc\rd\x1b", lines=True) == "a\r\nb\tc\\x0dd\\x1b"


@given(st.text())
def test_nothing_that_steers_a_screen_is_left(text: str) -> None:
    left = legible(text)
    joiners = "\u200c\u200d\u00ad\u180e"
    bad = [char for char in left if unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"}]
    assert not bad
    assert not [
        char
        for char in left
        if unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        and char not in joiners
    ]
    assert json.loads(json_line({"a": text})) == {"a": discreet(text)}
    assert json_line({"a": text}).encode()


SECRETS = [
    ("https://host/path?X-Amz-Signature=S", "https://host/path?…"),
    ("https://h/p#S", "https://h/p#…"),
    ("HTTPS://u:S@H/x?S", "HTTPS://…@H/x?…"),
    ("https://S@h/x", "https://…@h/x"),
    ("https://u:S/S@[::1]:80/x", "https://…@[::1]:80/x"),
    ("https://u:S/S?S#S@h/x", "https://…@h/x"),
    ("(https://h/p?S).", "(https://h/p?…)."),
    ("url('https://h/p?S')", "url('https://h/p?…')"),
    ('<img src="https://h/p?S" alt="x">', '<img src="https://h/p?…" alt="x">'),
    ("'https://h/p?S' answered 403", "'https://h/p?…' answered 403"),
    ("//u:S@h/x?S", "//…@h/x?…"),
    ("https:/u:S@h/x?S", "https:/…@h/x?…"),
    ("https:\\\\u:S@h\\x?S", "https:\\\\…@h\\x?…"),
    ("www.h.de/a?sig=S", "www.h.de/a?…"),
    ("pics/a.jpg?token=S&a=S", "pics/a.jpg?…"),
    ("postgresql+psycopg://me:S@db:5432/x", "postgresql+psycopg://…@db:5432/x"),
    ("https://cdn/f/https%3A%2F%2Fh%2Fp%3Fsig%3DS", "https://cdn/f/https%3A%2F%2F…"),
    ("https://h/p?sig=\nS1 next", "https://h/p?… next"),
    ("https://h/p?a=b S&sig=S", "https://h/p?…"),
    ("https://h/a?S,https://u:S@h/b?S", "https://h/a?…"),
    ("https://a/x,https://u:S@h/b", "https://a/x,https://…@h/b"),
    (r"https:\/\/u:S@h\/p?S", r"https:\/\/…@h\/p?…"),
    ("https://u:S…", "https://…"),
    ("password='S' host=h", "password='…' host=h"),
    ("https://[::1]/x?S", "https://[::1]/x?…"),
    ("https://h/x?S\u2028S1", "https://h/x?…"),
    ("AccountKey=x;SharedAccessSignature=S;b", "AccountKey=x;SharedAccessSignature=…;b"),
]


@pytest.mark.parametrize(("text", "told"), SECRETS)
def test_secrets_of_addresses_are_cut(text: str, told: str) -> None:
    assert discreet(text) == told
    assert str(ClipmillError(text, hint=text)) == told
    assert json.loads(json_line({"a": [text]})) == {"a": [told]}


PIECES = [
    "https://",
    "u:S@",
    "h",
    "/",
    "?",
    "#",
    "=",
    "a",
    " ",
    "\n",
    "'",
    '"',
    "%3A%2F%2F",
    "…",
    "sig=",
    "&",
    ".",
    ")",
    ":",
    "//",
    "\\",
    "80",
    "[::1]",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_twice_is_as_once_and_a_cell_comes_back_whole(text: str) -> None:
    assert discreet(discreet(text)) == discreet(text)
    assert restored(discreet(text), text) == text


def test_a_corrected_cell_keeps_the_secrets_of_what_was_not_corrected() -> None:
    before = "Lmap, see https://shop.example/x?token=S and https://u:p@h/y"
    back = discreet(before).replace("Lmap", "Lamp")
    assert restored(back, before) == before.replace("Lmap", "Lamp")
    assert restored("https://h/y", "https://u:p@h/y") == "https://h/y"  # without its user on purpose
    assert restored("https://h/new?a=1", "https://h/old?a=2") == "https://h/new?a=1"


def test_a_flood_is_cut() -> None:
    assert shortened("x" * 70_000, 10) == "x" * 9 + "…"


UNITS = [
    "//a:b?=",
    "a//b:c@",
    "?",
    "https:=",
    "@",
    "%3a%2f%2f",
    "x?a=1 ",
    "1=\n",
    "\\",
    "#a",
    "token=",
    "?...",
    "&a=1 ",
    "\x1b\u202e",
    "https://u:p?",
    "%25=",
    "'=",
    "…@//",
    "//",
    "//a",
    "//:",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_text(unit: str) -> None:
    took = []
    for size in (40_000, 320_000):
        text = (unit * size)[:size]
        began = time.process_time()
        shown(text)
        took.append(time.process_time() - began)
    assert took[1] < 40 * took[0] + 0.5
