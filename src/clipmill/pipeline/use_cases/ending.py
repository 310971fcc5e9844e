"""Working on a batch until it is at rest, and what it leaves then, whoever settles its last row."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clipmill.domain.batch import Batch, BatchState, PauseReason, Progress
from clipmill.domain.line.delivery import Receipt
from clipmill.pipeline.use_cases.parts import Parts, new_id


@dataclass(frozen=True, slots=True)
class Ended:
    """A batch at rest."""

    progress: Progress
    #: Rows whose finished files had gone from the folder and were delivered again.
    again: Sequence[int]
    #: Rows whose finished files are nowhere any more.
    lost: Sequence[int]
    #: The archive that was asked for, and what was packed into it.
    archive: Path | None
    receipt: Receipt | None


async def work_on(parts: Parts, batch: Batch) -> Ended:
    """Carry the batch's rows until it is at rest; what somebody took from its folder meanwhile is delivered again."""
    parts.engine(batch.engine)
    with parts.presence.announce(f"{batch.id}.{new_id('wrk')}"):
        await parts.worker().run(batch.id)
        again, lost = await asyncio.to_thread(parts.outputs.lost, batch)
        if again:
            parts.verbs.deliver_again(batch.id, again)
            await parts.worker().run(batch.id)
    receipt = await asyncio.to_thread(end_batch, parts, batch.id)
    progress = parts.batches.progress(batch.id)
    return Ended(progress, again, lost, archive_of(progress.batch), receipt)


def end_batch(parts: Parts, batch_id: str, writer: str = "") -> Receipt | None:
    """Write what a batch at rest leaves, and stop it where its sample is made; what was packed, if it was to be.

    Doing it twice gives the same files, and of two at once one waits for the other. Where it is cut off, it is still
    known to be unwritten; `writer` is the worker at it, if one is. Raises StoreError.
    """
    writer, batches = writer or new_id("end"), parts.batches
    with parts.presence.turn(f"{batch_id}.outputs"):
        batches.begin_writing(writer, batch_id)
        try:
            if batches.find(batch_id).standing:  # nobody wants a report, ever longer, after every row
                batches.end_writing(writer, batch_id)
                return None
            end_sample(parts, batch_id)
            progress = batches.progress(batch_id)
            parts.outputs.write(progress)
            archive = archive_of(progress.batch)
            receipt = parts.outputs.pack(progress.batch, archive) if archive else None
        except Exception as error:
            batches.end_writing(writer, batch_id, str(error))
            raise
        batches.end_writing(writer, batch_id)
        return receipt


async def call_off(parts: Parts, batch: Batch, *, attended: bool) -> int:
    """Cancel every row of a batch that is not under way or finished; how many.

    What dead workers left under way is given back or, where it may be paid for or is made already, carried to its end,
    and what the batch leaves is written, but for a folder that a later batch has; where somebody is at work on the
    batch, he does that.
    """
    moved = parts.verbs.cancel(batch.id)
    if attended:
        return moved
    if parts.batches.progress(batch.id).active:
        parts.engine(batch.engine)
        await parts.worker().settle(batch.id)
    if parts.batches_in(Path(batch.out_folder))[0].batch.id == batch.id:
        await asyncio.to_thread(end_batch, parts, batch.id)
    return moved


def end_sample(parts: Parts, batch_id: str) -> None:
    """Stop a batch whose sample is made, for a person to look at it; another is left alone."""
    parts.batches.update(batch_id, "sampled", lambda now: now.is_sampled, state=BatchState.PAUSED,
                         reason=str(PauseReason.SAMPLE))  # fmt: skip


def archive_of(batch: Batch) -> Path | None:
    """The archive that its finished files are to be packed into."""
    return Path(batch.options.archive) if batch.options.archive else None
