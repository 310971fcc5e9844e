"""Requests of the sync.so dialect as they are read; fields that nobody here knows are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: Code, field and sentence of what is wrong with a request.
Fault = tuple[str, str, str]
INVALID = "generation_input_validation_failed"
_TAGS = ("video", "image", "audio", "text")
_TOLD = 20
_CODES = {"segments": "generation_input_segments_invalid", "model": "generation_unsupported_model"}
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Address = Annotated[str | None, Field(max_length=2_048)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True, frozen=True)


class _Media(_Read):
    url: Address = None
    asset_id: str | None = Field(None, alias="assetId", max_length=200)


class VideoInput(_Media):
    """A video by address or asset."""

    type: Literal["video"]
    segments_secs: Any = None
    segments_frames: Any = None


class ImageInput(_Media):
    """A picture that stands still."""

    type: Literal["image"]


class AudioInput(_Media):
    """A recorded voice."""

    type: Literal["audio"]
    ref_id: str | None = Field(None, alias="refId", max_length=200)


class TextInput(_Read):
    """A text that is to be spoken, which no engine here does."""

    type: Literal["text"]
    provider: Any = None
    ref_id: str | None = Field(None, alias="refId", max_length=200)


Input = Annotated[VideoInput | ImageInput | AudioInput | TextInput, Field(discriminator="type")]


class GenerationOptions(_Read):
    """How it is to be made. Those that steer a mouth are read, and steer nothing: no mouth is moved here."""

    sync_mode: Literal["bounce", "loop", "cut_off", "silence", "remap"] | None = None
    model_mode: Literal["lips", "face", "head"] | None = None
    prompt: Literal["happy", "sad", "angry", "disgusted", "surprised", "neutral"] | None = None
    temperature: float | None = Field(None, ge=0, le=1)
    active_speaker_detection: dict[str, Any] | None = None
    occlusion_detection_enabled: bool | None = None
    fps: float | None = Field(None, ge=1, le=60)
    output_resolution: tuple[int, int] | None = None


class SegmentAudio(_Read):
    """Which voice is heard, and which part of it."""

    ref_id: str = Field(alias="refId", min_length=1, max_length=200)
    start_time: Seconds | None = Field(None, alias="startTime")
    end_time: Seconds | None = Field(None, alias="endTime")


class AskedSegment(_Read):
    """From when to when a voice is heard, seconds of the video."""

    start_time: Seconds = Field(alias="startTime")
    end_time: Seconds = Field(alias="endTime")
    audio_input: SegmentAudio = Field(alias="audioInput")


class Generate(_Read):
    """One generation."""

    model: str = Field(min_length=1, max_length=200)
    inputs: tuple[Input, ...] = Field(alias="input", min_length=1, max_length=100)
    options: GenerationOptions | None = None
    segments: tuple[AskedSegment, ...] | None = Field(None, max_length=1_000)
    webhook_url: Address = Field(None, alias="webhookUrl")
    output_file_name: str | None = Field(None, alias="outputFileName", pattern=r"^[A-Za-z0-9_-]{1,255}$")

    @property
    def said(self) -> dict[str, Any]:
        """The request as it is told again."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def read(body: Any) -> Generate | list[Fault]:
    """A request, or everything that is wrong with it."""
    if not isinstance(body, Mapping):
        return [(INVALID, "", "it is no JSON object")]
    try:
        return Generate.model_validate(body)
    except ValidationError as error:
        return [_fault(found) for found in error.errors(include_url=False, include_input=False)[:_TOLD]]


def _fault(found: Any) -> Fault:
    place = ""
    for before, part in zip(("", *found["loc"]), found["loc"], strict=False):
        if isinstance(part, int):
            place += f"[{part}]"
        elif not (isinstance(before, int) and part in _TAGS):
            place += f".{part}" if place else str(part)
    return _CODES.get(str(found["loc"][0]), INVALID) if found["loc"] else INVALID, place, str(found["msg"])


def schema() -> Any:
    """The JSON Schema of a request, whole in itself."""
    found = Generate.model_json_schema()
    parts = found.pop("$defs")

    def whole(value: Any) -> Any:
        if isinstance(value, dict):
            named = str(value.get("$ref", "")).rpartition("/")[2]
            return whole(parts[named]) if named else {key: whole(each) for key, each in value.items()
                                                      if key != "discriminator"}  # fmt: skip
        return [whole(each) for each in value] if isinstance(value, list) else value

    return whole(found)
