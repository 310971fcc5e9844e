"""Signing: how receivers know that a delivery is ours. A dialect adds its own signer here, under a name of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from clipmill.deliver.wordings.flixly import event_of
from clipmill.domain.line.delivery import Delivery
from clipmill.errors import SettingsError

#: The headers that a delivery goes out with, given the second at which it does.
Signer = Callable[[Delivery, int], Mapping[str, str]]
_SECRET_BYTES = 32
#: What Standard Webhooks asks for, bytes.
_FEWEST_BYTES, _MOST_BYTES = 24, 64


def standard(delivery: Delivery, at: int) -> Mapping[str, str]:
    """As Standard Webhooks has it: HMAC-SHA256 over id, second and body, once for each secret in force."""
    moment = datetime.fromtimestamp(at, UTC)
    signatures = [Webhook(secret).sign(delivery.id, moment, delivery.body) for secret in delivery.secret.split()]
    return {**none(delivery, at), "webhook-signature": " ".join(signatures)}


def none(delivery: Delivery, at: int) -> Mapping[str, str]:
    """What tells one delivery from another, unsigned."""
    return {"webhook-id": delivery.id, "webhook-timestamp": str(at)}


def zvid(delivery: Delivery, at: int) -> Mapping[str, str]:
    """As Zvid's clients look for it: HMAC-SHA256, hex, over second and body; unsigned where there is no secret."""
    told, newest = json.loads(delivery.body), (delivery.secret.split() or [""])[-1]
    headers = {"X-Zvid-Event": str(told["event"]), "X-Zvid-Job-Id": str(told["jobId"]),
               "X-Zvid-Delivery-Id": delivery.id, "X-Zvid-Timestamp": str(at)}  # fmt: skip
    if not newest:
        return headers
    signed = hmac.new(newest.encode(), f"{at}.{delivery.body}".encode(), hashlib.sha256).hexdigest()
    return {**headers, "X-Zvid-Signature": f"sha256={signed}"}


def sync(delivery: Delivery, at: int) -> Mapping[str, str]:
    """As sync.so's clients look for it: HMAC-SHA256, hex, over second and body, once for each secret in force."""
    signed = f"{at}.{delivery.body}".encode()
    found = [hmac.new(one.encode(), signed, hashlib.sha256).hexdigest() for one in delivery.secret.split()]
    told = {"Sync-Signature": ",".join([f"t={at}", *(f"v1={each}" for each in found)])} if found else {}
    return {**none(delivery, at), **told}


def flixly(delivery: Delivery, at: int) -> Mapping[str, str]:
    """As Flixly has it: HMAC-SHA256 over second and body, and the event beside it."""
    signed = hmac.new(delivery.secret.encode(), f"{at}.{delivery.body}".encode(), hashlib.sha256).hexdigest()
    return {**none(delivery, at), "X-Flixly-Signature": f"sha256={signed}", "X-Flixly-Timestamp": str(at),
            "X-Flixly-Event": event_of(delivery.body)}  # fmt: skip


SIGNERS: Mapping[str, Signer] = {
    "standard": standard, "none": none, "zvid": zvid, "sync": sync, "flixly": flixly,
}  # fmt: skip


def new_secret() -> str:
    """A secret that nobody has."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def check_secret(secret: str) -> None:
    """Refuse what Standard Webhooks cannot sign with. Raises SettingsError, which does not tell it."""
    for word in secret.split() or [""]:
        try:
            size = len(base64.b64decode(word.removeprefix("whsec_"), validate=True))
        except ValueError:
            size = 0
        if not _FEWEST_BYTES <= size <= _MOST_BYTES:
            raise SettingsError(
                f"the secret of a webhook is `whsec_` and the base64 of {_FEWEST_BYTES} to {_MOST_BYTES} bytes"
            )
