"""What a plan allows: batches at all, and how much at once."""

from __future__ import annotations

from collections.abc import Mapping

from clipmill.api.access import Caller
from clipmill.api.dialects.sync.asking import SINGLE, SURFACE
from clipmill.api.errors import ApiError
from clipmill.deliver.wordings.sync import OVER, STATUSES

#: Plan → single generations at once, and whether it has batches; what is not here is as the limits say.
_PLANS: Mapping[str, tuple[int, bool]] = {"hobbyist": (1, False), "creator": (3, False), "growth": (6, True),
                                          "scale": (15, True)}  # fmt: skip
_UNDER_WAY = [state for state, status in STATUSES.items() if status not in OVER]
_AGAIN_SECONDS = 5.0


def check_plan(caller: Caller) -> None:
    """Raises ApiError (402) where the plan has no batches."""
    plan = caller.parts.settings.sync_plan
    if not _PLANS.get(plan, (0, True))[1]:
        raise ApiError(402, "batch_plan_required", f"the plan {plan} has no batches",
                       hint="Batches come with the plan growth and those above it.")  # fmt: skip


def check_generations(caller: Caller) -> None:
    """Raises ApiError (429) where as many single generations are under way as may be; batches do not count."""
    settings = caller.parts.settings
    most = min(_PLANS.get(settings.sync_plan, (settings.limits.sync_generations, True))[0],
               settings.limits.sync_generations)  # fmt: skip
    among = {"kinds": [SINGLE.id], "states": _UNDER_WAY}
    if caller.parts.asked.jobs(SURFACE, among, 1).total >= most:
        raise _too_many("concurrency_limit_reached", f"{most} generations are under way")


def check_batches(caller: Caller) -> None:
    """Raises ApiError (429) where as many batches are under way as may be."""
    most = caller.parts.settings.limits.sync_batches
    if caller.parts.asked.unfinished(SURFACE) >= most:
        raise _too_many("batch_concurrency_limit_reached", f"{most} batches are under way")


def _too_many(code: str, why: str) -> ApiError:
    return ApiError(429, code, f"{why}, which are as many as may be at once",
                    hint="Come again when one has come to its end.", retry_after=_AGAIN_SECONDS)  # fmt: skip
