"""What is asked in Flixly's words is what our models are asked for."""

from __future__ import annotations

import pytest

from clipmill.api.dialects.flixly.asking import AskedSize, offer_asked, type_of
from clipmill.api.errors import ApiError
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer

CLIP = ModelOffer(id="kling-3.0", name="Kling 3.0", engine="draft", kind=MediaKind.VIDEO, width=1920, height=1080)
STILL = ModelOffer(id="kling-3.0", name="Kling 3.0", engine="draft", kind=MediaKind.IMAGE, width=1024, height=1024)
PICTURE = ModelOffer(id="flux", name="FLUX", engine="draft", kind=MediaKind.IMAGE, width=768, height=768)
OFFERS = (CLIP, STILL, PICTURE)


@pytest.mark.parametrize(
    ("model", "kind", "meant"),
    [("Kling 3.0", "", CLIP), ("kling-3.0", "TEXT_TO_IMAGE", STILL), ("KLING 3.0", "image to video", CLIP),
     ("flux", "", PICTURE), ("FLUX", "IMAGE_TO_IMAGE", PICTURE)],
)  # fmt: skip
def test_a_model_is_meant_by_id_or_name_and_by_type(model: str, kind: str, meant: ModelOffer) -> None:
    assert offer_asked(OFFERS, model, kind) is meant


@pytest.mark.parametrize(
    ("model", "kind", "param", "told"),
    [("sora", "", "model", "there is no model 'sora' here"), ("flux", "TEXT_TO_VIDEO", "type", "flux makes no videos"),
     ("flux", "TEXT_TO_SPEECH", "type", "no model here does TEXT_TO_SPEECH"), ("flux", "poem", "type", "is no type")],
)  # fmt: skip
def test_what_is_not_made_is_refused_with_what_is(model: str, kind: str, param: str, told: str) -> None:
    with pytest.raises(ApiError) as refused:
        offer_asked(OFFERS, model, kind)
    assert refused.value.told.param == param
    assert told in refused.value.told.message
    assert refused.value.told.hint


def test_a_request_is_from_a_text_or_from_a_picture() -> None:
    assert type_of(CLIP, from_picture=False) == "TEXT_TO_VIDEO"
    assert type_of(STILL, from_picture=True) == "IMAGE_TO_IMAGE"


@pytest.mark.parametrize(
    ("frame", "size"),
    [
        (AskedSize(), None), (AskedSize("1280x720"), (1280, 720)), (AskedSize("1280 × 720"), (1280, 720)),
        (AskedSize("720p"), (1280, 720)), (AskedSize("720p", "9:16"), (720, 1280)),
        (AskedSize("", "1:1"), (1080, 1080)), (AskedSize("1080p", "21:9"), (1920, 822)),
        (AskedSize("HD", "4:3"), (960, 720)), (AskedSize(width=640), (640, 1080)),
    ],
)  # fmt: skip
def test_resolution_and_aspect_ratio_are_a_size(frame: AskedSize, size: tuple[int, int] | None) -> None:
    assert frame.of(CLIP) == ({} if size is None else dict(zip(("width", "height"), size, strict=True)))


@pytest.mark.parametrize(
    "frame", [AskedSize("huge"), AskedSize("", "wide"), AskedSize("", "0:1"), AskedSize("", "100:1")]
)
def test_what_is_no_size_is_refused(frame: AskedSize) -> None:
    with pytest.raises(ApiError) as refused:
        frame.of(CLIP)
    assert refused.value.told.param in ("resolution", "aspect_ratio")
