"""Compiling: a lipsync request and what its files measure become a timeline. Pure arithmetic, exact to the frame."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clipmill.domain.timeline.clip import ClipFacts
from clipmill.domain.timeline.loading import unknown_fields
from clipmill.engines.lipsync.lengths import Shown, shown
from clipmill.engines.lipsync.request import Request, read_request
from clipmill.engines.lipsync.voices import HeardVoice, remarks, voices
from clipmill.errors import ProjectError
from clipmill.settings import Limits

#: A speed is rounded up to so many decimals: by less than a picture is long, and no picture comes too late.
_DECIMALS = 10**12
_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class CompiledRequest:
    """A timeline, and what is to be known of how it came to be."""

    request: Request
    timeline: dict[str, Any]
    picture: Shown
    #: The sounds, in the order of the timeline's audios.
    heard: tuple[HeardVoice, ...]
    #: Sentences on what will not be done as asked.
    remarks: tuple[str, ...]

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        """Path in the timeline, path in the request; the longer ones first."""
        for number, heard in enumerate(self.heard):
            yield f"audios[{number}].src", heard.place
            yield f"audios[{number}]", heard.segment or heard.place.removesuffix(".src")
        yield from (("visuals[0].speed", "sync_mode"), ("visuals[0]", "visual"), ("frameRate", "fps"),
                    ("duration", "segments" if self.request.segments else "visual.src"))  # fmt: skip


def compiled(request: Mapping[str, Any], facts: Mapping[str, ClipFacts]) -> dict[str, Any]:
    """The timeline that makes a request, as JSON; `facts` by the references it names.

    Raises ProjectError naming the field of the request that is wrong.
    """
    return compile_request(read_request(request), facts).timeline


def compile_request(request: Request, facts: Mapping[str, ClipFacts], limits: Limits = _NO_LIMITS) -> CompiledRequest:
    """The same of a request that was read, with what is to be known of it."""
    _check_picture(request, facts[request.visual.src])
    for place, voice in enumerate(request.audio):
        _check_sound(f"audio[{place}].src", facts[voice.src], limits.lipsync_audio_seconds)
    picture = shown(request, facts)
    heard = voices(request, facts, picture)
    if len(heard) > limits.audios:
        raise ProjectError(f"{len(heard)} sounds, the video's own between segments included, are over the limit of "
                           f"{limits.audios} (limits.audios)", path="segments")  # fmt: skip
    told = (*unknown_fields(request), *remarks(request, heard, facts, picture))
    return CompiledRequest(request, _timeline(request, facts[request.visual.src], picture, heard), picture, heard, told)


def _check_picture(request: Request, facts: ClipFacts) -> None:
    """Raises ProjectError for a file that is not what it is said to be."""
    if request.visual.type == "video" and not (facts.has_video and facts.width and facts.height):
        raise ProjectError("the file has no moving pictures", path="visual.src",
                           hint="Use a file with a video in it, or say that its type is image.")  # fmt: skip
    if request.visual.type == "image" and (facts.has_video or not (facts.width and facts.height)):
        raise ProjectError("the file is no picture", path="visual.src",
                           hint="Use a picture, or say that its type is video.")  # fmt: skip


def _check_sound(path: str, facts: ClipFacts, limit: float) -> None:
    """Raises ProjectError for a file without a sound, and for one that is too long."""
    if not facts.has_audio or not facts.seconds:
        raise ProjectError("the file has no sound", path=path, hint="Use a sound, or a video with sound.")
    if facts.seconds > limit:
        raise ProjectError(f"the sound is {facts.seconds:.4g} s long, over the limit of {limit:g} s "
                           "(limits.lipsync_audio_seconds)", path=path, hint="Use a shorter one.")  # fmt: skip


def _timeline(request: Request, facts: ClipFacts, picture: Shown, heard: tuple[HeardVoice, ...]) -> dict[str, Any]:
    width, height = size_of(request, facts)
    is_video = request.visual.type == "video"
    visual: dict[str, Any] = {"type": "VIDEO" if is_video else "IMAGE", "src": request.visual.src,
                              "width": width, "height": height,
                              "fit": "contain" if request.width and request.height else "cover"}  # fmt: skip
    if is_video:
        visual |= {"hasAudio": False, "loop": picture.loop, "speed": _decimal(picture.speed)}
    return {
        "width": width,
        "height": height,
        "frameRate": f"{picture.fps.numerator}/{picture.fps.denominator}",
        "duration": round(float(picture.seconds), 6),
        "backgroundColor": "#000000",
        "visuals": [visual],
        "audios": [each.audio for each in heard],
    }


def size_of(request: Request, facts: ClipFacts) -> tuple[int, int]:
    """Width and height of the result, even: as asked for, one of them in proportion to the other, else the source's."""
    width, height = request.width, request.height
    if width is None and height is None:
        width, height = facts.width, facts.height
    elif width is None:
        width = round(Fraction(facts.width, facts.height) * (height or 1))
    elif height is None:
        height = round(Fraction(facts.height, facts.width) * width)
    return max(2, (width or 0) // 2 * 2), max(2, (height or 0) // 2 * 2)


def _decimal(speed: Fraction) -> float:
    return math.ceil(speed * _DECIMALS) / _DECIMALS
