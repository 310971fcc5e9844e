"""Telling what happened in a surface's own words: the row or the batch as it is, with links to its files."""

from __future__ import annotations

import json
from typing import Protocol

from clipmill.deliver.links import Links
from clipmill.deliver.wordings import WORDINGS, Happened
from clipmill.domain.asked import Job
from clipmill.domain.batch import Progress
from clipmill.domain.line.delivery import Delivery, compact
from clipmill.pipeline.use_cases.serving.parts import ServerParts


class Linking(ServerParts, Protocol):
    """What can also make links."""

    @property
    def links(self) -> Links:
        """Makes links to files."""

    def of(self, tenant: str) -> Linking:
        """The same for a tenant."""


def word(parts: Linking, delivery: Delivery) -> str:
    """The body of a delivery in the words of the surface that it is told in; what no event brought, as it is.

    Raises NotFoundError for a row gone.
    """
    owner, told = parts.of(delivery.tenant), json.loads(delivery.body)
    data = told["data"]
    if "batch" not in data:  # a test, which was worded when it was asked for
        return delivery.body
    progress: Progress = owner.batches.progress(data["batch"])
    job = None
    if number := data.get("row", 0):
        job = Job(progress.batch, owner.readonly.story(progress.batch.id, number).record)
    happened = Happened(type=delivery.type, at=told["timestamp"], progress=progress, job=job, links=owner.links,
                        data=data)  # fmt: skip
    return compact(WORDINGS[delivery.wording](happened))
