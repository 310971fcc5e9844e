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
#: A part inside a payload that is not planned yet: `part:<digest>`.
PART_SCHEME = "part:"


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be made: by which engine or maker, of what."""

    engine: str
    payload: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """sha256 of engine and payload, hex: two orders with one digest are one part."""
        return hashlib.sha256(f"{self.engine}\n{canonical_json(self.payload)}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Parts:
    """What is missing before a row can be made: the name that people know each by, and its order."""

    missing: Mapping[str, Order]


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
