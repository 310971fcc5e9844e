"""Looking at rows before they are rendered: their frames at some moments, on one PNG, and what must be said of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from clipmill.deliver.atomic import put
from clipmill.domain.files.names import finished, with_suffix
from clipmill.domain.priced_row import Checked
from clipmill.domain.template import MEDIA_KINDS
from clipmill.errors import EngineError, InputError, NotFoundError, SettingsError
from clipmill.making import own_name
from clipmill.pipeline.each import rows_per_line
from clipmill.pipeline.use_cases.ahead import with_parts
from clipmill.pipeline.use_cases.parts import Parts, previewing
from clipmill.pipeline.use_cases.table import Given, OpenTable, template_of
from clipmill.ports import Previewing

#: Frames on one sheet.
_MOST = 60
#: Rows named before a sentence that is true of them.
_ROWS_NAMED = 5
#: Files of a template's folder that are looked at for changes.
_MOST_FILES = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at."""

    given: Given
    #: Numbers; none: the first row that is taken.
    rows: Sequence[int]
    #: Seconds from the start; None is the end.
    moments: Sequence[float | None]
    out: Path


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame that was drawn: of which row, at which second, and what the row's file will be called."""

    row: int
    at: float
    name: str


@dataclass(slots=True)
class PreviewOptions:
    """What was seen."""

    frames: list[Frame] = field(default_factory=list)
    #: Sentences, and the rows each is true of; none where a single row is looked at.
    said: dict[str, dict[int, None]] = field(default_factory=dict)

    def note(self, row: int, sentences: Sequence[str], *, of_many: bool) -> None:
        """Take sentences on a row, each once."""
        for sentence in sentences:
            self.said.setdefault(sentence, {}).update({row: None} if of_many else {})

    @property
    def notes(self) -> list[str]:
        """Every sentence once, with the rows it is said of."""
        return [f"{_rows(list(rows))}{sentence}" for sentence, rows in self.said.items()]


def _rows(numbers: Sequence[int]) -> str:
    if len(numbers) < 2:
        return "".join(f"row {number}: " for number in numbers)
    more = f" and {len(numbers) - _ROWS_NAMED} more" if len(numbers) > _ROWS_NAMED else ""
    return f"rows {', '.join(map(str, numbers[:_ROWS_NAMED]))}{more}: "


async def look(parts: Parts, asked: Asked) -> PreviewOptions:
    """Draw the frames and write them. Raises InputError for a row that is blocked, SettingsError, NotFoundError."""
    frames = max(1, len(asked.rows)) * len(asked.moments) * rows_per_line(asked.given.reading.each)
    if not 0 < frames <= _MOST:
        raise SettingsError(f"--row and --at ask for {frames} frames; one sheet holds 1 to {_MOST}",
                            hint="Ask for other rows or moments.")  # fmt: skip
    template = template_of(parts, asked.given)
    engine = previewing(parts, template.engine)
    opened = parts.tables.open(asked.given.table, template, asked.given.reading, asked.given.base)
    drawn: list[Path] = []
    try:
        seen = await _draw(parts, engine, (asked, opened), drawn)
        put(drawn[-1], asked.out.absolute())
        return seen
    except EngineError as error:
        raise InputError(str(error), hint=error.failure.fix) from error
    finally:
        for path in drawn:
            path.unlink(missing_ok=True)


