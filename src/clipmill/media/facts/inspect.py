"""The inspection of a finished file: one decode of everything in it, and the plain facts that came out.

`inspect` runs in a worker process with JSON in and out; a file that cannot be decoded is an answer, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.errors import StoreError
from clipmill.hints import RESUME
from clipmill.media.facts.container import container_of, cut_off
from clipmill.media.facts.decoded import DecodedFacts
from clipmill.media.facts.pictures import decode_archive, decode_picture
from clipmill.media.facts.snapshot import Picture, drift_percent, thumbnail, write_jpeg
from clipmill.media.facts.streams import decode_streams

#: Spans of one or two equal frames are no news.
_SHORTEST_STILL_SECONDS = 0.25


def inspect(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What is in a file: `facts` (MediaFacts), `error`, `damaged_frames`, `missing_frames`, `stills`, `audible`.

    Arguments: `media`, a path; `spec`, MediaSpec as JSON, whose kind says what is looked for; `reference`, path of the
    picture the first frame is compared to, or ""; `frames_into`, a folder that gets the shots of the spec, else
    `first.jpg`, `middle.jpg` and `last.jpg` (of a picture the first, of a sound none), and a
    `thumbnail.jpg`, or "". `stills` are (start, end)
    in seconds. `error` is a sentence, empty for a file that could be decoded to its end.
    Raises StoreError where the frames cannot be written.
    """
    cv2.setNumThreads(1)
    media = Path(arguments["media"])
    seen, size_bytes = DecodedFacts(), _size(media)
    try:
        _decode(media, MediaSpec.from_dict(arguments["spec"]), seen)
        seen.error = seen.error or cut_off(media, seen.container)
    except OSError as error:
        seen.error = error.strerror or str(error)
    if not size_bytes:
        seen.error = "it is empty"
    stills = [span for span in seen.watch.stills(seen.seconds) if span[1] - span[0] >= _SHORTEST_STILL_SECONDS]
    return {
        "facts": {**asdict(seen.facts(size_bytes)), "drift_percent": _pictures(seen, arguments)},
        "error": seen.error,
        "damaged_frames": seen.damaged,
        "missing_frames": seen.missing,
        "stills": stills,
        "audible": seen.audible,
    }


def _size(media: Path) -> int:
    """Bytes of the file, 0 where there is none."""
    return media.stat().st_size if media.is_file() else 0


def _decode(media: Path, spec: MediaSpec, seen: DecodedFacts) -> None:
    seen.container = container_of(media)
    if spec.kind is MediaKind.IMAGE:
        decode_picture(media, seen)
    elif spec.kind is MediaKind.ARCHIVE:
        decode_archive(media, spec, seen)
    else:
        decode_streams(media, spec, seen)


def _pictures(seen: DecodedFacts, arguments: Mapping[str, Any]) -> float:
    """Write the frames; the first one's drift from the reference, -1 without one."""
    if not seen.pictures:
        return -1.0
    if arguments["frames_into"]:
        _write(seen.pictures, Path(arguments["frames_into"]))
    reference = arguments["reference"]
    return drift_percent(seen.pictures["first"], Path(reference)) if reference else -1.0


def _write(pictures: Mapping[str, Picture], folder: Path) -> None:
    """Write the pictures as `<name>.jpg`, and the middle one, or the only one, small."""
    try:
        for name, picture in pictures.items():
            write_jpeg(picture, folder / f"{name}.jpg")
        shown = pictures.get("middle", pictures["first"])
        write_jpeg(thumbnail(shown), folder / "thumbnail.jpg")
    except OSError as error:
        raise StoreError(
            f"the pictures of a video could not be written to {folder}: {error.strerror}",
            hint=f"Check space and rights of the state folder, then `{RESUME}`.",
        ) from error
