"""Asking for jobs: ids that are the same when a request comes again, what the key still has, and who is told."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from clipmill.api.access import CREDITS, Caller
from clipmill.api.dialects.zvid.resolving import InvalidError, Resolved
from clipmill.api.dialects.zvid.words import invalid
from clipmill.api.errors import ApiError
from clipmill.deliver.wordings.zvid import EVENTS
from clipmill.domain.access import Named
from clipmill.domain.line.delivery import SCHEDULES, Endpoint
from clipmill.domain.payload import canonical_json
from clipmill.errors import MediaError, NotFoundError
from clipmill.pipeline.use_cases.serving.requests.single import Kind, Wish

SURFACE = "zvid"
KINDS: Mapping[str, Kind] = {name: Kind(surface=SURFACE, name=name, engine="render") for name in ("video", "image")}
#: For so long the same request of one key is the same job, seconds.
SAME_SECONDS = 600.0
_JOBS = UUID("6f1f7a1e-5c0b-4a35-9d0e-7f2c6f4f8a11")
_ALPHABET = string.digits + string.ascii_letters
_ID = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MeantProject:
    """The project that a request means, and the template that it is of."""

    payload: Mapping[str, Any]
    #: Empty for a project that came with the request.
    template: str = ""
    edition: int = 0


def named(caller: Caller, named_id: str, surface: str = SURFACE) -> Named:
    """A template or a project of the caller's. Raises NotFoundError."""
    found = caller.parts.named.find(named_id)
    if found.surface != surface:
        raise NotFoundError(f"there is no template {named_id}")
    return found


def source_of(caller: Caller, payload: Mapping[str, Any] | None, template: str | None) -> MeantProject:
    """The project that is meant. Raises NotFoundError for a template that is not there, or was archived."""
    if payload is not None:
        return MeantProject(payload=payload)
    found = named(caller, template or "")
    if found.archived_at is not None:
        raise NotFoundError(f"the template {template} was deleted")
    return MeantProject(payload=found.document["payload"], template=found.id, edition=found.number)


def refused(caller: Caller, error: InvalidError) -> ApiError:
    """A project that cannot be made, as a refusal."""
    return invalid(error.details, caller.parts.settings.limits, error.hint)


def digest_of(caller: Caller, route: str, body: Mapping[str, Any], edition: int) -> str:
    """What is the same for requests that are: of one key, to one route, with one body and one edition."""
    text = f"{caller.key.id}\n{route}\n{edition}\n{canonical_json(body)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def windows(now: float) -> tuple[int, int]:
    """The span of time that a request comes in, and the one before it."""
    return int(now // SAME_SECONDS), int(now // SAME_SECONDS) - 1


def job_id(digest: str, place: int) -> str:
    """The id of a job: of a request in a span of time, or of an item of a bulk."""
    return str(uuid5(_JOBS, f"{digest}\n{place}"))


def bulk_id(digest: str, window: int) -> str:
    """The id of a bulk: `blk_` and twenty letters and digits."""
    number, letters = int(hashlib.sha256(f"{digest}\n{window}".encode()).hexdigest(), 16), ""
    for _ in range(_ID):
        number, digit = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return f"blk_{letters}"


def take_credits(caller: Caller, amount: int) -> None:
    """Take what jobs may cost off the key's limit. Raises ApiError (402)."""
    if amount:
        caller.take(CREDITS, amount)


def check_hook(caller: Caller, url: str | None) -> None:
    """Refuse an address that nothing may be sent to, before anything is taken. Raises ApiError (400)."""
    if not url:
        return
    try:
        caller.parts.sender.check(url)
    except MediaError as error:
        raise invalid([("webhookUrl", str(error))], hint=error.hint) from error


def told_at(caller: Caller, url: str | None) -> Endpoint | None:
    """Who is told of one job; signed where the tenant has a secret, which is that of its first webhook."""
    if not url:
        return None
    secret = next((hook.secret for hook in caller.parts.endpoints.all(caller.tenant) if hook.wording == SURFACE), "")
    return Endpoint(id="", url=url, secret=secret, types=tuple(kind for kinds in EVENTS.values() for kind in kinds),
                    schedule=SCHEDULES["five"], signing=SURFACE, wording=SURFACE)  # fmt: skip


def wish(resolved: Resolved, public_id: str, kept: Mapping[str, Any], told: Endpoint | None) -> Wish:
    """A job as the line takes it in, with what its answers are made of."""
    project = resolved.project
    width, height = project.canvas
    request = {"type": project.type, "name": project.name, "width": width, "height": height,
               "seconds": resolved.price.seconds, "credits": resolved.price.credits, **kept}  # fmt: skip
    return Wish(public_id=public_id, payload=resolved.body, name=str(request["name"]), request=request, told=told)
