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
    """What those attempts pay of their call that got something or failed for money: what was charged, divided to the
    last thousandth over them, or over all where there are none; what was reserved where the engine does not say.
    """
    every, failures = (claim, *claim.riders), report.failures
    paying = [each for each in every if each.key not in failures or failures[each.key].charged]
    if report.charged is None:
        failed_for = {key: failure.took for key, failure in failures.items() if failure.took is not None}
        return {each.key: failed_for.get(each.key, each.credits) for each in paying}
    keys = [each.key for each in paying or (every if report.charged else ())]
    return dict(zip(keys, divided(report.charged, len(keys) or 1), strict=False))
