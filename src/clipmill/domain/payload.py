"""A payload: what one row asks of an engine, as canonical JSON that is kept exactly as sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: A media file inside a payload is named by its content: `asset:<sha256 hex><suffix>`.
ASSET_SCHEME = "asset:"


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Payload:
    """What one row asks of an engine: template version and canonical JSON."""

    template_version: str
    body: Mapping[str, Any]
    #: About how much memory it takes beside what is the same for every row, in characters of text.
    weight: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """The body as canonical JSON."""
        return canonical_json(self.body)

    @property
    def digest(self) -> str:
        """sha256 of template version and body, hex."""
        return hashlib.sha256(f"{self.template_version}\n{self.text}".encode()).hexdigest()


def asset_reference(digest: str, suffix: str) -> str:
    """The name of a stored file inside a payload; `suffix` has its dot."""
    return f"{ASSET_SCHEME}{digest}{suffix}"


def asset_digest(reference: str) -> str | None:
    """The sha256 an asset reference names, None for any other text."""
    if not reference.startswith(ASSET_SCHEME):
        return None
    return reference.removeprefix(ASSET_SCHEME).split(".", 1)[0]
