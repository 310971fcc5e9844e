"""Batches behind the answers: their tables are read and checked, they expire, and what they leave is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from clipmill.api.dialects.openai.batch import has_expired, is_to_be_finished
from clipmill.api.dialects.openai.clips import clip_of
from clipmill.api.dialects.openai.files import kept_output, reference_of_object
from clipmill.api.dialects.openai.lines import TOLD, Fault, RequestLine, lines_of
from clipmill.api.dialects.openai.making import CREDITS
from clipmill.api.dialects.openai.models import Offers
from clipmill.api.dialects.openai.outputs import VIDEOS, answer_of, outcomes, write
from clipmill.api.dialects.openai.pictures import pictures_of
from clipmill.api.errors import ApiError, told_of
from clipmill.app import App
from clipmill.deliver.wordings.happened import media_link
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.verdict import Problem
from clipmill.errors import InputError
from clipmill.making import own_name
from clipmill.pipeline.use_cases.serving.requests.gathering import add, keep_more, let_run, refuse
from clipmill.pipeline.use_cases.serving.requests.single import Wish

#: Requests that are taken in at once.
_CHUNK = 500
#: What is told of requests that were not made, by whether time was up.
_CALLED_OFF = {True: ("batch_expired", "This request could not be made before the batch expired."),
               False: ("batch_cancelled", "The batch was cancelled before this request was made.")}  # fmt: skip
Taken = tuple[Wish, Problem | None]


def go_on(parts: App, batch_id: str) -> None:
    """Do with a batch what is to be done now: read its table, or write what it leaves. Doing it twice is the same."""
    with parts.presence.announce(batch_id):
        batch = parts.batches.find(batch_id)
        if batch.state is BatchState.IMPORTING:
            _read(parts, batch)
        if is_to_be_finished(parts.batches.progress(batch_id)):
            _finish(parts, parts.batches.progress(batch_id))


def expired(parts: App, progress: Progress) -> Progress:
    """The batch as it is after a look at the clock: what is not begun when its time is over is called off."""
    now, batch = parts.time.now(), progress.batch
    if not has_expired(progress, now):
        return progress
    keep_more(parts, batch, {"expired_at": now})
    parts.verbs.cancel(batch.id)
    return parts.batches.progress(batch.id)


def _read(parts: App, batch: Batch) -> None:
    """Check the whole table before anything of it is taken in, then take it in."""
    kept = batch.options.kept
    faults, total, price = list[dict[str, Any]](), 0, 0
    for line in _lines(parts, batch):
        total += 1
        if isinstance(line, RequestLine):
            fault, cost = _looked_at(parts, batch, line)
            price += cost
        else:
            fault = line
        if fault and len(faults) < TOLD:
            faults.append(fault.as_dict())
    if not faults and not kept.get("charged"):
        faults = _charged(parts, batch, price)
    if faults:
        keep_more(parts, batch, {"errors": faults, "failed_at": parts.time.now()})
        refuse(parts, batch, f"{faults[0]['code']}: {faults[0]['message']}")
        return
    keep_more(parts, batch, {"total": total, "charged": True})
    chunk = list[Taken]()
    for line in _lines(parts, batch):
        chunk += _taken(parts, batch, line) if isinstance(line, RequestLine) else ()
        if len(chunk) >= _CHUNK:
            add(parts, batch, chunk)
            chunk = []
    add(parts, batch, chunk)
    keep_more(parts, batch, {"in_progress_at": parts.time.now()})
    let_run(parts, batch)


def _lines(parts: App, batch: Batch) -> Iterator[RequestLine | Fault]:
    kept = batch.options.kept
    with parts.own_files.path(kept["input_sha256"]).open("rb") as file:
        yield from lines_of(file, kept["endpoint"])


def _looked_at(parts: App, batch: Batch, line: RequestLine) -> tuple[Fault | None, int]:
    """What makes the whole batch impossible, and what the request costs. What is wrong with it alone is told of it."""
    try:
        asked = _asked(parts, batch, line)
    except ApiError:
        return None, 0
    if asked.offer.engine == batch.engine:
        return None, asked.price
    return Fault(code="mismatched_model", line=line.number, param="model",
                 message=f"{asked.offer.name} is made by the engine {asked.offer.engine}, and the first request "
                 f"by {batch.engine}. All requests of a batch go to one engine."), 0  # fmt: skip


def _asked(parts: App, batch: Batch, line: RequestLine, reference: str = "") -> Any:
    offers = Offers.of(parts)
    is_video = batch.options.kept["endpoint"] == VIDEOS
    return clip_of(line.body, offers, reference) if is_video else pictures_of(line.body, offers)


def _charged(parts: App, batch: Batch, price: int) -> list[dict[str, Any]]:
    """Take the price of everything from what the key may spend; the fault where that is less."""
    if price and parts.key_limits.take(batch.options.kept["key"], CREDITS, price):
        return [Fault(code="insufficient_quota", message=f"The batch costs {price / 1000:g} credits, and the key has "
                      "less left.").as_dict()]  # fmt: skip
    return []


def _taken(parts: App, batch: Batch, line: RequestLine) -> list[Taken]:
    """A request as rows, one for each file that it asks for; a wrong one as one that is blocked."""
    tail = batch.public_id.removeprefix("batch_")
    told = {"custom_id": line.custom_id, "line": line.number, "at": batch.created_at}
    prefix = "video" if batch.options.kept["endpoint"] == VIDEOS else "img"
    first = f"{prefix}_{tail}_{line.number}"
    try:
        given = line.body.get("input_reference") if prefix == "video" else None
        reference = reference_of_object(parts, given, "input_reference") if given else ""
        asked = _asked(parts, batch, line, reference)
    except (ApiError, InputError) as error:
        why = told_of(error)
        problem = Problem("request.wrong", why.message, why.hint, why.param)
        return [(Wish(public_id=first, payload={}, name=first, request=told), problem)]
    ids = [first, *(f"{first}_{place}" for place in range(2, getattr(asked, "count", 1) + 1))]
    return [(Wish(public_id=one, payload=asked.payload, name=f"{line.custom_id[:80]}{one.removeprefix(first)}",
                  request={**asked.kept, **told}), None) for one in ids]  # fmt: skip


def _finish(parts: App, progress: Progress) -> None:
    """Write what a batch leaves, as files of its tenant."""
    batch = progress.batch
    kept, now = batch.options.kept, parts.time.now()
    paths = [parts.files.scratch(f"openai.{own_name()}.jsonl") for _ in range(2)]
    jobs = (Job(batch, record) for record in parts.readonly.records(batch.id))
    body_of = answer_of(kept["endpoint"], now, lambda job: media_link(parts.links, job),
                        lambda job: parts.files.path(job.record.media).read_bytes())  # fmt: skip
    try:
        with paths[0].open("w", encoding="utf-8") as good, paths[1].open("w", encoding="utf-8") as bad:
            written = write(outcomes(jobs, body_of, _CALLED_OFF[bool(kept.get("expired_at"))]), good, bad)
        names = (f"{batch.public_id}_output.jsonl", f"{batch.public_id}_error.jsonl")
        ids = [kept_output(parts, path, name, kept.get("output_expires_after"), now).id if path.stat().st_size else None
               for path, name in zip(paths, names, strict=True)]  # fmt: skip
    finally:
        for path in paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    ends = [event.at for event in parts.readonly.events(batch.id, kind="finished")]
    keep_more(parts, batch, {"finished": {
        "output": ids[0], "error": ids[1], "completed": written.completed, "failed": written.failed,
        "settled_at": ends[-1] if ends else now, "at": now,
    }})  # fmt: skip
