"""A card of the contact sheet: a row with its pictures and its file, behind signed links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clipmill.deliver.summary import problems_of
from clipmill.domain.batch import Batch
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState
from clipmill.domain.verdict import Problem

if TYPE_CHECKING:
    from clipmill.web.asking import Ask

_STILLS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")
_SOUNDS = (".mp3", ".wav", ".m4a")
_HOUR = 3_600.0
#: Moments of a film that are shown of it.
_MOMENTS = ("first", "middle", "last")


@dataclass(frozen=True, slots=True)
class TilePicture:
    """A frame."""

    link: str
    name: str
    #: Seconds from the beginning; None where that is not known.
    at: float | None


@dataclass(frozen=True, slots=True)
class SheetTile:
    """A row as it is looked at."""

    record: RowRecord
    #: `video`, `still`, `sound` or `file`; empty where nothing was made.
    kind: str
    #: Of the file; empty for none.
    link: str
    #: A small picture; empty for none.
    thumbnail: str
    pictures: tuple[TilePicture, ...]
    #: Where what is doubted can be seen, each with what that is.
    doubts: tuple[tuple[TilePicture, str], ...]
    problems: Sequence[Problem]
    width: int
    height: int

    @property
    def title(self) -> str:
        """What it is called."""
        return self.record.file_name or f"Row {self.record.number}"


def cards_of(ask: Ask, batch: Batch, states: Sequence[RowState], limit: int, after: int = 0) -> list[SheetTile]:
    """The next rows in these states, in the order of the states, then of the table."""
    found: list[RowRecord] = []
    for state in states:
        found += ask.parts.readonly.page(batch.id, [state], after, limit - len(found))
        if len(found) >= limit:
            break
    return [card_of(ask, batch, record) for record in found]


def card_of(ask: Ask, batch: Batch, record: RowRecord) -> SheetTile:
    """A row as a card."""
    verdict = record.verdict
    stored = dict(verdict.pictures) if verdict else {}
    fps = verdict.facts.fps if verdict else 0
    shots = {shot.name: shot for shot in verdict.shots} if verdict else {}

    def picture(name: str) -> TilePicture:
        shot = shots.get(name)
        at = shot.frame / fps if shot is not None and fps else None
        return TilePicture(link_to(ask, batch, stored[name], f"{name}.jpg"), name, at)

    doubts = tuple((picture(name), shot.about) for name, shot in shots.items() if shot.about and name in stored)
    return SheetTile(
        record=record, kind=_kind(record.file_name) if record.media else "",
        link=link_to(ask, batch, record.media, record.file_name),
        thumbnail=link_to(ask, batch, stored.get("thumbnail", ""), "thumbnail.jpg"),
        pictures=tuple(picture(name) for name in _MOMENTS if name in stored), doubts=doubts,
        problems=problems_of(record), width=verdict.facts.width if verdict else 0,
        height=verdict.facts.height if verdict else 0,
    )  # fmt: skip


def link_to(ask: Ask, batch: Batch, sha256: str, name: str) -> str:
    """A link to a stored file, without the server's own address: a page reaches it wherever it was reached itself.

    It is the same for an hour, so that a part of a page which is sent again loads no picture again.
    """
    links, now = ask.served.links, ask.served.app.clock.now()
    since = now - now % _HOUR
    found = links.to(batch.tenant, sha256, name or "file", since=since) if sha256 else ""
    return found.removeprefix(links.public_url)


def _kind(name: str) -> str:
    suffix = "." + name.rpartition(".")[2].lower()
    if suffix in _STILLS:
        return "still"
    return "sound" if suffix in _SOUNDS else "file" if suffix == ".zip" else "video"
