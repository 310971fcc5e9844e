"""How a row is told: as it stands, and its whole story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue

from clipmill.api.native.shapes import Amount, ToldShape
from clipmill.api.wording import call
from clipmill.deliver.links import Links
from clipmill.deliver.wordings.happened import media_link, thumbnail_link
from clipmill.domain.asked import Job
from clipmill.domain.batch import Batch
from clipmill.domain.credits import as_number
from clipmill.domain.record import AttemptRecord, NeedRecord, PayloadVersion, RowRecord, RowStory
from clipmill.domain.verdict import Verdict
from clipmill.shown import discreet_all


class ProblemTold(ToldShape):
    """Why a row is blocked, failed or waits: what, where, who can mend it and how."""

    code: str
    column: str
    value: str
    reason: str
    fix: str
    who: str


class FindingTold(ToldShape):
    """What one check saw in a file."""

    check: str
    ruling: str
    message: str


class FactsTold(ToldShape):
    """What was measured in a finished file by decoding it."""

    seconds: float
    frames: int
    fps: float
    width: int
    height: int
    container: str
    pixel_format: str
    video_codec: str
    audio_codec: str
    audio_seconds: float
    size_bytes: int
    black_frames: int
    longest_still_seconds: float
    drift_percent: float = Field(description="-1 where there was no reference.")


class VerdictTold(ToldShape):
    """What verification found."""

    ruling: str = Field(description="pass, review or fail.")
    findings: list[FindingTold]
    facts: FactsTold
    noticed: list[str]
    pictures: dict[str, str] = Field(description="Name of a frame → a link to it.")


class RowTold(ToldShape):
    """A row as it stands."""

    row: int
    line: int = Field(description="Where it begins in its table.")
    source: int = Field(description="Where lines became several rows: the number of its line; else 0.")
    state: str
    file: str | None = Field(description="The name of its file.")
    url: str | None = Field(description="A link to its file, good for a while, for which no key is needed.")
    thumbnail_url: str | None
    sha256: str | None
    bytes: int | None
    seconds: float | None
    width: int | None
    height: int | None
    fps: float | None
    attempts: int
    seed: int | None
    price: Amount
    credits: Amount
    progress: float | None = Field(description="How much of the file is made, 0 to 1.")
    problems: list[ProblemTold]
    fallbacks: list[str]
    warnings: list[str]
    verdict: VerdictTold | None
    engine: str | None
    model: str | None
    lane: str | None
    template_version: str | None
    payload_sha256: str | None
    jobs: list[str]
    admitted_at: float | None
    finished_at: float | None
    fields: dict[str, str]


class VersionTold(ToldShape):
    """What a row was to be made of before it was corrected."""

    version: int
    fields: dict[str, str]
    payload: JsonValue
    replaced_at: float | None
    replaced_by: str


class PartTold(ToldShape):
    """A part that a row needs, or a row that needs a part."""

    name: str
    number: int = Field(description="Negative for a part.")
    state: str
    lane: str
    url: str | None
    credits: Amount


class AttemptTold(ToldShape):
    """One attempt."""

    number: int
    version: int = Field(description="Of the payload.")
    seed: int
    key: str
    job: str | None
    lane: str
    engine: str | None
    model: str | None
    admitted_at: float
    finished_at: float | None
    seconds: float | None
    reserved: Amount
    settled: Amount | None
    outcome: str | None = Field(description="done, retry, failed …; null while it is under way.")
    url: str | None
    verdict: VerdictTold | None


class StoryTold(RowTold):
    """All that is known of a row but its events."""

    before_it: int | None = Field(description="Rows of its batch and lane that go before it, where it is ready.")
    version: int
    payload: JsonValue
    plan: JsonValue
    versions: list[VersionTold]
    parts: list[PartTold]
    needed_by: list[PartTold]
    tried: list[AttemptTold]


def row_told(links: Links, batch: Batch, record: RowRecord) -> RowTold:
    """A row as it is told."""
    return RowTold(**_row(links, batch, record))


def line_of(links: Links, batch: Batch, record: RowRecord) -> dict[str, Any]:
    """A line of the results: what `results.jsonl` has, with a link to the file."""
    job = Job(batch, record)
    return {**record.as_dict(), "url": media_link(links, job) or None}


def _row(links: Links, batch: Batch, record: RowRecord) -> dict[str, Any]:
    record, job = record.worded(call), Job(batch, record)
    told: dict[str, Any] = discreet_all(record.as_dict())
    return {**told, "source": record.source, "url": media_link(links, job) or None,
            "thumbnail_url": thumbnail_link(links, job) or None, "price": as_number(record.price),
            "progress": record.progress, "verdict": _verdict(links, batch, record.file_name, record.verdict),
            "file": record.file_name or None}  # fmt: skip


def _verdict(links: Links, batch: Batch, name: str, verdict: Verdict | None) -> VerdictTold | None:
    if verdict is None:
        return None
    stem = name.rpartition(".")[0] or name
    pictures = {shot: links.to(batch.tenant, sha256, f"{stem}-{shot}.jpg") for shot, sha256 in verdict.pictures.items()}
    return VerdictTold(**{**verdict.as_dict(), "pictures": pictures})


def story_told(links: Links, batch: Batch, story: RowStory) -> StoryTold:
    """A row's story as it is told."""
    name = story.record.file_name
    versions = [_version(was) for was in story.before]
    return StoryTold(
        **_row(links, batch, story.record), before_it=story.before_it, version=story.now.version,
        payload=_json(story.now.payload), plan=_json(story.now.plan), versions=versions,
        parts=[_part(links, batch, part) for part in story.parts],
        needed_by=[_part(links, batch, row) for row in story.needed_by],
        tried=[_attempt(links, batch, attempt, name) for attempt in story.attempts],
    )  # fmt: skip


def _version(was: PayloadVersion) -> VersionTold:
    return VersionTold(version=was.version, fields=discreet_all(was.fields), payload=_json(was.payload),
                       replaced_at=was.replaced_at, replaced_by=was.replaced_by)  # fmt: skip


def _json(value: Mapping[str, Any] | None) -> Any:
    return None if value is None else discreet_all(value)


def _part(links: Links, batch: Batch, part: NeedRecord) -> PartTold:
    url = links.to(batch.tenant, part.media, part.name) if part.media else None
    return PartTold(name=part.name, number=part.number, state=str(part.state), lane=part.lane, url=url,
                    credits=as_number(part.credits) or 0)  # fmt: skip


def _attempt(links: Links, batch: Batch, attempt: AttemptRecord, name: str) -> AttemptTold:
    return AttemptTold(
        number=attempt.number, version=attempt.version, seed=attempt.seed, key=attempt.key, job=attempt.job or None,
        lane=attempt.lane, engine=attempt.engine or None, model=attempt.model or None,
        admitted_at=attempt.admitted_at, finished_at=attempt.finished_at, seconds=attempt.seconds,
        reserved=as_number(attempt.reserved) or 0, settled=as_number(attempt.settled), outcome=attempt.outcome or None,
        url=links.to(batch.tenant, attempt.media, name) if attempt.media else None,
        verdict=_verdict(links, batch, name, attempt.verdict),
    )  # fmt: skip
