"""The report of a batch: one HTML page with a contact sheet, which opens from disk without a network."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from clipmill.deliver import words
from clipmill.deliver.aside import aside_of
from clipmill.deliver.atomic import own_folder, reading, replacing
from clipmill.deliver.summary import CARDS_SHOWN, problems_of, summarise
from clipmill.domain import credits
from clipmill.domain.batch import Progress
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import MediaFacts, Problem, Ruling
from clipmill.errors import StoreError
from clipmill.hints import Wording, worded
from clipmill.making import becoming
from clipmill.rights import as_usual, usual_folder
from clipmill.shown import discreet, shortened, shown

REPORT_NAME = "report.html"
#: The folder beside the report with its pictures.
PICTURES = "report"
_PICTURE_WIDTH = 360
_VALUE_SHOWN = 200
#: Rows in the list of all of them; beyond these there are the results.
ROWS_LISTED = 20_000
_TOLD_SHOWN = 160
#: Containers without pictures.
_SOUNDS = frozenset({"mp3", "wav", "m4a"})


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """One frame on a card."""

    #: Relative to the report.
    link: str
    #: `first`, `middle`, `last` or `doubt1` …; empty: the file is this one picture.
    moment: str
    #: None where the frames have no times.
    at_seconds: float | None
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """One row of the contact sheet."""

    record: RowRecord
    key: str
    label: str
    #: Relative link to the file, empty where there is none.
    link: str
    facts: MediaFacts | None
    pictures: tuple[ReportPicture, ...]
    #: Where what is doubted can be seen, each with what that is.
    doubts: tuple[tuple[ReportPicture, str], ...]
    #: Whether it is listened to.
    is_sound: bool
    problems: tuple[Problem, ...]
    checks_passed: int
    #: What was noticed and stops nothing.
    notices: tuple[str, ...]
    #: What can be typed next about this row, with what it does.
    commands: tuple[words.Command, ...]
    #: The row's cells, cut where they are long.
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of the list of all rows."""

    number: int
    name: str
    #: Relative link to the file, empty where there is none.
    link: str
    key: str
    label: str
    #: Why it is where it is, or what was noticed about it.
    told: str


def write_report(  # noqa: PLR0913 - what it is made of, each by its name
    folder: Path,
    progress: Progress,
    records: Iterable[RowRecord],
    frames: Callable[[RowRecord], Mapping[str, Path]],
    *,
    generated_at: float,
    cards_shown: int = CARDS_SHOWN,
    say: Wording = str,
) -> Path:
    """Write `report.html` and its pictures into the folder; the report's path.

    `frames` gives the JPEGs of a row's file by name; `generated_at` is in seconds since
    the epoch. Rows beyond `cards_shown` stand in the list of all rows alone; `say` words what can be done.
    Raises StoreError.
    """
    lines: list[ReportLine] = []
    records = (record.worded(say) for record in records)
    summary = summarise(_listed(folder, records, lines), cards_shown)
    cards = [_card(folder, record, progress.batch.id, _copied(folder, record, frames)) for record in summary.cards]
    shown = [words.Place(key, label, sum(card.key == key for card in cards)) for key, label in words.LABELS.items()]
    page = _environment(say).get_template(REPORT_NAME)
    values = {
        "progress": progress,
        "batch": progress.batch,
        "places": words.places(progress),
        "done": progress.count(RowState.DONE),
        "summary": summary,
        "cards": cards,
        "lines": lines,
        "with_card": {card.record.number for card in cards},
        "commands": words.commands(progress),
        "card_places": [place for place in shown if place.count],
        "has_blocked_csv": (folder / "blocked.csv").is_file(),
        "generated": words.moment(generated_at),
    }
    path = folder / REPORT_NAME
    with replacing(path) as file:
        page.stream(values).dump(file, encoding="utf-8")
    return path


def _environment(say: Wording) -> Environment:
    """Jinja for our own page: every text legible, discreet and escaped, every name must exist."""
    environment = Environment(
        loader=PackageLoader("clipmill.deliver", ""),
        autoescape=True,
        finalize=_told,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": words.number,
        "counted": words.counted,
        "credits": credits.as_text,
        "with_unit": credits.with_unit,
        "share": credits.as_number,
        "size": words.size,
        "facts": words.facts_line,
        "sentence": words.sentence,
        "place": lambda state: words.LABELS[words.state_key(state)],
        "key": words.state_key,
        "digest": _digest,
        "lines": lambda text: escape(shown(text, lines=True)),
        "said": say,
        "in_words": partial(worded, say=say),
    }
    environment.globals |= {"ranges": words.ranges}
    return environment


