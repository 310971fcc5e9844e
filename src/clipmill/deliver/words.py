"""How a report writes numbers, lists and states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clipmill.deliver.aside import is_rejected
from clipmill.domain.batch import Progress
from clipmill.domain.files.exchange import TABLE_NAME
from clipmill.domain.record import RowRecord
from clipmill.domain.row import ACTIVE, AMENDABLE, RowState
from clipmill.domain.verdict import MediaFacts
from clipmill.hints import ASKED, Action, Deed

_CODECS = {
    "h264": "H.264", "hevc": "H.265", "av1": "AV1", "vp9": "VP9", "mpeg4": "MPEG-4", "prores": "ProRes", "gif": "GIF",
    "aac": "AAC", "opus": "Opus", "mp3": "MP3", "pcm_s16le": "PCM",
}  # fmt: skip
_UNITS = ("kB", "MB", "GB", "TB")
_RANGES_SHOWN = 8
#: `visuals[2]: …`, `audios[0].src: …`.
_FIELD = re.compile(r"\w+(?:\[\d+\]|\.\w+)+:|subtitle:")


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the sum line: every row is in exactly one of them."""

    #: Name of the style and of the icon: `done`, `active` …
    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do next."""

    action: Action
    #: What it does, as the end of a sentence.
    does: str


def commands(progress: Progress) -> list[Command]:
    """What brings the batch further, or shows more of it."""
    batch, found = progress.batch, list[Command]()

    def add(does: str, deed: Deed, about: str = batch.id, **options: str) -> None:
        found.append(Command(Action(deed, about, options=options), does))

    if progress.count(RowState.REVIEW):
        add("delivers all that wait for review", Deed.APPROVE)
        add("delivers some of them", Deed.APPROVE, some_rows=ASKED)
        add("makes some of them again", Deed.REJECT, some_rows=ASKED, again="")
    if any(progress.count(state) for state in AMENDABLE):
        add("says what is wrong, and who can mend it", Deed.FAILURES)
        table = Path(batch.out_folder) / TABLE_NAME
        if table.is_file():
            add("takes corrected rows and replaced files in", Deed.RUN, "", table=str(table), into=batch.id)
    if not progress.is_over:
        add("says how far it is by now", Deed.STATUS)
    if progress.count(RowState.DONE):
        add("takes a finished file back", Deed.REJECT, one_row=ASKED)
    return found


def commands_of(record: RowRecord, batch_id: str) -> tuple[Command, ...]:
    """What can be done about one row by its number."""
    approve, reject = (Action(deed, batch_id, [record.number]) for deed in (Deed.APPROVE, Deed.REJECT))
    if record.state is RowState.REVIEW:
        return (Command(approve, "delivers it"), Command(reject, "drops it"))
    if record.state is RowState.DONE:
        return (Command(reject, "takes it back"),)
    if is_rejected(record):
        again = Action(Deed.RETRY, batch_id, [record.number], {"new_seed": ""})
        return (Command(again, "makes it again"),)
    return ()


def state_key(state: RowState) -> str:
    """The place a state belongs to: everything a worker is busy with is one."""
    return "active" if state in ACTIVE else str(state)


#: Place → its words, in the order of the sum line.
LABELS = {
    "done": "done", "review": "to review", "failed": "failed", "blocked": "blocked", "unknown": "unknown",
    "active": "under way", "ready": "waiting", "waiting": "waiting for parts", "cancelled": "cancelled",
}  # fmt: skip


def places(progress: Progress) -> list[Place]:
    """The sum line: each place with its rows, the empty ones left out except `done`."""
    counts = dict.fromkeys(LABELS, 0)
    for state, count in progress.counts.items():
        counts[state_key(state)] += count
    return [Place(key, label, counts[key]) for key, label in LABELS.items() if counts[key] or key == "done"]


def sentence(text: str) -> str:
    """`too long` → `Too long`; the path of a field stays as it is written."""
    return text if _FIELD.match(text) else text[:1].upper() + text[1:]


def number(value: float) -> str:
    """12345 → `12,345`."""
    return f"{value:,}"


def counted(count: int, word: str) -> str:
    """3, `row` → `3 rows`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def size(size_bytes: int) -> str:
    """1234567 → `1.2 MB`; powers of 1000, as shops and disks count."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    power = min(len(_UNITS), (len(str(size_bytes)) - 1) // 3)
    value = size_bytes / 1000**power
    return f"{value:.0f} kB" if power == 1 else f"{value:.1f} {_UNITS[power - 1]}"


def ranges(numbers: Sequence[int], count: int) -> str:
    """[17, 23, 24, 25] of 4 → `17, 23–25`; what is not shown is counted: `and 12 more`."""
    spans: list[tuple[int, int]] = []
    for value in numbers:
        if spans and value == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], value)
        else:
            spans.append((value, value))
    shown = spans[:_RANGES_SHOWN]
    text = ", ".join(f"{start}–{end}" if end > start else str(start) for start, end in shown)
    more = count - sum(end - start + 1 for start, end in shown)
    return f"{text} and {more:,} more" if more else text


def facts_line(facts: MediaFacts) -> list[str]:
    """The measured values of a file as short phrases."""
    codecs = " + ".join(_CODECS.get(codec, codec) for codec in (facts.video_codec, facts.audio_codec) if codec)
    frames = f"{facts.frames:,} frames at {facts.fps:.5g} fps" if facts.fps else counted(facts.frames, "picture")
    drift = f"drift {facts.drift_percent:.1f} %" if facts.drift_percent >= 0 else ""
    phrases = (frames if facts.frames else "", codecs or facts.container.upper(), facts.pixel_format, drift)
    return [phrase for phrase in phrases if phrase]


def moment(seconds: float) -> str:
    """Seconds since the epoch → `20 November 2026, 09:45 UTC`."""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%B %Y, %H:%M} UTC"
