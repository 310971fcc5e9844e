"""What is signed is verified by the library that receivers use."""

from __future__ import annotations

import base64
import time
from dataclasses import replace

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from clipmill.deliver.signing import SIGNERS, check_secret, new_secret
from clipmill.domain.line.delivery import Delivery, DeliveryKind
from clipmill.errors import SettingsError

DELIVERY = Delivery(
    id="msg_1", kind=DeliveryKind.WEBHOOK, target="https://shop.example", body='{"file":"Überraschung"}',
    secret=new_secret(), signing="standard",
)  # fmt: skip


def signed(delivery: Delivery, at: int | None = None, *, ago: int = 0) -> dict[str, str]:
    """The headers it goes out with, now."""
    return dict(SIGNERS[delivery.signing](delivery, int(time.time()) - ago if at is None else at))


def test_library_verifies_what_is_signed() -> None:
    assert Webhook(DELIVERY.secret).verify(DELIVERY.body.encode(), signed(DELIVERY)) == {"file": "Überraschung"}


@pytest.mark.parametrize("wrong", ["body", "id", "secret", "age"])
def test_library_refuses_what_was_changed(wrong: str) -> None:
    headers = signed(DELIVERY, ago=400 if wrong == "age" else 0)
    headers |= {"webhook-id": "msg_2"} if wrong == "id" else {}
    body = "{}" if wrong == "body" else DELIVERY.body
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret() if wrong == "secret" else DELIVERY.secret).verify(body, headers)


def test_both_secrets_are_good_while_one_takes_the_place_of_the_other() -> None:
    old, new = new_secret(), new_secret()
    headers = signed(replace(DELIVERY, secret=f"{old} {new}"))
    for secret in (old, new):
        Webhook(secret).verify(DELIVERY.body, headers)


def test_unsigned_one_can_be_told_from_others() -> None:
    assert signed(replace(DELIVERY, signing="none"), 7) == {"webhook-id": "msg_1", "webhook-timestamp": "7"}


def test_secrets_that_nothing_can_be_signed_with_are_refused_and_not_told() -> None:
    check_secret(new_secret())
    check_secret(f"{new_secret()} {new_secret()}")
    for wrong in ("", "whsec_", "password", "whsec_%%%", "whsec_" + base64.b64encode(b"short").decode()):
        with pytest.raises(SettingsError) as caught:
            check_secret(wrong)
        assert not wrong or wrong not in str(caught.value).replace("`whsec_`", "")
