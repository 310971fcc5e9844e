"""What a report says about the records."""

from __future__ import annotations

from collections.abc import Callable

from clipmill.deliver.summary import problems_of, summarise
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Who

Build = Callable[..., RowRecord]


def test_rows_with_the_same_cause_are_counted_together(record: Build) -> None:
    price = Problem("money.not_a_number", "“free” is not a price.", "Give an amount.", column="price", value="free")
    records = [record(n, RowState.BLOCKED) for n in (2, 5)] + [record(7, RowState.BLOCKED, problems=(price,))]
    causes = summarise(records).causes
    assert [(cause.example.column, cause.rows.count, cause.rows.first) for cause in causes] == [
        ("title", 2, [2, 5]),
        ("price", 1, [7]),
    ]


def test_a_row_with_two_problems_counts_for_both(record: Build) -> None:
    two = tuple(Problem(code, "wrong", "Correct it.", column="x") for code in ("a", "b"))
    assert len(summarise([record(1, RowState.BLOCKED, problems=two)]).causes) == 2


def test_the_problems_of_a_row_that_was_made_after_all_are_past(record: Build) -> None:
    past = (Problem("failed.engine", "timed out", "Nothing."),)
    assert problems_of(record(1, problems=past)) == ()
    assert problems_of(record(1, RowState.READY, problems=past)) == ()


def test_a_review_says_what_a_person_looks_at(record: Build) -> None:
    (problem,) = problems_of(record(1, RowState.REVIEW))
    assert problem.reason.startswith("first frame drifts")
    assert problem.who is Who.REVIEWER


def test_rows_without_a_reason_still_say_who_acts(record: Build) -> None:
    unknown, failed = problems_of(record(1, RowState.UNKNOWN)), problems_of(record(2, RowState.FAILED))
    assert "answer was lost" in unknown[0].reason
    assert [problem.who for problem in (*unknown, *failed)] == [Who.OPERATOR, Who.OPERATOR]


def test_those_who_wait_for_somebody_come_first_on_the_contact_sheet(record: Build) -> None:
    states = (RowState.DONE, RowState.FAILED, RowState.READY, RowState.REVIEW, RowState.BLOCKED, RowState.DONE)
    cards = summarise(record(number, state) for number, state in enumerate(states, 1)).cards
    assert [card.number for card in cards] == [4, 2, 1, 6]


def test_a_long_contact_sheet_is_cut_and_counted(record: Build) -> None:
    records = [record(number) for number in range(1, 9)] + [record(9, RowState.REVIEW)]
    summary = summarise(records, cards_shown=3)
    assert [card.number for card in summary.cards] == [9, 1, 2]
    assert summary.cards_wanted == 9


def test_fallbacks_and_warnings_are_listed(record: Build) -> None:
    summary = summarise([record(1, fallbacks=("cta",), warnings=("No glyph for ☃.",)), record(2, fallbacks=("cta",))])
    assert summary.fallbacks["cta"].first == [1, 2]
    assert summary.warnings.as_dict() == {"No glyph for ☃.": 1}


def test_the_numbers_of_a_common_cause_are_not_all_kept(record: Build) -> None:
    rows = summarise(record(number, RowState.BLOCKED) for number in range(1, 500)).causes[0].rows
    assert (rows.count, len(rows.first)) == (499, 200)
