"""A session: who looks at the pages, told by a signed cookie that names a key, never by the key itself.

The key is looked up at every request, so a revoked one ends its sessions at once, and so does a scope that is gone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from clipmill.api.access import Caller
from clipmill.api.served import Served
from clipmill.domain.access import KeyRecord
from clipmill.pipeline.use_cases.serving.keys import digest_of

#: The cookie, and the part of the server that is sent it.
COOKIE, PATH = "clipmill_session", "/dashboard"
#: Seconds after which somebody signs in again.
LASTS_SECONDS = 7 * 86_400
_LONGEST_KEY, _LONGEST_COOKIE = 512, 1_024
#: Wrong keys that are heard from one address, in a while.
ATTEMPTS, _WHILE_SECONDS = 10, 60.0
#: Addresses, and ended sessions, that are remembered.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a good cookie says."""

    tenant: str
    key: str
    #: Clock seconds until which it is good.
    until: float
    #: Tells this session from others of the key.
    id: str


@dataclass
class Sessions:
    """Makes cookies and reads them."""

    served: Served
    _secret: bytes = b""
    _tries: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)
    #: Sessions that somebody signed out of, each until its cookie would have ended.
    _ended: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def _now(self) -> Callable[[], float]:
        return self.served.app.clock.now

    def caller(self, request: Request) -> Caller | None:
        """Whoever looks, with a key that is good still; None for nobody."""
        ticket = self._read(request.cookies.get(COOKIE, ""))
        if ticket is None:
            return None
        now = self._now()
        records = {record.id: record for record in self.served.app.keys.all(ticket.tenant)}
        record = records.get(ticket.key)
        return Caller(record, self.served) if record is not None and record.is_good(now) else None

    def known(self, key: str) -> KeyRecord | None:
        """The record of a good key; None for any other text."""
        plain = key.strip()
        return self.served.app.keys.shown(digest_of(plain)) if 0 < len(plain) <= _LONGEST_KEY else None

    def wait(self, address: str) -> float:
        """Seconds until an address is heard again that has shown too many wrong keys; 0 for at once."""
        since, tries = self._tries.get(address, (0.0, 0))
        left = since + _WHILE_SECONDS - self._now()
        return left if tries >= ATTEMPTS and 0 < left <= _WHILE_SECONDS else 0.0

    def failed(self, address: str) -> None:
        """Count a wrong key from an address."""
        now = self._now()
        with self._lock:
            since, tries = self._tries.pop(address, (now, 0))
            if not 0 <= now - since < _WHILE_SECONDS:
                since, tries = now, 0
            self._tries[address] = (since, tries + 1)
            while len(self._tries) > _REMEMBERED:
                self._tries.popitem(last=False)

    def begin(self, response: Response, record: KeyRecord, *, secure: bool) -> None:
        """Give whoever shows a good key the cookie."""
        ticket = Ticket(record.tenant, record.id, self._now() + LASTS_SECONDS, secrets.token_urlsafe(12))
        said = _coded(json.dumps([ticket.tenant, ticket.key, int(ticket.until), ticket.id]).encode())
        response.set_cookie(COOKIE, f"{said}.{self._sign(said)}", max_age=LASTS_SECONDS, path=PATH, httponly=True,
                            secure=secure, samesite="lax")  # fmt: skip

    def end(self, request: Request, response: Response) -> None:
        """Take the cookie back, and heed no copy of it."""
        ticket = self._read(request.cookies.get(COOKIE, ""))
        if ticket is not None:
            with self._lock:
                self._ended[ticket.id] = ticket.until
                while len(self._ended) > _REMEMBERED:
                    self._ended.popitem(last=False)
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax")

    def _read(self, cookie: str) -> Ticket | None:
        said, _, signature = cookie.partition(".")
        if not said or len(cookie) > _LONGEST_COOKIE:
            return None
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(said).encode()):
            return None
        ticket = Ticket(*json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))))
        return None if self._now() > ticket.until or ticket.id in self._ended else ticket

    def _sign(self, said: str) -> str:
        if not self._secret:
            self._secret = self.served.app.sealed("sessions", secrets.token_hex(32)).encode()
        return _coded(hmac.new(self._secret, said.encode("utf-8", "replace"), hashlib.sha256).digest())


def is_own(request: Request, public_url: str) -> bool:
    """Whether a request that changes something comes from a page of ours: its `Origin` is where it goes to."""
    origin = request.headers.get("origin", "")
    if not origin:
        return request.headers.get("sec-fetch-site", "") == "same-origin"
    host = request.headers.get("host", "").lower()
    return origin.lower() in (f"http://{host}", f"https://{host}", _origin_of(public_url))


def is_secure(request: Request, public_url: str) -> bool:
    """Whether the browser reaches us by https."""
    return request.url.scheme == "https" or public_url.startswith("https://")


def _origin_of(url: str) -> str:
    scheme, _, rest = url.lower().partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
