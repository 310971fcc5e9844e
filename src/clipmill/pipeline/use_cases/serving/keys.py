"""Keys: made, told once, known by their sha256 ever after.

A key is 178 random bits, so its hash needs no salt and no slowness; its last six characters are a checksum, by which
scanners for secrets tell it from other words.
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from clipmill.domain.access import EVERY_SCOPE, KeyRecord, Scope
from clipmill.domain.batch import LOCAL
from clipmill.errors import InputError, SettingsError
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.serving.parts import ServerParts

_ALPHABET = string.digits + string.ascii_letters
_RANDOM, _CHECK = 30, 6
#: Characters of a key that are shown of it ever after.
_SHOWN = 12
_NAME_CHARACTERS = 100
_MINUTE = 60.0
#: The kinds of things that a key may have a limit of, and the seconds in which it comes back; None: never.
LIMITS: Mapping[str, float | None] = {
    "requests": _MINUTE, "generations": _MINUTE, "images": 3_600.0, "batches": 86_400.0, "credits": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; nobody is told it a second time."""

    record: KeyRecord
    key: str


def _plain() -> str:
    word = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    number, check = zlib.crc32(word.encode()), ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        check = _ALPHABET[digit] + check
    return f"cm_live_{word}_{check}"


#: How keys look to clients that look at them.
STYLES: Mapping[str, Callable[[], str]] = {
    "clipmill": _plain,
    "zvid": lambda: f"zvid_{secrets.token_hex(32)}",
    "flixly": lambda: f"flx_live_{secrets.token_hex(24)}",
}


def digest_of(key: str) -> str:
    """What a key is known by: its sha256, hex."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def create_key(parts: ServerParts, name: str, *, tenant: str = LOCAL, scopes: Sequence[Scope] = EVERY_SCOPE,
               expires_at: float | None = None, style: str = "clipmill") -> NewKey:  # fmt: skip
    """Make a key. Raises InputError for a name, a tenant or a style that there cannot be."""
    if not name.strip() or len(name) > _NAME_CHARACTERS or not name.isprintable():
        raise InputError(f"a key's name has 1 to {_NAME_CHARACTERS} printable characters", hint="Say what it is for.")
    if not tenant or not set(tenant) <= set(_ALPHABET + "-_"):
        raise InputError(f"{tenant!r} is no name of a tenant", hint="Use letters, digits, - and _.")
    if style not in STYLES:
        raise SettingsError(f"there is no style {style}", hint=f"There are {', '.join(STYLES)}.")
    if not scopes:
        raise InputError("a key without scopes can do nothing", hint=f"Scopes are {', '.join(Scope)}.")
    key = STYLES[style]()
    record = KeyRecord(id=new_id("key"), tenant=tenant, name=name.strip(), shown=key[:_SHOWN],
                       scopes=tuple(scopes), expires_at=expires_at)  # fmt: skip
    return NewKey(parts.keys.add(record, digest_of(key)), key)


def rotate_key(parts: ServerParts, record: KeyRecord, now: float, grace_seconds: float) -> NewKey:
    """Make a key in the place of another, which is good for a while yet, with its limits; the new one.

    Raises InputError for a revoked one.
    """
    if not record.is_good(now):
        raise InputError(f"{record.id} is not good any more", hint="Create a new key.")
    style = next((name for name in STYLES if record.shown.startswith(STYLES[name]()[:4])), "clipmill")
    made = create_key(parts, record.name, tenant=record.tenant, scopes=record.scopes, expires_at=record.expires_at,
                      style=style)  # fmt: skip
    owner = parts.of(record.tenant)
    for kind, left in owner.key_limits.left(record.id).items():
        owner.key_limits.limit(made.record.id, kind, left.capacity, left.seconds)
        if used := max(0, round(left.capacity - left.remaining)):
            owner.key_limits.take(made.record.id, kind, used)
    parts.keys.end(record.tenant, record.id, at=now + grace_seconds)
    return made


def set_limit(parts: ServerParts, record: KeyRecord, kind: str, amount: int | None) -> None:
    """Let a key have so much of a kind, or as much as it wants. Raises InputError for another kind."""
    if kind not in LIMITS:
        raise InputError(f"there is no limit of {kind}", hint=f"There are {', '.join(LIMITS)}.")
    limits = parts.of(record.tenant).key_limits
    if amount is None:
        limits.unlimit(record.id, kind)
    else:
        limits.limit(record.id, kind, amount, LIMITS[kind])
