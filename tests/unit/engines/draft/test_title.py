import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.engines.draft.title import Room, title_of
from clipmill.media.draw.text import Lettering, fit_text

WIDE = Room(900, 260, 66, 78)
SMALL = Room(226, 92, 23, 78)
LONG = "A slow cinematic dolly shot across a rain-soaked neon street. A lone cyclist passes from left to right. " * 9


@pytest.mark.parametrize(
    "prompt",
    ["Sofa", LONG, "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3, "WWWW MMMM " * 30,
     "كوب من القهوة على طاولة خشبية في ضوء الصباح " * 4, "ไม่มีช่องว่างระหว่างคำในภาษานี้" * 4, "x " * 400,
     "e\u0301" * 300, "सुबह की रोशनी में लकड़ी की मेज " * 5],
)  # fmt: skip
@pytest.mark.parametrize("room", [WIDE, SMALL])
def test_a_title_fits_its_box_at_a_size_near_the_one_it_was_given(prompt: str, room: Room) -> None:
    title = title_of(prompt, room)
    assert title is not None
    assert title.height <= room.height * 1.35
    set_in = Lettering(
        title.text, "Manrope", title.size, 700, line_factor=title.leading, spacing=-0.02, width=int(room.width)
    )
    fitted = fit_text(set_in, title.least, title.height, None) or fit_text(
        Lettering(title.text, "Manrope", title.size, 700, line_factor=title.leading, spacing=-0.02,
                  width=int(room.width), breaks_words=True), title.least, title.height, None)  # fmt: skip
    assert fitted is not None


def test_a_short_title_is_as_large_as_may_be_and_a_longer_one_smaller() -> None:
    short, longer = title_of("Sofa", WIDE), title_of(LONG, WIDE)
    assert short is not None and longer is not None
    assert (short.size, short.lines, short.text, short.is_cut) == (66, 1, "Sofa", False)
    assert longer.size < 66 and longer.lines > 3


def test_a_long_prompt_ends_with_a_sentence_or_a_word() -> None:
    title = title_of(LONG, WIDE)
    assert title is not None and title.is_cut
    assert (
        title.text
        == "A slow cinematic dolly shot across a rain-soaked neon street. A lone cyclist passes from left to right."
    )
    cut = title_of("one two three four five six seven " * 9, WIDE)
    assert cut is not None and cut.text.endswith("…")
    assert cut.text.removesuffix("…").split()[-1] in ["one", "two", "three", "four", "five", "six", "seven"]


def test_blanks_are_one_blank_and_nothing_is_no_title() -> None:
    title = title_of("  a\n\n mug\t", WIDE)
    assert title is not None and (title.text, title.is_cut) == ("a mug", False)
    assert title_of(" \n", WIDE) is None


def test_the_first_letter_says_which_way_it_runs() -> None:
    arabic, mixed = title_of("3 كوب mug", WIDE), title_of("mug كوب", WIDE)
    assert arabic is not None and mixed is not None
    assert (arabic.is_rtl, mixed.is_rtl) == (True, False)


@given(st.text(min_size=1, max_size=600))
def test_whatever_is_said_is_a_title_within_its_room(prompt: str) -> None:
    title = title_of(prompt, SMALL)
    if title is None:
        assert not prompt.split()
        return
    assert title.text.removesuffix("…") in " ".join(prompt.split())
    assert title.least <= title.size <= SMALL.size
