"""Starting a batch, in steps that each have an address: a table, a template, its columns, the check, the start.

What was chosen stands in the address, so that going back and coming again loses nothing.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from clipmill.api.bodies import FORM_BYTES
from clipmill.api.errors import ApiError
from clipmill.domain.access import Named
from clipmill.domain.batch import Batch
from clipmill.domain.row import RowState
from clipmill.errors import InputError
from clipmill.pipeline.use_cases.serving import drafts
from clipmill.pipeline.use_cases.serving.batches import check_held, is_held
from clipmill.pipeline.use_cases.serving.letting_go import let_go
from clipmill.pipeline.use_cases.serving.starting import Beginning, begin
from clipmill.pipeline.use_cases.serving.templates import reading_of, template_named
from clipmill.web.asking import Ask
from clipmill.web.rooms.batch import budget_of, charged, seen, troubles
from clipmill.web.rooms.templates import add_example

#: Templates that are offered, and rows whose frames are drawn before anything is paid.
_OFFERED, _FRAMES = 100, 3


def table(ask: Ask) -> Response:
    """The first step: a table."""
    return ask.page("new_table.html", step=1, template=ask.query.get("template", ""), problem="", again=None)


def take_table(ask: Ask) -> Response:
    """Keep the table that was sent, pasted, or is the example's."""
    template = ask.text("template")
    try:
        draft = _sent(ask)
    except InputError as error:
        return ask.page("new_table.html", 400, step=1, template=template, problem=str(error), again=error.hint)
    path = "/new/columns" if template else "/new/template"
    return ask.to(path, table=draft.id, template=template)


def _sent(ask: Ask) -> drafts.BatchDraft:
    if ask.text("example"):
        return drafts.example_table(ask.parts)
    if (sent := ask.file("table")) is not None:
        return drafts.keep_table(ask.parts, sent.filename or "", sent.file, FORM_BYTES)
    pasted = str(ask.form.get("pasted", ""))
    if pasted.strip():
        content = io.BytesIO(pasted.replace("\r\n", "\n").encode("utf-8", "replace"))
        return drafts.keep_table(ask.parts, "pasted.csv", content, FORM_BYTES)
    raise InputError("no table was chosen", hint="Choose a file, or paste rows with a line of column names above them.")


def try_example(ask: Ask) -> Response:
    """The bundled example, whole: its template and its table, ready to be checked."""
    named = add_example(ask)
    return ask.to("/new/columns", table=drafts.example_table(ask.parts).id, template=named.id)


def template(ask: Ask) -> Response:
    """The second step: a template."""
    draft = drafts.draft(ask.parts, ask.query.get("table", ""))
    found, _ = ask.parts.named.page("", _OFFERED)
    return ask.page("new_template.html", step=2, draft=draft, found=found, counted=drafts.COUNTED,
                    contracts={named.id: ask.parts.named.template(named.version) for named in found})  # fmt: skip


def columns(ask: Ask) -> Response:
    """The third step: which column feeds which field."""
    return _columns(ask, ask.query, {})


def _columns(ask: Ask, said: Mapping[str, str], problem: Mapping[str, str]) -> Response:
    draft = drafts.draft(ask.parts, said.get("table", ""))
    named = template_named(ask.parts, said.get("template", ""))
    contract = ask.parts.named.template(named.version)
    asked = _asked(said)
    if asked:
        fed = drafts.chosen(contract, draft.columns, asked)
    else:
        fed = drafts.feeds(contract, draft.columns, reading_of(named))
    used = {feed.column for feed in fed}
    return ask.page("new_columns.html", 400 if problem else 200, step=3, draft=draft, named=named, fed=fed,
                    unused=[column for column in draft.columns if column not in used], counted=drafts.COUNTED,
                    name=said.get("name", ""), problem=problem, was=said.get("was", ""))  # fmt: skip


def _asked(said: Mapping[str, str]) -> dict[str, str]:
    """Field → column, as a person chose them."""
    return {name[4:]: value for name, value in said.items() if name.startswith("map.") and isinstance(value, str)}


