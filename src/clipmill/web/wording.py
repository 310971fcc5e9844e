"""How pages write numbers, moments, states and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from clipmill.deliver import words
from clipmill.domain import credits
from clipmill.domain.batch import EVERY_PRIORITY, PauseReason, Progress
from clipmill.domain.line.lane import UNTIL_LIFTED
from clipmill.domain.line.pace import Pace
from clipmill.domain.line.pace import in_words as span
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Who
from clipmill.hints import Action, Deed, worded
from clipmill.shown import shortened, shown
from clipmill.web.session import PATH

_SAID = {
    Deed.RESUME: "Resume", Deed.RETRY: "Retry", Deed.APPROVE: "Approve", Deed.REJECT: "Reject",
    Deed.FAILURES: "What is wrong", Deed.STATUS: "Overview", Deed.BATCHES: "Batches",
    Deed.SCHEMA: "the schema of projects", Deed.DOCTOR: "the doctor of the command line",
    Deed.ADD_FONT: "the fonts of the command line",
}  # fmt: skip
#: What a row's state is called, in words of people.
STATES = {
    RowState.CHECKING: "being checked", RowState.WAITING: "waiting for parts", RowState.READY: "waiting",
    RowState.SUBMITTING: "being sent", RowState.RUNNING: "being made", RowState.RENDERING: "being rendered",
    RowState.FETCHING: "being fetched", RowState.VERIFYING: "being verified", RowState.DELIVERING: "being delivered",
    RowState.REVIEW: "to review",
}  # fmt: skip
#: What is said of a finished batch that has rows in such a state, the gravest first.
_ENDS = {
    RowState.UNKNOWN: ("unknown", "Some unknown"), RowState.REVIEW: ("review", "To review"),
    RowState.FAILED: ("failed", "Some failed"), RowState.BLOCKED: ("blocked", "Some blocked"),
}  # fmt: skip
_WHO = {Who.NOBODY: "nobody", Who.REVIEWER: "whoever reviews"}


def url(path: str, **query: Any) -> Markup:
    """An address of ours, below `/dashboard`, as it stands in a page; empty values are left out."""
    asked = {name.rstrip("_"): value for name, value in query.items() if value not in ("", None, 0, False)}
    told = f"?{urlencode(asked, doseq=True)}" if asked else ""
    return Markup(escape(f"{PATH}{quote(path, safe='/')}{told}"))


def say(action: Action) -> str:
    """What the button is called that does it."""
    if action.deed is Deed.RUN:
        return "Send corrected rows" if "into" in action.options else "New batch"
    return _SAID[action.deed]


def prose(text: str) -> Markup:
    """A sentence with what can be done in it: what is typed as code, what is pressed in bold."""
    told = shown(worded(text, say), lines=True)
    parts = told.split("`")
    made = [escape(part) if place % 2 == 0 else _pressed(part) for place, part in enumerate(parts)]
    return Markup("").join(made)


def _pressed(part: str) -> Markup:
    tag = "code" if part.startswith(("clipmill ", "--")) or "_" in part or "/" in part else "b"
    return Markup(f"<{tag}>{escape(part)}</{tag}>")


def moment(seconds: float | None) -> Markup:
    """Seconds since the epoch as a moment; where scripts run it becomes the reader's own time."""
    if not seconds:
        return Markup("–")
    at = datetime.fromtimestamp(seconds, UTC)
    return Markup(f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at.day} {at:%b %Y, %H:%M} UTC</time>')


def day(number: int) -> str:
    """Days since the epoch → `Mon 30 Nov`."""
    at = datetime.fromtimestamp(number * 86_400, UTC)
    return f"{at:%a} {at.day} {at:%b}"


def state(of: RowState) -> str:
    """A row's state in words."""
    return STATES.get(of, str(of))


def phase(progress: Progress) -> tuple[str, str]:
    """The key of a style, and a batch's state in a few words."""
    batch, reason = progress.batch, progress.batch.reason
    if batch.options.held and progress.phase in ("paused", "importing"):
        checking = progress.phase == "importing" or progress.count(RowState.CHECKING)
        return ("active", "Checking") if checking else ("ready", "Not started")
    if progress.phase == "paused":
        known: dict[str, tuple[str, str]] = {
            PauseReason.USER: ("ready", "Paused"), PauseReason.BUDGET: ("review", "Budget reached"),
            PauseReason.SAMPLE: ("review", "Sample made"), "": ("ready", "Paused"),
        }  # fmt: skip
        return known.get(reason, ("failed", "Stopped"))
    if progress.phase == "finished" and not progress.rows:
        return ("blocked", "Empty")
    if progress.phase == "finished":
        return next((told for state, told in _ENDS.items() if progress.count(state)), ("done", "Finished"))
    return {
        "importing": ("active", "Reading the table"), "running": ("active", "Running"),
        "interrupted": ("failed", "Nobody works on it"),
        "cancelled": ("cancelled", "Cancelled"), "failed": ("failed", "Table refused"),
    }[progress.phase]  # fmt: skip


