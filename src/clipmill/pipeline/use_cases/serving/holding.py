"""Credits of keys that have a limit: what a batch may spend is taken before it starts, and what it did not is given
back when it is over.

A key is charged the budget, which a batch never passes; one without a budget gets what its key has left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.domain.batch import Batch, BatchState
from clipmill.pipeline.use_cases.serving.parts import ServerParts

CREDITS = "credits"
#: What is kept with a batch: the key that was charged, and how much, thousandths of a credit.
KEY, TAKEN = "key", "taken"
#: Batches that are looked through for what they have left, when a key has too little.
_LOOKED_AT = 200
#: Takes an amount from the key of whoever asks, or raises.
Take = Callable[[int], None]


def hold(parts: ServerParts, batch: Batch, key_id: str, take: Take) -> Batch:
    """Take what a batch may still spend from a key that has a limit, which is charged for it from now on.

    Raises what `take` raises.
    """
    owner = str(batch.options.kept.get(KEY) or key_id)
    left = parts.key_limits.left(owner).get(CREDITS)
    if left is None:
        return batch
    taken = int(batch.options.kept.get(TAKEN) or 0)
    budget = batch.policy.budget
    if budget is None:
        budget = taken + max(0, int(left.remaining))
    if budget > taken:
        _take(parts, owner, key_id, (budget - taken, take))
    kept = {**batch.options.kept, KEY: owner, TAKEN: max(budget, taken)}
    return parts.batches.update(batch.id, "credits held", options=replace(batch.options, kept=kept), budget=budget)


def _take(parts: ServerParts, owner: str, asking: str, wanted: tuple[int, Take]) -> None:
    """Take from the key that the batch is charged to; before it is refused, batches that are over give theirs back."""
    amount, take = wanted
    left = parts.key_limits.left(owner).get(CREDITS)
    if left is not None and left.remaining < amount:
        for batch in parts.asked.batches(_LOOKED_AT):
            give_back(parts, batch)
    if owner == asking:
        take(amount)
    elif parts.key_limits.take(owner, CREDITS, amount):
        take(amount)  # the key of whoever asks pays, where that of the batch cannot


def give_back(parts: ServerParts, batch: Batch) -> Batch:
    """Give the key what a batch that is over did not spend; one under way is left alone."""
    taken = int(batch.options.kept.get(TAKEN) or 0)
    if not taken:
        return batch
    progress = parts.batches.progress(batch.id)
    is_over = progress.is_over or (batch.state is BatchState.CANCELLED and not progress.is_busy)
    spent = progress.balance.committed
    if not is_over or spent >= taken:
        return batch
    kept = {**batch.options.kept, TAKEN: spent}
    changed = parts.batches.update(batch.id, "credits given back", options=replace(batch.options, kept=kept))
    parts.key_limits.give(str(batch.options.kept[KEY]), CREDITS, taken - spent)
    return changed
