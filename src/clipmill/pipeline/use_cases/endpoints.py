"""Telling others: endpoints that want to be told of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clipmill.deliver.signing import check_secret, new_secret
from clipmill.domain.line.delivery import TYPES, Endpoint
from clipmill.errors import SettingsError
from clipmill.pipeline.use_cases.parts import Parts, new_id

_USUAL = Endpoint(id="", url="")
#: What whoever starts one batch wants to be told of it.
_OF_ONE = ("batch.finished", "batch.failed")


def register(
    parts: Parts, url: str, *, secret: str = "", types: Sequence[str] = ("batch.finished",), like: Endpoint = _USUAL
) -> Endpoint:
    """Tell an address of events from now on, with batch, tenant, schedule and signing of `like`.

    A secret is made where there is none and one is needed. Raises MediaError for an address that nothing may be sent
    to, SettingsError.
    """
    unknown = sorted(set(types) - TYPES)
    if unknown or not types:
        raise SettingsError(f"there is no event {', '.join(unknown)}", hint=f"Known: {', '.join(sorted(TYPES))}.")
    parts.sender.check(url)
    if like.signing == "standard":
        secret = secret or new_secret()
        check_secret(secret)
    endpoint = replace(like, id=new_id("ep"), url=url, secret=secret, types=tuple(types))
    parts.endpoints.add(endpoint)
    return endpoint


def tell_of(parts: Parts, batch_id: str, url: str, secret: str) -> Endpoint:
    """Tell an address when this batch is finished, or failed; signed where there is a secret. Raises as `register`."""
    like = replace(_USUAL, batch_id=batch_id, signing="standard" if secret else "none")
    return register(parts, url, secret=secret, types=_OF_ONE, like=like)
