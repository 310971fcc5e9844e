"""How long the pictures of a stored clip last, which may be less than the clip: its sound may go on."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import av
from av.error import FFmpegError
from av.stream import Disposition

from clipmill.media.facts.probe import DEMUXERS, options_of
from clipmill.media.facts.sniff import recognise


@lru_cache(maxsize=256)
def picture_seconds(path: str) -> float | None:
    """Seconds from the beginning of the file to the end of its pictures; None where the file does not say.

    Asked once of each: stored files never change.
    """
    suffix = recognise(Path(path))[1]
    if suffix not in DEMUXERS:
        return None
    try:
        with av.open(str(Path(path).absolute()), options=options_of(suffix), metadata_errors="ignore") as container:
            streams = (each for each in container.streams.video if not each.disposition & Disposition.attached_pic)
            stream = next(streams, None)
            if stream is None or stream.duration is None or stream.time_base is None:
                return None
            start = float((stream.start_time or 0) * stream.time_base) - (container.start_time or 0) / av.time_base
            return start + float(stream.duration * stream.time_base)
    except (FFmpegError, ValueError, ArithmeticError, OSError):
        return None
