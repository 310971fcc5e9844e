"""Calls as the line makes them: what goes into one, when it is asked about, and what each attempt pays of it."""

from __future__ import annotations

from collections.abc import Mapping

from clipmill.domain.attempt import Claim
from clipmill.domain.credits import divided
from clipmill.domain.line.call import Call
from clipmill.domain.line.report import Report
from clipmill.ports import RemoteEngine

#: A job is let alone for this share of its age, and no longer than so many seconds.
_OF_ITS_AGE, _LONGEST_SECONDS = 0.1, 60.0


def call_of(claim: Claim) -> Call:
    """What is sent for a row and for those that ride with it; the same for every send of it."""
    return Call(key=claim.key, lane=claim.lane, items=tuple(each.item for each in (claim, *claim.riders)))


def look_again_in(claim: Claim, report: Report, engine: RemoteEngine, now: float) -> float:
    """Seconds until a job is asked about again."""
    if report.look_again_in is not None:
        return report.look_again_in
    age = now - claim.admitted_at
    return max(engine.first_poll_seconds, min(age * _OF_ITS_AGE, _LONGEST_SECONDS))


def shares_of(claim: Claim, report: Report) -> Mapping[str, int]:
    """What each attempt pays of its call: what was charged, divided over those that got something or failed for money,
    to the last thousandth; where the engine does not say, what was reserved for each.
    """
    every = (claim, *claim.riders)
    if report.charged is None:
        return {each.key: each.credits for each in every}
    paying = [each.key for each in every if each.key not in report.failures or report.failures[each.key].charged]
    paying = paying or [each.key for each in every]
    return dict.fromkeys((each.key for each in every), 0) | dict(
        zip(paying, divided(report.charged, len(paying)), strict=True)
    )
