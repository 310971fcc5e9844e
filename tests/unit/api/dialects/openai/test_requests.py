"""What clients ask for, as an engine is asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from clipmill.api.dialects.openai.clips import clip_of, remix_of
from clipmill.api.dialects.openai.fields import expiry_of, metadata_of
from clipmill.api.dialects.openai.pictures import pictures_of
from clipmill.api.errors import ApiError
from clipmill.domain.media import MediaKind
from tests.unit.api.dialects.openai.rows import OFFERS, STANDING_IN, job

_IMAGE = {"kind": "image", "model": "draft", "prompt": "p", "width": 1024, "height": 1024, "output_format": "png"}
_VIDEO = {"kind": "video", "model": "draft", "prompt": "p", "width": 720, "height": 1280, "seconds": 4.0}


@pytest.mark.parametrize(("more", "count", "payload"), [
    ({}, 1, {}),
    ({"model": "Draft", "n": 3}, 3, {}),
    ({"n": "10", "size": "auto", "quality": "high", "background": "opaque", "user": "u", "moderation": "low"}, 10, {}),
    ({"size": "512x256"}, 1, {"width": 512, "height": 256}),
    ({"output_format": "webp", "output_compression": 0}, 1, {"output_format": "webp", "quality": 1}),
    ({"output_format": "jpeg", "output_compression": "80"}, 1, {"output_format": "jpeg", "quality": 80}),
    ({"output_compression": 80, "stream": False, "response_format": "url"}, 1, {}),
])  # fmt: skip
def test_a_picture_is_asked_for(more: dict[str, Any], count: int, payload: dict[str, Any]) -> None:
    asked = pictures_of({"prompt": "p", **more}, OFFERS)
    assert (asked.count, asked.price, dict(asked.payload)) == (count, 500 * count, {**_IMAGE, **payload})
    assert asked.kept["url"] is (more.get("response_format") == "url")


@pytest.mark.parametrize(("more", "param"), [
    ({"prompt": ""}, "prompt"), ({"prompt": 3}, "prompt"), ({"prompt": "x" * 32_001}, "prompt"),
    ({"n": 0}, "n"), ({"n": 11}, "n"), ({"n": True}, "n"), ({"n": "two"}, "n"), ({"n": 1.5}, "n"),
    ({"model": "sora-2"}, "model"), ({"model": "short"}, "model"), ({"model": 3}, "model"),
    ({"size": "9000x100"}, "size"), ({"size": "1024"}, "size"), ({"size": "100x100"}, "size"),
    ({"output_format": "gif"}, "output_format"), ({"output_compression": 101}, "output_compression"),
    ({"background": "transparent"}, "background"), ({"stream": True}, "stream"), ({"stream": "yes"}, "stream"),
    ({"quality": "best"}, "quality"), ({"response_format": "svg"}, "response_format"),
])  # fmt: skip
def test_a_wrong_request_for_a_picture_names_its_field(more: dict[str, Any], param: str) -> None:
    with pytest.raises(ApiError) as found:
        pictures_of({"prompt": "p", **more}, OFFERS)
    assert (found.value.told.status, found.value.told.param) == (400, param)


@pytest.mark.parametrize(("more", "payload", "kept"), [
    ({}, {}, {"seconds": "4", "size": "720x1280", "model": "draft"}),
    ({"seconds": "8", "size": "1280x720"}, {"seconds": 8.0, "width": 1280, "height": 720},
     {"seconds": "8", "size": "1280x720", "model": "draft"}),
    ({"seconds": 1.5}, {"seconds": 1.5}, {"seconds": "1.5", "size": "720x1280", "model": "draft"}),
    ({"model": "short"}, {"model": "short", "seconds": 2.0, "width": 640, "height": 360},
     {"seconds": "2", "size": "640x360", "model": "short"}),
])  # fmt: skip
def test_a_video_is_asked_for(more: dict[str, Any], payload: dict[str, Any], kept: dict[str, str]) -> None:
    asked = clip_of({"prompt": "p", **more}, OFFERS)
    assert (dict(asked.payload), dict(asked.kept)) == ({**_VIDEO, **payload}, kept)


@pytest.mark.parametrize(("more", "param"), [
    ({"prompt": None}, "prompt"), ({"model": "sora-2"}, "model"), ({"seconds": "0"}, "seconds"),
    ({"seconds": "61"}, "seconds"), ({"seconds": "nan"}, "seconds"), ({"seconds": True}, "seconds"),
    ({"seconds": [4]}, "seconds"), ({"size": "721x1280"}, "size"), ({"size": "4000x1280"}, "size"),
])  # fmt: skip
def test_a_wrong_request_for_a_video_names_its_field(more: dict[str, Any], param: str) -> None:
    with pytest.raises(ApiError) as found:
        clip_of({"prompt": "p", **more}, OFFERS)
    assert (found.value.told.status, found.value.told.param) == (400, param)


def test_a_model_that_is_not_offered_is_refused_with_those_that_are() -> None:
    with pytest.raises(ApiError) as found:
        OFFERS.chosen("sora-2", MediaKind.VIDEO)
    assert found.value.told.code == "model_not_found"
    assert found.value.told.hint == "There are draft, short."


@pytest.mark.parametrize(("name", "kind"), [("gpt-image-2", MediaKind.IMAGE), ("dall-e-3", MediaKind.IMAGE),
                                            ("sora-2", MediaKind.VIDEO)])  # fmt: skip
def test_their_models_are_stood_in_for_where_that_is_allowed(name: str, kind: MediaKind) -> None:
    assert STANDING_IN.chosen(name, kind).id == "draft"
    assert name in STANDING_IN.names
    assert name not in OFFERS.names


def test_a_remix_has_the_parameters_of_its_origin() -> None:
    asked = remix_of(job(), {"prompt": "a dog"}, OFFERS)
    assert (asked.payload["prompt"], asked.payload["width"], asked.kept["remixed"]) == ("a dog", 720, "video_1")


@pytest.mark.parametrize("given", [None, {}, {"a": "b"}, {"k" * 64: "v" * 512}, {str(n): "" for n in range(16)}])
def test_metadata_is_kept(given: Any) -> None:
    assert metadata_of({"metadata": given}) == given


@pytest.mark.parametrize("given", ["a", {"a": 1}, {"k" * 65: ""}, {"k": "v" * 513}, {str(n): "" for n in range(17)}])
def test_metadata_that_does_not_fit_is_refused(given: Any) -> None:
    with pytest.raises(ApiError):
        metadata_of({"metadata": given})


@pytest.mark.parametrize(("given", "seconds"), [(None, None), ({"anchor": "created_at", "seconds": 3600}, 3600),
                                                ({"anchor": "created_at", "seconds": "7200"}, 7200)])  # fmt: skip
def test_files_expire_when_they_are_told_to(given: Any, seconds: int | None) -> None:
    assert expiry_of(given, "expires_after") == seconds


@pytest.mark.parametrize("given", [
    {"seconds": 3600}, {"anchor": "created_at"}, {"anchor": "created_at", "seconds": 3599},
    {"anchor": "created_at", "seconds": 2_592_001}, "soon",
])  # fmt: skip
def test_an_expiry_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(ApiError):
        expiry_of(given, "expires_after")