def why(progress: Progress) -> str:
    """What the state of a batch means, and what goes on, in a sentence; empty where the state says it."""
    batch, reason = progress.batch, progress.batch.reason
    if progress.is_interrupted:
        return "Rows wait and no worker serves them. Whoever runs the server can start one."
    if progress.is_held:
        halts = [f"{halt.lane}: {halt.reason}" for halt in progress.halts if halt.until == UNTIL_LIFTED]
        return f"Held until somebody resumes it: {'; '.join(halts)}."
    if progress.phase != "paused" or batch.options.held:
        return reason if progress.phase == "failed" else ""
    if reason == PauseReason.BUDGET:
        need = credits.with_unit(progress.sufficient_budget)
        return f"The next row would go over the budget. {need} would be enough for one attempt of every row left."
    if reason == PauseReason.SAMPLE:
        return "Look at what was made, then resume to make the rest."
    return "" if reason in ("", PauseReason.USER) else reason


def segments(progress: Progress) -> Sequence[Mapping[str, Any]]:
    """The places of the sum line with where each lies on a bar, in percent of it."""
    places = [place for place in words.places(progress) if place.count]
    total = sum(place.count for place in places) or 1
    least = 1.2
    wide = [max(least, 100 * place.count / total) for place in places]
    scale, at, found = 100 / (sum(wide) or 1), 0.0, []
    for place, width in zip(places, wide, strict=True):
        found.append({"key": place.key, "label": place.label, "count": place.count, "x": round(at, 3),
                      "width": round(max(0.2, width * scale - 0.3), 3)})  # fmt: skip
        at += width * scale
    return found


def share(part: float, whole: float) -> int:
    """A part of a whole in percent, never all of it before it is."""
    return 100 if whole and part >= whole else int(100 * part / whole) if whole else 0


def makeable(progress: Progress) -> int:
    """Rows that are to be made, or are."""
    return progress.rows - progress.count(RowState.BLOCKED) - progress.count(RowState.CANCELLED)


def made(progress: Progress) -> int:
    """Rows whose file there is."""
    return progress.count(RowState.DONE) + progress.count(RowState.REVIEW)


def average(progress: Progress) -> str:
    """Credits spent for each file that was made; empty before there is one."""
    files = made(progress)
    return credits.as_text(round(progress.balance.spent / files)) if files else ""


def left(pace: Pace) -> str:
    """`16–21 min`; empty where nobody can tell."""
    soon, dash, late = pace.told.partition("–")
    number, _, unit = soon.partition(" ")
    return f"{number}{dash}{late}" if dash and late.endswith(f" {unit}") else pace.told


def is_sampling(progress: Progress) -> bool:
    """Whether only a sample of it may be made."""
    return progress.batch.priority_limit < EVERY_PRIORITY


def typed(amount: int | None) -> str:
    """An amount as it stands in a field."""
    return "" if amount is None else credits.as_typed(amount)


def figure(value: float) -> str:
    """3.0 → `3`."""
    return f"{value:,g}"


def cell(text: str) -> str:
    """A cell of a table, cut where it is long."""
    return shortened(text, 160)


def who(of: Who) -> str:
    """Who can do something about it."""
    return _WHO.get(of, f"the {of}")


def plural(count: int, word: str, words_: str = "") -> str:
    """`1 row`, `2,100 rows`; another plural where it has one."""
    return f"{count:,} {word if count == 1 else words_ or f'{word}s'}"


def ranges(numbers: Sequence[int], count: int) -> str:
    """`17, 23–25 and 12 more`."""
    return words.ranges(numbers, count)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "number": words.number, "counted": plural, "credits": credits.as_text, "with_unit": credits.with_unit,
    "size": words.size, "facts": words.facts_line, "sentence": words.sentence, "key": words.state_key, "state": state,
    "moment": moment, "day": day, "prose": prose, "phase": phase, "why": why, "typed": typed, "cell": cell, "who": who,
    "span": span, "figure": figure, "left": left,
}  # fmt: skip
GLOBALS: Mapping[str, Any] = {
    "url": url, "segments": segments, "share": share, "makeable": makeable, "made": made, "average": average,
    "labels": words.LABELS,
    "places": words.places, "is_sampling": is_sampling, "ranges": ranges,
}  # fmt: skip
