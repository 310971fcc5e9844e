"""Decoding sound: a file becomes blocks of 48 kHz stereo samples."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from clipmill.errors import MediaError

#: Samples a second of everything that is mixed.
SAMPLE_RATE = 48_000
#: Containers sound is read from; nothing that can name other files is among them.
_CONTAINERS = "wav,mp3,mov,mp4,m4a,3gp,3g2,mj2,ogg,flac,matroska,webm,aac,aiff"
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}

#: Shape (2, samples), float32, −1 to 1.
Samples = NDArray[np.float32]


def sound_blocks(path: str, *, where: str) -> Iterator[Samples]:
    """The sound of a file from its beginning, in blocks of any length. Raises MediaError, also half-way."""
    try:
        with av.open(path, options=_OPTIONS) as container:
            if not container.streams.audio:
                raise MediaError(f"{where}: the file has no sound")
            resampler = av.AudioResampler("fltp", "stereo", SAMPLE_RATE)
            for frame in container.decode(container.streams.audio[0]):
                for resampled in resampler.resample(frame):
                    yield resampled.to_ndarray().astype(np.float32, copy=False)
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray().astype(np.float32, copy=False)
    except FFmpegError as error:
        raise MediaError(f"{where}: the sound cannot be decoded: {error.strerror}") from error


def sound_seconds(path: str, *, where: str) -> float | None:
    """How long the sound of a file says it is, None where it does not say. Raises MediaError."""
    try:
        with av.open(path, options=_OPTIONS) as container:
            if not container.streams.audio:
                raise MediaError(f"{where}: the file has no sound")
            stream = container.streams.audio[0]
            if stream.duration is not None and stream.time_base is not None:
                return float(stream.duration * stream.time_base)
            return None if container.duration is None else container.duration / av.time_base
    except FFmpegError as error:
        raise MediaError(f"{where}: the sound cannot be decoded: {error.strerror}") from error
