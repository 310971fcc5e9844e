"""What of a request the engine is given, and what is wrong with one, code by code."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.api.dialects.sync.asking import payload, rules
from clipmill.api.dialects.sync.requests import Generate, read
from tests.unit.api.dialects.sync.speaking import request

VIDEO, AUDIO = request()["input"]
IMAGE = {"type": "image", "url": "https://example.com/p.png"}
TEXT = {"type": "text", "provider": {"name": "elevenlabs", "voiceId": "v", "script": "hi"}}
SEGMENT = {"startTime": 0.5, "endTime": 2, "audioInput": {"refId": "a", "startTime": 1}}


def made(**changes: Any) -> dict[str, Any]:
    """The payload of a request."""
    found = read(request(**changes))
    assert isinstance(found, Generate)
    return payload(found, lambda media: media.url)


def faults(**changes: Any) -> list[tuple[str, str]]:
    """Code and field of everything that is wrong with a request."""
    found = read(request(**changes))
    return [each[:2] for each in (found if isinstance(found, list) else rules(found))]


@pytest.mark.parametrize("changes, key, value", [
    ({}, "visual", {"type": "video", "src": "https://example.com/v.mp4"}),
    ({}, "audio", [{"src": "https://example.com/a.wav"}]),
    ({}, "sync_mode", "bounce"),
    ({"options": None}, "sync_mode", "bounce"),
    ({"options": {"sync_mode": "remap"}}, "sync_mode", "remap"),
    ({"options": {"fps": 30}}, "fps", 30),
    ({"options": {"output_resolution": [1280, 720]}}, "width", 1280),
    ({"options": {"output_resolution": [1280, 720]}}, "height", 720),
    ({"input": [AUDIO, IMAGE]}, "visual", {"type": "image", "src": "https://example.com/p.png"}),
    ({"input": [VIDEO, {**AUDIO, "refId": "a"}], "segments": [SEGMENT]}, "segments",
     [{"startTime": 0.5, "endTime": 2.0, "audioInput": {"refId": "a", "startTime": 1.0}}]),
    ({"input": [VIDEO, {**AUDIO, "refId": "a"}]}, "audio", [{"src": "https://example.com/a.wav", "refId": "a"}]),
])  # fmt: skip
def test_the_engine_is_given(changes: dict[str, Any], key: str, value: Any) -> None:
    assert made(**changes)[key] == value


INVALID = "generation_input_validation_failed"
SEGMENTS = "generation_input_segments_invalid"


@pytest.mark.parametrize("changes, code, field", [
    ({"model": "lipsync-9"}, "generation_unsupported_model", "model"),
    ({"model": 7}, "generation_unsupported_model", "model"),
    ({"input": []}, INVALID, "input"),
    ({"input": [AUDIO]}, "generation_video_missing", "input"),
    ({"input": [VIDEO]}, "generation_audio_missing", "input"),
    ({"input": [VIDEO, IMAGE, AUDIO]}, "generation_input_too_many_visual", "input[1]"),
    ({"input": [VIDEO, TEXT]}, "generation_text_to_speech_unavailable", "input[1]"),
    ({"input": [VIDEO, {"type": "audio"}]}, INVALID, "input[1]"),
    ({"input": [VIDEO, {**AUDIO, "assetId": "ast_1"}]}, INVALID, "input[1]"),
    ({"input": [{**VIDEO, "url": "/etc/passwd"}, AUDIO]}, INVALID, "input[0].url"),
    ({"input": [{**VIDEO, "url": "asset:" + "0" * 64 + ".mp4"}, AUDIO]}, INVALID, "input[0].url"),
    ({"input": [{**VIDEO, "url": 1}, AUDIO]}, INVALID, "input[0].url"),
    ({"input": [{**VIDEO, "segments_secs": [[0, 1]]}, AUDIO]}, SEGMENTS, "input[0]"),
    ({"input": [{"type": "hologram"}, AUDIO]}, INVALID, "input[0]"),
    ({"options": {"sync_mode": "stretch"}}, INVALID, "options.sync_mode"),
    ({"options": {"temperature": 2}}, INVALID, "options.temperature"),
    ({"options": {"prompt": "bored"}}, INVALID, "options.prompt"),
    ({"outputFileName": "../x"}, INVALID, "outputFileName"),
    ({"outputFileName": "a" * 256}, INVALID, "outputFileName"),
    ({"segments": [SEGMENT]}, SEGMENTS, "segments[0].audioInput.refId"),
    ({"segments": [{**SEGMENT, "endTime": 0.5}], "input": [VIDEO, {**AUDIO, "refId": "a"}]}, SEGMENTS,
     "segments[0].endTime"),
    ({"segments": [{"startTime": -1}]}, SEGMENTS, "segments[0].startTime"),
    ({"input": [VIDEO, {**AUDIO, "refId": "a"}, {**AUDIO, "refId": "a"}]}, SEGMENTS, "input"),
])  # fmt: skip
def test_what_is_wrong(changes: dict[str, Any], code: str, field: str) -> None:
    assert (code, field) in faults(**changes)


@pytest.mark.parametrize("changes", [
    {"options": {"temperature": 0.5, "model_mode": "face", "occlusion_detection_enabled": True, "unheard_of": 1}},
    {"unheard_of": {"x": 1}},
    {"segments": None, "webhookUrl": None, "outputFileName": None},
    {"input": [VIDEO, {**AUDIO, "refId": None}]},
])  # fmt: skip
def test_what_is_not_wrong(changes: dict[str, Any]) -> None:
    assert faults(**changes) == []


def test_what_is_told_again_is_what_was_said() -> None:
    found = read(request(options={"sync_mode": "loop"}, outputFileName="x"))
    assert isinstance(found, Generate)
    assert found.said == request(options={"sync_mode": "loop"}, outputFileName="x")
