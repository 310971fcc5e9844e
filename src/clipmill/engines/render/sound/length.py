"""How long the sound of a stored file is, asked once of each: of some files that takes reading them to their ends."""

from __future__ import annotations

from functools import lru_cache

from clipmill.media.sound.decode import sound_seconds


@lru_cache(maxsize=256)
def sound_length(path: str, where: str) -> float | None:
    """Seconds, None for a file without a single packet of sound; stored files never change. Raises MediaError."""
    return sound_seconds(path, where=where)
