"""What a report says about a batch's records: causes, fallbacks and warnings, and the rows of the contact sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clipmill.domain.line.cause import Cause, Causes, Notices, Numbers
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem, Ruling, Who
from clipmill.hints import Action, Deed

#: A contact sheet shows this many rows; all of them are in `results.jsonl`.
CARDS_SHOWN = 500

#: Where rows appear on the contact sheet: those that wait for somebody come first.
_RANKS = {RowState.REVIEW: 0, RowState.FAILED: 1, RowState.UNKNOWN: 2}
_LAST_RANK = 3
#: States whose reasons are told.
_TOLD = frozenset({RowState.BLOCKED, *_RANKS})

_APPROVE = (
    f"Open it, then `{Action(Deed.APPROVE)}` or `{Action(Deed.REJECT)}` it; a rule of the template's `verify` waves it "
    "through."
)
_LOST = Problem(
    "unknown", "The engine was asked for this row and its answer was lost: nobody knows yet whether it was paid for.",
    "Look for the row's key at the engine; it is not sent again by itself.", who=Who.OPERATOR,
)  # fmt: skip
_UNTOLD = Problem("untold", "No reason was recorded.", "Look at the row's events.", who=Who.OPERATOR)


@dataclass(slots=True)
class Summary:
    """Everything a report says about the rows."""

    #: Most frequent first.
    causes: list[Cause] = field(default_factory=list)
    #: Field → the rows whose fallback was taken.
    fallbacks: dict[str, Numbers] = field(default_factory=dict)
    warnings: Notices = field(default_factory=Notices)
    #: The rows of the contact sheet in its order, at most CARDS_SHOWN.
    cards: list[RowRecord] = field(default_factory=list)
    #: Rows that would have a card if there were no limit.
    cards_wanted: int = 0


def summarise(records: Iterable[RowRecord], cards_shown: int = CARDS_SHOWN) -> Summary:
    """Boil the records of a batch down, in one pass and in bounded memory whatever their number."""
    summary = Summary()
    causes = Causes()
    ranks: list[list[RowRecord]] = [[] for _ in range(_LAST_RANK + 1)]
    for record in records:
        for problem in problems_of(record):
            causes.add(record.state, record.number, problem)
        _note(summary, record)
        if record.media or record.state in _RANKS:
            summary.cards_wanted += 1
            rank = ranks[_RANKS.get(record.state, _LAST_RANK)]
            if len(rank) < cards_shown:
                rank.append(record)
    summary.causes = list(causes)
    summary.cards = [record for rank in ranks for record in rank][:cards_shown]
    return summary


def problems_of(record: RowRecord) -> Sequence[Problem]:
    """Why the row is not done and who can do what about it; none for a row that is done or on its way."""
    if record.state not in _TOLD:
        return ()
    if record.state is RowState.REVIEW and record.verdict:
        return [
            Problem(code=f"verify.{finding.check}", reason=finding.message, fix=_APPROVE, who=Who.REVIEWER)
            for finding in record.verdict.findings
            if finding.ruling is not Ruling.PASS
        ]
    return record.problems or ((_LOST,) if record.state is RowState.UNKNOWN else (_UNTOLD,))


def _note(summary: Summary, record: RowRecord) -> None:
    """Count what was taken in place of something else, and what was warned about."""
    for name in record.fallbacks:
        summary.fallbacks.setdefault(name, Numbers()).add(record.number)
    for sentence in record.every_warning if record.state is not RowState.REVIEW else record.warnings:
        summary.warnings.add(sentence, record.number, record.file_name)
