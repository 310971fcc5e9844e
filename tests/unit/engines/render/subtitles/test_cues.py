import pytest

from clipmill.engines.render.subtitles.cues import read_cues
from clipmill.errors import MediaError


def _read(text: str) -> list[tuple[float, float, str]]:
    return [(caption.start, caption.end, caption.text) for caption in read_cues(text, "subtitle.src")]


SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello\nyou\n\n2\n01:00:03,000 --> 01:00:04,000\nBye\n"


def test_subrip_is_read_with_its_lines() -> None:
    assert _read(SRT) == [(1, 2.5, "Hello\nyou"), (3603, 3604, "Bye")]


@pytest.mark.parametrize(
    "text",
    [
        "0:01,0 --> 0:02\na\n\n0:03.000 --> 0:04,000\nb",
        "1\n00:00:01.000 --> 00:00:02.000 X1:0 X2:9\na\n2\n00:00:03,00 --> 00:00:04,00\nb",
        "\n\n1\n 00:01,000-->00:02,000\n\na\n\n\n2\n00:03,000 --> 00:04,000\n\nb\n\n\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000 align:start line:0\na\n\n00:03.000 --> 00:04.000\nb",
        "WEBVTT Kind: captions\nLanguage: en\n\nfirst one\n00:01.000 --> 00:02.000\na\n\n"
        "named-2\n00:03.000 --> 00:04.000\nb",
        "WEBVTT\n\nNOTE a remark\nwith --> in it\n\nSTYLE\n::cue { color: red }\n\n"
        "00:01.000 --> 00:02.000\na\n\nNOTE b\n\n00:03.000 --> 00:04.000\nb\n\nNOTE the end",
    ],
    ids=["short", "no blank lines", "many blank lines", "settings", "names", "notes"],
)
def test_what_people_write_is_read(text: str) -> None:
    assert _read(text) == [(1, 2, "a"), (3, 4, "b")]


def test_a_number_alone_is_a_caption_where_it_stands_under_times() -> None:
    assert _read("1\n00:01,000 --> 00:02,000\n2024\n\n2\n00:03,000 --> 00:04,000\nb") == [(1, 2, "2024"), (3, 4, "b")]


@pytest.mark.parametrize(
    ("written", "read"),
    [("<b>a</b> <i>b</i>", "a b"), ('<font color="#f00">a</font>', "a"), ("{\\an8}a", "a"), ("<v Ann Smith>a</v>", "a"),
     ("<c.loud.x>a</c>", "a"), ("a &amp; b&nbsp;c", "a & b\xa0c"), ("a < b > c <3", "a < b > c <3"), ("{a}", "{a}")],
)  # fmt: skip
def test_tags_are_left_out_and_text_is_not(written: str, read: str) -> None:
    assert _read(f"00:01,000 --> 00:02,000\n{written}") == [(1, 2, read)]


def test_times_inside_a_cue_are_those_of_its_words() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\nHello <00:00:02.000><c>my</c> <00:00:03.000>world, all"
    (caption,) = read_cues(text, "s")
    assert caption.text == "Hello my world, all"
    assert [(word.start, word.end, word.text) for word in caption.words] == [
        (1, 2, "Hello"), (2, 3, "my"), (3, pytest.approx(3 + 7 / 11), "world,"),
        (pytest.approx(3 + 7 / 11), 4, "all"),
    ]  # fmt: skip


def test_times_inside_a_cue_that_run_backwards_stay_in_it() -> None:
    (caption,) = read_cues("00:01,000 --> 00:04,000\na <00:00:09.000>b <00:00:02.000>c", "s")
    assert all(1 <= word.start <= word.end <= 4 for word in caption.words)


def test_cues_that_say_nothing_are_none() -> None:
    assert _read("1\n00:01,000 --> 00:02,000\n\n2\n00:03,000 --> 00:04,000\n<i></i>\n") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1\n00:01 -> x\n\n2\nlater --> soon\na", "line 5 is no pair of times: 'later --> soon'"),
        ("1\n00:05,000 --> 00:02,000\na", "line 2: the caption ends before it begins"),
        (
            f"1\n00:01,000 --> 00:02,000\n{'a ' * 600}",
            "the caption in line 2 has 1,199 characters, over the limit of 1,000",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(MediaError, match=r"^s: ") as caught:
        list(read_cues(text, "s"))
    assert sentence in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("line", "meant"),
    [("00:00:01,000 -> 00:00:02,500", "00:00:01,000 --> 00:00:02,500"), ("0:01 => 0:02", "0:01 --> 0:02"),
     ("00:00:01,000 – 00:00:02,500", "00:00:01,000 --> 00:00:02,500"), ("00:01.0 → 00:02.5", "00:01.0 --> 00:02.5"),
     ("0:00:01.000,0:00:02.500", "0:00:01.000 --> 0:00:02.500"), (" 00:01,0 00:02,0 ", "00:01,0 --> 00:02,0")],
)  # fmt: skip
def test_times_with_another_arrow_are_refused_with_their_line(line: str, meant: str) -> None:
    for before, number in (("1\n", 2), (SRT + "\n3\n", 11)):
        with pytest.raises(MediaError) as caught:
            _read(f"{before}{line}\nHi\n")
        assert str(caught.value) == f"subtitle.src: line {number} is no pair of times: {line.strip()!r}"
        assert caught.value.hint == f"Write it as {meant}."


@pytest.mark.parametrize("said", ["Open 10:30 - 11:45", "10:30 - 11:45", "2:1 > 1:2 is true", "It is 00:00:01,000"])
def test_times_that_are_said_are_text(said: str) -> None:
    assert _read(f"00:01,000 --> 00:02,000\n{said}") == [(1, 2, said)]


def test_a_cue_that_was_taken_out_by_a_note_is_not_looked_at() -> None:
    assert _read("WEBVTT\n\nNOTE\n00:05.000 -> 00:06.000\nno\n\n00:01.000 --> 00:02.000\na") == [(1, 2, "a")]


def test_a_caption_later_than_any_video_is_refused() -> None:
    with pytest.raises(MediaError, match=r"subtitle\.src: line 1: the caption is later than any video"):
        _read("9999:00:00,000 --> 9999:00:01,000\na")
