"""What a payload asks of the engine: read, completed by what its model offers, and refused field by field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer, kinds_of, offer_called
from clipmill.domain.payload import asset_digest
from clipmill.domain.timeline.project import GRADES
from clipmill.engines.draft.offers import stand_ins
from clipmill.errors import ProjectError
from clipmill.shown import shortened

#: A longer prompt is refused, characters.
LONGEST_PROMPT = 32_000
_MOST_FPS = 60
_FORMATS = {MediaKind.VIDEO: ("mp4", "webm"), MediaKind.IMAGE: ("png", "jpeg", "jpg", "webp")}
_FIELDS = ("kind", "model", "prompt", "negative_prompt", "seconds", "width", "height", "fps", "reference", "seed",
           "output_format", "quality")  # fmt: skip
_ONLY_VIDEO = ("seconds", "fps")
_BEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One clip or still, with nothing left open."""

    offer: ModelOffer
    prompt: str
    width: int
    height: int
    #: Of a still 0.
    seconds: float
    fps: float
    format: str
    #: `asset:` reference of the picture it begins with; empty: none.
    reference: str = ""
    #: A grade of a video, a number of an image, None for the usual one.
    quality: str | int | None = None
    #: What the payload says of its seed, for previews; the attempt's own is what counts.
    seed: int = 0
    #: Whether something is named that a picture is to be without.
    is_negative: bool = False


def read_payload(body: Mapping[str, Any], offers: Sequence[ModelOffer]) -> Wanted:
    """What a payload asks for. Raises ProjectError naming the field, what is possible, and what to do."""
    _check_fields(body)
    kind = _kind(body.get("kind"))
    offer = _offer(body.get("model"), kind, offers)
    if offer.is_still and (stray := next((name for name in _ONLY_VIDEO if body.get(name)), "")):
        raise ProjectError("a still has none", path=stray, hint=f"Leave {stray} out, or ask for kind video.")
    formats = _FORMATS[kind]
    named = str(body.get("output_format") or formats[0]).lower().removeprefix(".")
    if named not in formats:
        raise _refused("output_format", body["output_format"], f"a {_called(kind)} is {_either(formats)}",
                       f"Use one of {', '.join(formats)}, or leave it out.")  # fmt: skip
    still = offer.is_still
    return Wanted(
        offer=offer,
        prompt=_prompt(body.get("prompt")),
        width=_side(body, "width", offer),
        height=_side(body, "height", offer),
        seconds=0.0 if still else _number(body, "seconds", offer.seconds, (offer.min_seconds, offer.max_seconds)),
        fps=0.0 if still else _number(body, "fps", float(offer.fps), (1.0, float(_MOST_FPS))),
        format=named,
        reference=_reference(body.get("reference")),
        quality=_quality(body.get("quality"), named, is_still=still),
        seed=_seed(body.get("seed")),
        is_negative=bool(str(body.get("negative_prompt") or "").strip()),
    )


def _check_fields(body: Mapping[str, Any]) -> None:
    stray = next((str(name) for name in body if name not in _FIELDS), None)
    if stray is not None:
        close = get_close_matches(stray[:100].lower(), _FIELDS, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(_FIELDS)}."
        raise ProjectError("the draft engine knows no such field", path=shortened(stray), hint=hint)


def _kind(value: Any) -> MediaKind:
    if value not in ("video", "image"):
        raise _refused("kind", value, "there are video and image", "Write `kind: video` or `kind: image`.")
    return MediaKind(value)


def _offer(value: Any, kind: MediaKind, offers: Sequence[ModelOffer]) -> ModelOffer:
    model = value if isinstance(value, str) else ""
    found = offer_called(offers, model, kind)
    if found is not None:
        return found
    ids = [offer.id for offer in offers if offer.kind is kind]
    if kinds_of(offers, model):
        raise _refused("model", value, f"it makes no {_called(kind)}s", f"Use one of {', '.join(ids)}.")
    if kinds_of(stand_ins(), model):
        raise _refused("model", value, "the draft engine stands in for it only where the setting stand_ins is on",
                       f"Set stand_ins = true, or use one of {', '.join(ids)}.")  # fmt: skip
    raise _refused("model", value, "there is no such model", f"Use one of {', '.join(ids)}.")


def _prompt(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ProjectError("it is empty; a prompt says what is to be seen", path="prompt", hint="Write a prompt.")
    if len(value) > LONGEST_PROMPT:
        raise ProjectError(f"it has {len(value):,} characters; at most {LONGEST_PROMPT:,} are allowed", path="prompt",
                           hint="Shorten it.")  # fmt: skip
    return value


def _side(body: Mapping[str, Any], name: str, offer: ModelOffer) -> int:
    side = _number(body, name, float(getattr(offer, name)), (float(offer.min_side), float(offer.max_side)))
    if side != int(side):
        raise _refused(name, body[name], "a side is a whole number of pixels", f"Write {round(side)}.")
    if not offer.is_still and side % 2:
        raise _refused(name, body[name], "a video's sides are even", f"Write {int(side) - 1} or {int(side) + 1}.")
    return int(side)


def _number(body: Mapping[str, Any], name: str, usual: float, bounds: tuple[float, float]) -> float:
    """A number within bounds, the usual one where none is given."""
    value, (least, most) = body.get(name), bounds
    if value in (None, ""):
        return usual
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not least <= number <= most:  # nan is neither
        raise _refused(name, value, f"it is a number from {least:g} to {most:g}", f"Give one, such as {usual:g}.")
    return number


def _reference(value: Any) -> str:
    if value in (None, ""):
        return ""
    if not isinstance(value, str) or asset_digest(value) is None:
        raise _refused("reference", value, "it is no stored picture (asset:…)",
                       "Let a field of kind image name it, or upload it first.")  # fmt: skip
    return value


def _quality(value: Any, wanted: str, *, is_still: bool) -> str | int | None:
    if value in (None, "", "auto"):
        return None
    if not is_still:
        if value not in GRADES or wanted != "mp4":
            raise _refused("quality", value, f"of an mp4 it is {_either(GRADES)}, of others there is one",
                           "Leave it out.")  # fmt: skip
        return str(value)
    number = int(value) if isinstance(value, int | str) and str(value).isdecimal() and len(str(value)) < 4 else 0
    if not 1 <= number <= _BEST or wanted == "png":
        raise _refused("quality", value, f"of a jpeg or webp it is a number from 1 to {_BEST}, of a png there is one",
                       "Leave it out.")  # fmt: skip
    return number


def _seed(value: Any) -> int:
    """The seed of the payload; what is no seed, 0: it is read where the attempts are made."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _refused(path: str, value: Any, reason: str, hint: str) -> ProjectError:
    said = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return ProjectError(f"{shortened(said, 80)} is not possible: {reason}", path=path, hint=hint)


def _called(kind: MediaKind) -> str:
    return "still" if kind is MediaKind.IMAGE else "video"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
