"""Causes and warnings: told once for many rows, in bounded memory."""

from __future__ import annotations

from clipmill.domain.line.cause import NOTICES_KEPT, NUMBERS_KEPT, Notices


def test_warnings_that_say_the_same_of_many_rows_are_told_once() -> None:
    notices = Notices()
    for number in range(1, 5_001):
        notices.add(
            f"{number}.mp4: visuals[4]: 'Lamp {number}' is cut off after {number} lines", number, f"{number}.mp4"
        )
        notices.add("no font 'Futura' is installed", number)
    cut, font = notices
    assert (cut.told, cut.is_named) == ("1.mp4: visuals[4]: 'Lamp 1' is cut off after 1 lines … and the like", True)
    assert (cut.rows.count, len(cut.rows.first)) == (5_000, NUMBERS_KEPT)
    assert (font.told, font.is_named) == ("no font 'Futura' is installed", False)


def test_warnings_of_other_fields_or_other_words_are_told_apart() -> None:
    notices = Notices()
    for sentence in ("visuals[1]: it is cut", "visuals[2]: it is cut", "visuals[1]: it is hardly seen"):
        notices.add(sentence, 1)
    assert notices.as_dict() == {
        "visuals[1]: it is cut": 1, "visuals[2]: it is cut": 1, "visuals[1]: it is hardly seen": 1,
    }  # fmt: skip


def test_however_many_warnings_there_are_a_few_are_kept() -> None:
    notices = Notices()
    for number in range(2_000):
        notices.add(f"image: taken from {'a' * (number % 1_000)}b.jpg", number)
    assert len(notices) == NOTICES_KEPT + 1
    assert sum(notice.rows.count for notice in notices) == 2_000
