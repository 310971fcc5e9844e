"""Fields of requests, read: of JSON or of a form, where numbers and truths are texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from clipmill.api.dialects.openai.surface import missing, wrong
from clipmill.domain.models import ModelOffer

#: The longest prompt, characters; entries of metadata, and the longest key and value of one.
LONGEST_PROMPT, _PAIRS, _KEY, _VALUE = 32_000, 16, 64, 512
_SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")


def prompt_of(body: Mapping[str, Any]) -> str:
    """The prompt. Raises ApiError."""
    prompt = body.get("prompt")
    if prompt in (None, ""):
        raise missing("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise wrong("prompt", "prompt must be a text that says what is to be seen")
    if len(prompt) > LONGEST_PROMPT:
        raise wrong("prompt", f"prompt has {len(prompt):,} characters; {LONGEST_PROMPT:,} are allowed", "Shorten it.")
    return prompt


def whole_of(body: Mapping[str, Any], name: str, usual: int, bounds: tuple[int, int]) -> int:
    """A whole number within bounds, as a number or as its text. Raises ApiError."""
    value, (least, most) = body.get(name), bounds
    if value in (None, ""):
        return usual
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else least - 1
    if not least <= number <= most:
        raise wrong(name, f"{name} must be a whole number from {least:,} to {most:,}")
    return number


def choice_of(body: Mapping[str, Any], name: str, choices: Sequence[str], usual: str = "") -> str:
    """One of several words; the usual one where there is none. Raises ApiError."""
    value = body.get(name)
    if value in (None, ""):
        return usual
    if value not in choices:
        raise wrong(name, f"{name} is {str(value)[:60]!r}, which is not possible here", f"Use {' or '.join(choices)}.")
    return str(value)


def is_asked(body: Mapping[str, Any], name: str) -> bool:
    """Whether a truth is said. Raises ApiError for what is none."""
    value = body.get(name)
    if value in (None, "", False, "false", "False"):
        return False
    if value in (True, "true", "True"):
        return True
    raise wrong(name, f"{name} must be true or false")


def size_of(body: Mapping[str, Any], offer: ModelOffer, usual: tuple[int, int]) -> tuple[int, int]:
    """Width and height, `auto` for the usual ones. Raises ApiError for what the model does not make."""
    value = body.get("size")
    if value in (None, "", "auto"):
        return usual
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong("size", "size must be auto, or width and height as 1024x1024")
    width, height = int(found[1]), int(found[2])
    if not all(offer.min_side <= side <= offer.max_side for side in (width, height)):
        raise wrong("size", f"{offer.name} makes sides of {offer.min_side} to {offer.max_side} pixels, not {value}")
    if not offer.is_still and (width % 2 or height % 2):
        raise wrong("size", f"the sides of a video are even numbers, not {value}")
    return width, height


def metadata_of(body: Mapping[str, Any]) -> dict[str, str] | None:
    """What a client keeps with a batch. Raises ApiError for more than fits."""
    value = body.get("metadata")
    if value is None:
        return None
    if not isinstance(value, dict) or not all(isinstance(found, str) for found in value.values()):
        raise wrong("metadata", "metadata must be an object of texts")
    if len(value) > _PAIRS:
        raise wrong("metadata", f"metadata has {len(value)} entries; {_PAIRS} are allowed")
    for key, found in value.items():
        if len(key) > _KEY or len(found) > _VALUE:
            raise wrong(f"metadata.{key[:_KEY]}", f"a key has at most {_KEY} characters and a value {_VALUE}")
    return value


def expiry_of(value: Any, name: str) -> int | None:
    """After how many seconds a file is to go; None where nothing is said. Raises ApiError."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or value.get("anchor") != "created_at":
        raise wrong(f"{name}.anchor", f"{name}.anchor must be created_at")
    if value.get("seconds") in (None, ""):
        raise missing(f"{name}.seconds")
    return whole_of({f"{name}.seconds": value["seconds"]}, f"{name}.seconds", 0, (3_600, 2_592_000))