def check(ask: Ask) -> Response:
    """Make a batch that stands still, so that every row is checked and priced, and nothing is made."""
    said = {name: value for name, value in ask.form.items() if isinstance(value, str)}
    draft = drafts.draft(ask.parts, ask.text("table"))
    named = template_named(ask.parts, ask.text("template"))
    contract = ask.parts.named.template(named.version)
    fed = drafts.chosen(contract, draft.columns, _asked(said))
    try:
        reading = drafts.reading_for(draft.columns, fed)
        batch = _begun(ask, draft, named, reading)
    except InputError as error:
        return _columns(ask, said, {"told": str(error), "fix": error.hint})
    _drop(ask, ask.text("was"))
    return ask.to(f"/batches/{batch.id}/start")


def _begun(ask: Ask, draft: drafts.BatchDraft, named: Named, reading: Any) -> Batch:
    ask.caller.take("batches")
    kept = {"template": named.id, "edition": named.number, "draft": draft.id, "metadata": {}}
    name = ask.text("name")[:200] or f"{named.name}, {draft.path.stem}"
    wish = Beginning(template=ask.parts.named.template(named.version), name=name, reading=reading, held=True,
                     kept=kept)  # fmt: skip
    with ask.served.alone(ask.caller.tenant) as parts:
        parts.media.forget()
        batch = begin(parts, draft.path, wish)
    ask.served.read_in(ask.caller.tenant, batch.id)
    return batch


def _drop(ask: Ask, batch_id: str) -> None:
    """Drop the batch that another check takes the place of, where it never started."""
    if not batch_id:
        return
    was = ask.parts.readonly.find(batch_id)
    if was.id == batch_id and is_held(was):
        ask.parts.verbs.cancel(was.id)


def ask_start(ask: Ask) -> Response:
    """The fourth step: what the check found, frames of three rows, what it may cost, how it is to run."""
    batch = ask.batch()
    if not is_held(batch):
        return ask.to(f"/batches/{batch.id}")
    return ask.page("new_start.html", step=4, tab="", problem="", form={}, **checked(ask, batch))


def checked(ask: Ask, batch: Batch) -> Mapping[str, Any]:
    """What the check has found by now, and frames of three rows once it is over."""
    numbers = seen(ask, batch.id)
    progress = numbers["progress"]
    is_checked = progress.phase == "paused" and not progress.count(RowState.CHECKING)
    frames = _frames(ask, batch, progress.count(RowState.READY)) if is_checked else []
    return {**numbers, **troubles(ask, batch), "frames": frames, "is_checked": is_checked,
            "back": _back(batch), "can_show": hasattr(ask.parts.engine(batch.engine), "preview")}  # fmt: skip


def _frames(ask: Ask, batch: Batch, ready: int) -> list[Any]:
    """The first ready row, one from the middle and one from the end of the table."""
    if not ready:
        return []
    page, rows = ask.parts.readonly.page, ask.parts.readonly.progress(batch.id).rows
    spread = [page(batch.id, [RowState.READY], rows * part // _FRAMES, 1) for part in range(_FRAMES)]
    found = {record.number: record for some in spread for record in some}
    for record in page(batch.id, [RowState.READY], 0, _FRAMES):
        if len(found) < _FRAMES:
            found.setdefault(record.number, record)
    return [found[number] for number in sorted(found)][:_FRAMES]


def _back(batch: Batch) -> dict[str, str]:
    """What was chosen, to go back to."""
    kept = batch.options.kept
    if not kept.get("draft"):
        return {}
    chosen = {f"map.{name}": column for column, name in batch.options.reading.mapping.items()}
    return {"table": kept["draft"], "template": kept["template"], "name": batch.name, "was": batch.id, **chosen}


def start(ask: Ask) -> Response:
    """Let it go: all of it, or a sample first."""
    batch = ask.batch()
    check_held(batch)
    budget, window = budget_of(ask), ask.number("window", 1, 100_000)
    stop = ask.number("stop_percent", 1, 100)
    sample = (ask.number("sample", 1, 1_000) or 10) if ask.text("how") == "sample" else 0
    if ask.text("how") not in ("sample", "all"):
        raise ApiError(400, "invalid_request", "say whether a sample is made first", hint="Go back and choose.")
    ask.parts.batches.update(batch.id, "changed", budget=budget, window=window, stop_percent=stop)
    batch = charged(ask, ask.batch())
    let_go(ask.parts, batch, sample)
    ask.served.wake()
    told = f"Started: a sample of {sample} first." if sample else "Started."
    return ask.to(f"/batches/{batch.id}", told)
