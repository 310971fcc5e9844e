"""Access: who may ask a server for what. A key belongs to a tenant and carries scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Scope(StrEnum):
    """What a key may do; none includes another but `admin`, which is all of them."""

    #: Look at everything of its tenant.
    READ = "read"
    #: Start, change and stop batches, upload files, keep templates: what may cost credits.
    SUBMIT = "submit"
    #: Approve and reject finished files.
    APPROVE = "approve"
    #: Make and revoke keys, set their limits, change webhooks.
    ADMIN = "admin"


EVERY_SCOPE = tuple(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """A key as it is kept: without itself, of which nobody but its holder knows more than the first characters."""

    id: str
    tenant: str
    name: str
    #: Its first characters.
    shown: str
    scopes: tuple[Scope, ...] = EVERY_SCOPE
    created_at: float = 0.0
    #: Clock seconds after which it is refused; None: never.
    expires_at: float | None = None
    revoked_at: float | None = None
    #: When it was shown last, to the minute; None: never.
    used_at: float | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether it may do what needs this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def is_good(self, now: float) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def as_dict(self) -> dict[str, Any]:
        """The key as JSON, without itself."""
        return {"id": self.id, "name": self.name, "tenant": self.tenant, "shown": self.shown,
                "scopes": [str(scope) for scope in self.scopes], "created_at": self.created_at,
                "expires_at": self.expires_at, "revoked_at": self.revoked_at, "used_at": self.used_at}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """What a key has left of something it has a limit of."""

    capacity: int
    #: In which nothing becomes the most; None: what is taken is gone for good.
    seconds: float | None
    remaining: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that a tenant uploaded."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    #: What it is for, as its surface says it; empty for media.
    purpose: str = ""
    #: Kind, suffix and measures of media; what its surface keeps of other files.
    facts: Mapping[str, Any]
    created_at: float = 0.0
    expires_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A template or a project that a tenant keeps by a name, in its newest edition or another."""

    id: str
    #: In whose words it is; empty: in ours.
    surface: str
    name: str
    #: Of the edition, from 1 on.
    number: int
    #: The version of the frozen template; empty for what is no template of ours.
    version: str = ""
    #: What its surface keeps of it.
    document: Mapping[str, Any]
    created_at: float = 0.0
    #: When this edition was made.
    at: float = 0.0
    archived_at: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to a request under its `Idempotency-Key`."""

    #: Of HTTP; None while it is being answered.
    status: int | None
    #: sha256 of the body that was asked with.
    body: str
    answer: str = ""
