"""What there is to tell: an event with the row or the batch as it is now, and links to what was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clipmill.deliver.links import Links
from clipmill.domain.asked import Job
from clipmill.domain.batch import Progress

#: The cell in which a surface keeps what came with a request (templates.given).
_REQUEST = "request"
_THUMBNAIL = "thumbnail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of a row or a batch."""

    #: `row.done`, `batch.finished` …
    type: str
    #: When, as ISO 8601 in UTC.
    at: str
    progress: Progress
    #: The row; None for an event of the batch.
    job: Job | None
    links: Links
    #: What the event says.
    data: Mapping[str, Any]

    @property
    def seconds(self) -> float:
        """When, seconds since the epoch."""
        return datetime.fromisoformat(self.at).timestamp()

    @property
    def request(self) -> dict[str, Any]:
        """What the surface kept with the row's request; empty where it kept nothing."""
        kept: dict[str, Any] = json.loads(self.job.record.fields.get(_REQUEST) or "{}") if self.job else {}
        return kept

    @property
    def url(self) -> str:
        """A link to the made file; empty for none."""
        return media_link(self.links, self.job, self.seconds) if self.job else ""

    @property
    def thumbnail_url(self) -> str:
        """A link to its thumbnail; empty for none."""
        return thumbnail_link(self.links, self.job, self.seconds) if self.job else ""


def media_link(links: Links, job: Job, since: float | None = None) -> str:
    """A link to a row's made file; empty while there is none."""
    record = job.record
    return links.to(job.batch.tenant, record.media, record.file_name, since=since) if record.media else ""


def thumbnail_link(links: Links, job: Job, since: float | None = None) -> str:
    """A link to a small picture of a row's made file; empty while there is none."""
    pictures = job.record.verdict.pictures if job.record.verdict else {}
    name = f"{job.record.file_name.rpartition('.')[0] or job.record.file_name}.jpg"
    sha256 = pictures.get(_THUMBNAIL, "")
    return links.to(job.batch.tenant, sha256, name, since=since) if sha256 else ""