def _told(value: Any) -> Any:
    """What is written into the page, unless it is markup of ours."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _digest(text: str) -> Markup:
    """How a policy names a script or a style of this page."""
    return Markup(f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}")


def _listed(folder: Path, records: Iterable[RowRecord], lines: list[ReportLine]) -> Iterator[RowRecord]:
    """The same records, each noted in the list of all rows on its way."""
    for record in records:
        if len(lines) < ROWS_LISTED:
            key = words.state_key(record.state)
            told = discreet("; ".join([problem.told for problem in problems_of(record)] or record.every_warning))
            link, label = _link(folder, record), words.LABELS[key]
            lines.append(ReportLine(record.number, record.file_name, link, key, label, shortened(told, _TOLD_SHOWN)))
        yield record


def _link(folder: Path, record: RowRecord) -> str:
    """Where the row's file lies: among the finished ones, or aside."""
    if record.state is RowState.DONE:
        return Markup(quote(record.file_name))
    aside = aside_of(record)
    return (
        Markup(quote(f"{aside}/{record.file_name}")) if aside and (folder / aside / record.file_name).is_file() else ""
    )


def _card(folder: Path, record: RowRecord, batch_id: str, pictures: tuple[ReportPicture, ...]) -> Card:
    """The row as the page shows it."""
    findings = record.verdict.findings if record.verdict else ()
    about = {shot.name: shot.about for shot in (record.verdict.shots if record.verdict else ()) if shot.about}
    key = words.state_key(record.state)
    problems = tuple(problems_of(record))
    told = {problem.reason for problem in problems}
    return Card(
        record=record,
        key=key,
        label=words.LABELS[key],
        link=_link(folder, record),
        facts=record.verdict.facts if record.verdict else None,
        pictures=tuple(picture for picture in pictures if picture.moment not in about),
        doubts=tuple((picture, about[picture.moment]) for picture in pictures if picture.moment in about),
        is_sound=bool(record.verdict and record.verdict.facts.container in _SOUNDS),
        problems=problems,
        notices=tuple(warning for warning in record.every_warning if warning not in told),
        commands=words.commands_of(record, batch_id),
        checks_passed=sum(finding.ruling is Ruling.PASS for finding in findings),
        cells={name: shortened(discreet(text), _VALUE_SHOWN) for name, text in record.fields.items()},
    )


def _copied(
    folder: Path, record: RowRecord, frames: Callable[[RowRecord], Mapping[str, Path]]
) -> tuple[ReportPicture, ...]:
    """The row's pictures, copied beside the report; none where the file was never made or never decoded."""
    source = frames(record) if record.media else {}
    if not source:
        return ()
    facts = record.verdict.facts if record.verdict else MediaFacts()
    height = round(_PICTURE_WIDTH * facts.height / facts.width) if facts.width else 0
    frame_seconds = 1 / facts.fps if facts.fps else 0.0
    numbers = {"first": 0, "middle": facts.frames // 2, "last": facts.frames - 1}
    numbers |= {shot.name: shot.frame for shot in (record.verdict.shots if record.verdict else ())}
    times = {name: number * frame_seconds if facts.fps else None for name, number in numbers.items()}
    found = [name for name in numbers if name in source]
    beside = own_folder(folder, PICTURES)
    links = {name: _copy(source[name], beside / f"{record.media}-{name}.jpg") for name in found}
    is_single = len(found) == 1
    return tuple(
        ReportPicture(
            links[name], "" if is_single else name, None if is_single else times[name], _PICTURE_WIDTH, height
        )
        for name in found
    )


def _copy(source: Path, target: Path) -> str:
    """Copy one picture unless it is there: the name holds the hash of the video. Its link from the report."""
    try:
        usual_folder(target.parent)
        if target.is_symlink() or not target.is_file() or target.stat().st_size != source.stat().st_size:
            with reading(source) as picture, becoming(target) as copy:
                copy.write_bytes(picture.read())
                as_usual(copy)
    except OSError as error:
        raise StoreError(
            f"{target} could not be written: {error.strerror or error}",
            hint="Check the space on the disk and the rights of the folder.",
        ) from error
    return f"{PICTURES}/{target.name}"
