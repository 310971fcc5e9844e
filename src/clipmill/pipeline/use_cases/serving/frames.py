"""Single frames of rows, before anything is made or paid: of a row that is only thought of, and of one of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clipmill.domain.batch import Batch, Reading
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.errors import ConflictError, EngineError, InputError, SettingsError
from clipmill.making import own_name
from clipmill.pipeline.use_cases.ahead import filled_ahead, with_parts
from clipmill.pipeline.use_cases.parts import previewing
from clipmill.pipeline.use_cases.serving.batches import table_of_rows
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.pipeline.use_cases.serving.starting import abandon, new_table_folder
from clipmill.pipeline.use_cases.serving.templates import reading_of, template_named
from clipmill.templates.reading.saved import over


@dataclass(frozen=True, slots=True)
class Thought:
    """A row that may be drawn: its engine, and what it is made of."""

    engine: str
    #: As it was checked, or as a batch has it.
    checked: Checked | None
    payload: Payload
    #: What its parts are assembled of, where a batch's row needs some.
    plan: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()


def thought_of(parts: ServerParts, template: str, edition: int | None, row: Mapping[str, Any],
               mapping: Mapping[str, str]) -> Thought:  # fmt: skip
    """A row as a template makes it, checked. Raises InputError with the problem of one that is blocked."""
    named = template_named(parts, template, edition)
    frozen, folder = parts.named.template(named.version), new_table_folder(parts)
    previewing(parts, frozen.engine)
    try:
        table = table_of_rows(folder, [row])
        reading = over(reading_of(named), Reading(mapping=mapping, remote=True))
        reading = Reading(mapping=reading.mapping, remote=True)
        opened = parts.tables.open(table, frozen, reading)
        checked = opened.checker.check(next(iter(opened.source.rows())))
    finally:
        abandon(folder)
    if checked.payload is None:
        raise _blocked(checked.problems[0])
    return Thought(frozen.engine, checked, checked.payload, warnings=tuple(checked.warnings))


def _blocked(problem: Any) -> InputError:
    return InputError(f"the row is blocked: {problem.told}", hint=problem.fix)


def row_thought_of(parts: ServerParts, batch: Batch, number: int) -> Thought:
    """A row of a batch as it is to be made. Raises ConflictError for one that is blocked, or not checked yet."""
    story = parts.readonly.story(batch.id, number)
    previewing(parts, batch.engine)
    payload, plan = story.now.payload, story.now.plan
    if payload is None and plan is None:
        problems = story.record.problems
        why = f"is blocked: {problems[0].told}" if problems else f"is {story.record.state}"
        raise ConflictError(f"row {number} {why}", hint=problems[0].fix if problems else "Come again later.")
    made = Payload(batch.template_version, payload or {})
    return Thought(batch.engine, None, made, plan if payload is None else None, tuple(story.record.warnings))


async def frame_of(parts: ServerParts, thought: Thought, at: float | None) -> tuple[bytes, float, tuple[str, ...]]:
    """A frame as PNG, the second that it is shown at, and what was noticed; `at` None: the last one.

    Raises InputError for what cannot be drawn, WorkerCrash.
    """
    engine = previewing(parts, thought.engine)
    path = parts.files.scratch(f"preview.{own_name()}.png")  # a worker writes nowhere else
    try:
        payload = await _whole(parts, thought)
        seconds = engine.expect(payload).seconds
        moment = seconds if at is None else at
        if moment > seconds:
            raise SettingsError(f"at {moment:g}: it is {seconds:g} s long", hint=f"Give 0 to {seconds:g}, or nothing.")
        noticed = await engine.preview(payload, moment, path)
        return _read(path), moment, (*thought.warnings, *noticed)
    except EngineError as error:
        raise InputError(str(error), hint=error.failure.fix) from error
    finally:
        path.unlink(missing_ok=True)


async def _whole(parts: ServerParts, thought: Thought) -> Payload:
    if thought.checked is not None:
        return await with_parts(parts, thought.checked)
    if thought.plan is None:
        return thought.payload
    version = thought.payload.template_version
    return Payload(version, await filled_ahead(parts, thought.plan, version))


def _read(path: Path) -> bytes:
    return path.read_bytes()
