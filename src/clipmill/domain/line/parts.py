"""Parts: what a row needs that is made first, each found again by the digest of what it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import asset_reference, canonical_json

#: How deep parts may need parts.
DEEPEST = 8
#: The maker of what a template declares as parts.
DECLARED = "parts"
#: A part inside a payload that is not planned yet: `part:<digest>`.
PART_SCHEME = "part:"


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be made: by which engine or maker, of what."""

    engine: str
    payload: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """sha256 of engine and payload, hex: two orders with one digest are one part of a batch."""
        return hashlib.sha256(f"{self.engine}\n{canonical_json(self.payload)}".encode()).hexdigest()

    @property
    def token(self) -> str:
        """Its name inside a payload before it is made."""
        return f"{PART_SCHEME}{self.digest}"


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing before a row can be made: the name that people know each part by, and its order."""

    parts: Mapping[str, Order]


@dataclass(frozen=True, slots=True)
class Made:
    """A part that is made: the sha256 of its file, and what that file is."""

    media: str
    spec: MediaSpec

    @property
    def reference(self) -> str:
        """Its name inside a payload."""
        return asset_reference(self.media, self.spec.suffix)


@dataclass(frozen=True, slots=True)
class Planning:
    """What a maker plans a row's parts and payload from, and what is made of it by now (by digest)."""

    order: Order
    made: Mapping[str, Made] = field(default_factory=dict)
    #: 0 for a row of the table, 1 for its parts, and so on.
    depth: int = 0


def assembled(engine: str, body: Mapping[str, Any], orders: Mapping[str, Order]) -> Order | None:
    """The order of a payload together with those parts whose tokens are in it; None where none is."""
    text = canonical_json(body) if orders else ""
    used = {name: {"engine": order.engine, "payload": order.payload} for name, order in orders.items()
            if order.token in text}  # fmt: skip
    return Order(DECLARED, {"engine": engine, "payload": body, "parts": used}) if used else None


def filled(value: Any, files: Mapping[str, str]) -> Any:
    """A payload with files in the place of tokens, in its texts and in those inside it."""
    if isinstance(value, str):
        for token, reference in files.items() if PART_SCHEME in value else ():
            value = value.replace(token, reference)
        return value
    if isinstance(value, Mapping):
        return {key: filled(inner, files) for key, inner in value.items()}
    return [filled(inner, files) for inner in value] if isinstance(value, list | tuple) else value


def declared_in(payload: Mapping[str, Any]) -> dict[str, Order]:
    """The parts of an `assembled` order, by name."""
    return {name: Order(**order) for name, order in payload["parts"].items()}
