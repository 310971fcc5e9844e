"""Single requests: each a row of a standing batch of its kind, found again by the id its tenant is given for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clipmill.domain.asked import Job
from clipmill.domain.batch import UNREAD, Batch, BatchState, Options, Reading
from clipmill.domain.line.delivery import Endpoint
from clipmill.domain.payload import canonical_json
from clipmill.domain.row import Row
from clipmill.domain.template import Policy, Template
from clipmill.errors import NotFoundError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts
from clipmill.templates.given import NAME, PAYLOAD, REQUEST, SEED, given_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of single requests: by which surface they come, what makes them, and what their files are held to."""

    #: `zvid`, `sync` …
    surface: str
    #: What it is called among those of its surface: `video`.
    name: str
    engine: str
    #: The payload's key whose picture the first frame is compared to; empty: none is.
    reference: str = ""
    drift_percent: float = 12.0
    attempts: int = 3

    @property
    def id(self) -> str:
        """What its standing batch is called: `zvid.video`."""
        return f"{self.surface}.{self.name}"

    @property
    def template(self) -> Template:
        """What its rows are checked by."""
        return given_template(self.id, self.engine, reference=self.reference, drift_percent=self.drift_percent,
                              attempts=self.attempts)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One request."""

    #: What the tenant is given to find it by.
    public_id: str
    #: What the engine is asked for; media by address or `asset:` reference.
    payload: Mapping[str, Any]
    #: The name of the file, without its suffix.
    name: str
    seed: int | None = None
    #: What the surface keeps with it, JSON values; told again by `request_of`.
    request: Mapping[str, Any] = field(default_factory=dict)
    #: Who is told of it alone; its batch and number are found out.
    told: Endpoint | None = None

    @property
    def row(self) -> Row:
        """The request as a row that nobody has looked at."""
        cells = {PAYLOAD: canonical_json(self.payload), NAME: self.name, REQUEST: json.dumps(dict(self.request))}
        return Row(0, cells if self.seed is None else {**cells, SEED: str(self.seed)})


def ask(parts: ServerParts, kind: Kind, wishes: Sequence[Wish]) -> Batch:
    """Take single requests in; their batch. The same public id again is the same request, and changes nothing.

    Raises InputError for a public id of another batch, MediaError for an address that nothing may be sent to.
    """
    batch = parts.batches.standing(kind.id, _batch_of(parts, kind, new_id("bat")), kind.template)
    _append(parts, batch, wishes)
    return batch


def _append(parts: ServerParts, batch: Batch, wishes: Sequence[Wish]) -> None:
    for url in {wish.told.url for wish in wishes if wish.told}:
        parts.sender.check(url)
    told = {wish.public_id: replace(wish.told, id=new_id("ep")) for wish in wishes if wish.told}
    parts.unchecked.append(batch.id, {wish.public_id: wish.row for wish in wishes}, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Requests that are one batch."""

    #: What the tenant is given to find the batch by, and what people call it.
    public_id: str
    name: str
    #: As the kind says it, where it is not said here.
    policy: Policy | None = None
    #: What the surface keeps with it, JSON values.
    kept: Mapping[str, Any] = field(default_factory=dict)
    #: Who is told of it; its id and its batch are found out.
    told: Endpoint | None = None


def ask_together(parts: ServerParts, kind: Kind, wishes: Sequence[Wish], wish: Together) -> Batch:
    """Take requests in as one batch of their own, which its tenant calls something too; it runs at once.

    The same public id again is the same batch, which gets what it lacks. Raises as `ask`.
    """
    batch = _there(parts, kind, wish.public_id) or begin_together(parts, kind, wish)
    if wish.told and batch.state in UNREAD:  # before a row of it can be settled
        parts.endpoints.add(replace(wish.told, id=new_id("ep"), batch_id=batch.id, tenant=parts.tenant))
    _append(parts, batch, wishes)
    if batch.state not in UNREAD:
        return batch
    return parts.batches.update(batch.id, "imported", state=BatchState.RUNNING, reason="")


def _there(parts: ServerParts, kind: Kind, public_id: str) -> Batch | None:
    try:
        batch = parts.batches.find(public_id)
    except NotFoundError:
        return None
    return batch if batch.public_id == public_id and batch.surface == kind.surface else None


def begin_together(parts: ServerParts, kind: Kind, wish: Together) -> Batch:
    """A batch of requests that are still to come (`gathering`)."""
    made = _batch_of(parts, kind, new_id("bat"))
    options = Options(reading=Reading(remote=True), unchecked=True, kept=wish.kept)
    batch = Batch(
        id=made.id, name=wish.name, template_name=made.template_name, template_version=made.template_version,
        engine=kind.engine, source="", out_folder=made.out_folder, policy=wish.policy or made.policy, options=options,
        public_id=wish.public_id, surface=kind.surface, tenant=parts.tenant,
    )  # fmt: skip
    parts.batches.create(batch, kind.template)
    return parts.batches.find(batch.id)


def _batch_of(parts: ServerParts, kind: Kind, batch_id: str) -> Batch:
    template = kind.template
    return Batch(
        id=batch_id, name=kind.id, template_name=template.name, template_version=template.version, engine=kind.engine,
        source="", out_folder=str(out_folder(parts, batch_id)), policy=template.policy, surface=kind.surface,
        options=Options(reading=Reading(remote=True), unchecked=True), tenant=parts.tenant,
    )  # fmt: skip


def out_folder(parts: ServerParts, batch_id: str) -> Path:
    """Where the files of a batch go that came over the network."""
    return parts.home / "out" / batch_id


def request_of(job: Job) -> dict[str, Any]:
    """What the surface kept with a request."""
    kept: dict[str, Any] = json.loads(job.record.fields.get(REQUEST) or "{}")
    return kept