async def _draw(parts: Parts, engine: Previewing, what: tuple[Asked, OpenTable], drawn: list[Path]) -> PreviewOptions:
    """Draw every frame, and the sheet where there are several; `drawn` takes the files, last the one asked for."""
    asked, opened = what
    seen, drawing = PreviewOptions(), []
    cells: list[dict[str, Any]] = []
    for checked in _checked(opened, asked.rows):
        if checked.payload is None:
            seen.note(checked.row.number, [f"it is blocked: {checked.problems[0].told}"], of_many=True)
            continue
        place = len(cells) // len(asked.moments)
        number, of_many = checked.row.number, len(asked.rows) > 1 or bool(opened.each)
        payload = await with_parts(parts, checked)
        quote, spec = engine.quote(payload), engine.expect(payload)
        seen.note(number, (*checked.warnings, *quote.warnings), of_many=of_many)
        name = finished(with_suffix(checked.file_name, spec.suffix), 1)
        for column, moment in enumerate(asked.moments):
            at = _moment(moment, spec.seconds)
            path = parts.files.scratch(f"preview.{own_name()}.png")  # a worker writes nowhere else
            drawn.append(path)
            drawing.append((payload, at, path))
            seen.frames.append(Frame(number, at, name))
            cells.append({"path": str(path), "words": f"row {number}, {at:g} s", "row": place, "column": column})
    if not cells:
        raise InputError("none of these rows can be drawn", hint="; ".join(seen.notes))
    told = await asyncio.gather(*(engine.preview(*one) for one in drawing))
    for frame, noticed in zip(seen.frames, told, strict=True):
        seen.note(frame.row, noticed, of_many=len(asked.rows) > 1 or bool(opened.each))
    if len(cells) > 1:
        drawn.append(parts.files.scratch(f"preview.{own_name()}.png"))
        await engine.sheet(cells, drawn[-1])
    return seen


def _moment(moment: float | None, seconds: float) -> float:
    """The second that is meant. Raises SettingsError for one after the end."""
    if moment is None:
        return seconds
    if moment > seconds:
        raise SettingsError(f"--at {moment:g}: the video is {seconds:g} s long", hint=f"Give 0 to {seconds:g}, or end.")
    return moment


def _checked(opened: OpenTable, numbers: Sequence[int]) -> Iterator[Checked]:
    """The rows, checked. Raises NotFoundError, InputError with the problem of a blocked row that is the only one."""
    wanted = set(numbers)
    left = opened.checker.rows_per_line * max(1, len(wanted))
    for row in opened.source.rows():
        if (number := opened.checker.line_of(row.number)) in wanted or not numbers:
            checked = opened.checker.check(row)
            if checked.payload is None and len(numbers) == 1 and not opened.each:
                problem = checked.problems[0]
                raise InputError(f"row {row.number} is blocked: {problem.told}", hint=problem.fix)
            left -= 1
            if not left % opened.checker.rows_per_line:
                wanted.discard(number)
            yield checked
        if not left:
            return
    raise NotFoundError(f"{opened.path.name} has no row {min(wanted, default=1)}", hint=" ".join(opened.left_out()))


#: Time of the last change in nanoseconds, and bytes, by path.
Saved = Mapping[Path, tuple[int, int]]


def saved(paths: Iterable[Path]) -> Saved:
    """What the files are now; one that is gone, or being replaced at this moment, is left out."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def sources(parts: Parts, asked: Asked) -> Iterator[Path]:
    """The files of the template's folder, and the table."""
    own = {asked.out.absolute(), parts.home}
    folder = asked.given.template
    files = folder.absolute().rglob("*") if isinstance(folder, Path) else ()
    for path in islice(sorted(files), _MOST_FILES):
        if own.isdisjoint((path, *path.parents)):
            yield path
    yield asked.given.table.absolute()


def named(parts: Parts, asked: Asked) -> list[Path]:
    """The media files that the rows looked at name; none while the template or the table cannot be read."""
    try:
        template = template_of(parts, asked.given)
        opened = parts.tables.open(asked.given.table, template, asked.given.reading, asked.given.base)
        fields = {rule.name for rule in template.contract if rule.kind in MEDIA_KINDS}
        columns = [column for column, name in opened.columns.items() if name in fields]
        rows = (
            row
            for row in islice(opened.source.rows(), max(asked.rows, default=1) * opened.checker.rows_per_line)
            if opened.checker.line_of(row.number) in asked.rows or not asked.rows
        )
        return [opened.folder / row.fields[column] for row in rows for column in columns if row.fields.get(column)]
    except InputError:
        return []
