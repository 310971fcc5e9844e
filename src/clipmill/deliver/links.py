"""Links to files: signed, and good for a while, so that whoever has one needs no key.

A link says whose file it is, which, and until when; it leads to that content and to no other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from clipmill.domain.files.names import safe_name

#: Where files are, below the public address.
FILES = "/files"
_SIGNATURE = 22
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Linked:
    """What a good link leads to."""

    tenant: str
    sha256: str
    name: str
    #: Whether its time has passed.
    is_over: bool = False


class Links:
    """Makes links and reads them; those of one secret are good at every server that has it."""

    def __init__(self, secret: str, public_url: str, now: Callable[[], float], seconds: float) -> None:
        self._key = secret.encode()
        self.public_url = public_url.rstrip("/")
        self._now = now
        self.seconds = seconds

    def to(self, tenant: str, sha256: str, name: str, *, seconds: float | None = None, since: float | None = None,
           ) -> str:  # fmt: skip
        """The address of a stored file; good for so long from now on, or from a moment."""
        safe = safe_name(name) or "file"
        token = self.token(tenant, sha256, safe, self.seconds if seconds is None else seconds, since)
        return f"{self.public_url}{FILES}/{token}/{quote(safe)}"

    def token(self, tenant: str, what: str, name: str, seconds: float, since: float | None = None) -> str:
        """What shows that whoever has it may have this under this name; `read` reads it."""
        until = int((self._now() if since is None else since) + seconds)
        said = _coded(json.dumps([tenant, what, until], separators=(",", ":")).encode())
        return f"{said}.{self._sign(said, name)}"

    def read(self, token: str, name: str) -> Linked | None:
        """What a link leads to; None for an altered one."""
        said, _, signature = token.partition(".")
        shown, wanted = signature.encode("utf-8", "replace"), self._sign(said, name).encode()
        if len(token) > _LONGEST or not hmac.compare_digest(shown, wanted):
            return None
        tenant, sha256, until = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        return Linked(tenant, sha256, name, is_over=self._now() > until)

    def own(self, url: str) -> Linked | None:
        """What an address leads to that is a link of ours; None for any other, and for an altered one."""
        if not url.startswith(f"{self.public_url}{FILES}/"):
            return None
        token, _, name = url.removeprefix(f"{self.public_url}{FILES}/").partition("/")
        return self.read(token, unquote(name.partition("?")[0]))

    def _sign(self, said: str, name: str) -> str:
        found = hmac.new(self._key, f"{said}\n{name}".encode("utf-8", "replace"), hashlib.sha256).digest()
        return _coded(found)[:_SIGNATURE]


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
