from typing import Any

import pytest

from clipmill.domain.media import MediaKind
from clipmill.engines.draft.offers import offers
from clipmill.engines.draft.wanted import LONGEST_PROMPT, Wanted, read_payload
from clipmill.errors import InputError, ProjectError
from clipmill.settings import Settings

VIDEO = {"kind": "video", "model": "draft", "prompt": "A mug"}
IMAGE = {"kind": "image", "model": "draft", "prompt": "A mug"}
PICTURE = f"asset:{'a' * 64}.png"


def read(body: dict[str, Any], *, stand_ins: bool = False, **more: Any) -> Wanted:
    return read_payload({**body, **more}, offers(Settings(stand_ins=stand_ins)))


def test_what_is_not_said_is_as_the_model_has_it() -> None:
    wanted = read(VIDEO, model="Seedance 2.0", stand_ins=True)
    assert (wanted.width, wanted.height, wanted.seconds, wanted.fps, wanted.format) == (1920, 1080, 5.0, 24.0, "mp4")
    still = read(IMAGE, reference="", quality="", seed=None)
    assert (still.width, still.height, still.seconds, still.format, still.quality) == (1024, 1024, 0.0, "png", None)


def test_what_is_said_counts() -> None:
    more = {"seconds": "2.5", "fps": 25, "width": 640, "height": 360.0, "output_format": "WEBM"}
    wanted = read({**VIDEO, **more}, seed=9, reference=PICTURE, negative_prompt="blur")
    assert (wanted.seconds, wanted.fps, wanted.width, wanted.height) == (2.5, 25.0, 640, 360)
    assert (wanted.format, wanted.seed, wanted.reference, wanted.is_negative) == ("webm", 9, PICTURE, True)
    assert read(IMAGE, output_format="jpeg", quality="80", width=257).quality == 80


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("kind", {"kind": "sound"}), ("kind", {"kind": None}), ("kind", {"kind": []}),
        ("model", {"model": "sora-2"}), ("model", {"model": None}), ("model", {"model": "veo-3.1"}),
        ("prompt", {"prompt": " \n"}), ("prompt", {"prompt": 3}), ("prompt", {"prompt": "x" * (LONGEST_PROMPT + 1)}),
        ("seconds", {"seconds": 0.5}), ("seconds", {"seconds": 61}), ("seconds", {"seconds": "soon"}),
        ("seconds", {"seconds": True}), ("seconds", {"seconds": float("nan")}), ("seconds", {"seconds": 10**400}),
        ("width", {"width": 255}), ("width", {"width": 1922}), ("height", {"height": 333}),
        ("height", {"height": 300.5}),
        ("fps", {"fps": 61}), ("reference", {"reference": "/etc/passwd"}), ("reference", {"reference": 3}),
        ("output_format", {"output_format": "gif"}), ("quality", {"quality": 80}),
        ("quality", {"quality": "high", "output_format": "webm"}), ("secnds", {"secnds": 3}),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_by_field_with_a_fix(path: str, body: dict[str, Any]) -> None:
    with pytest.raises(ProjectError) as refused:
        read(VIDEO, **body)
    assert refused.value.path == path
    assert refused.value.hint.endswith((".", "?"))


@pytest.mark.parametrize(
    ("path", "body"),
    [("seconds", {"seconds": 3}), ("fps", {"fps": 24}), ("quality", {"quality": 5}),
     ("quality", {"output_format": "webp", "quality": 101})],
)  # fmt: skip
def test_what_a_still_has_none_of_is_refused(path: str, body: dict[str, Any]) -> None:
    with pytest.raises(ProjectError) as refused:
        read(IMAGE, **body)
    assert refused.value.path == path


def test_a_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="'sora-2' is not possible: there is no such model") as refused:
        read(VIDEO, model="sora-2", stand_ins=True)
    assert refused.value.hint == "Use one of draft, seedance-2.0, kling-3.0, veo-3.1."
    with pytest.raises(InputError, match="it makes no videos"):
        read(VIDEO, model="Wan 2.7", stand_ins=True)
    with pytest.raises(InputError, match="only where the setting stand_ins is on"):
        read(VIDEO, model="Wan 2.7")
    with pytest.raises(InputError, match="a number from 3 to 8"):
        read(VIDEO, model="kling-3.0", seconds=2, stand_ins=True)


def test_models_are_offered_at_their_prices_only_where_that_is_set() -> None:
    assert [(offer.id, offer.kind) for offer in offers(Settings())] == [
        ("draft", MediaKind.VIDEO), ("draft", MediaKind.IMAGE)
    ]  # fmt: skip
    found = {(offer.id, offer.kind): offer for offer in offers(Settings(stand_ins=True))}
    assert len(found) == 10
    clips = {name: found[name, MediaKind.VIDEO].credits(5) for name in ("seedance-2.0", "kling-3.0", "veo-3.1")}
    assert clips == {"seedance-2.0": 9_000, "kling-3.0": 14_000, "veo-3.1": 7_000}
    stills = {name: found[name, MediaKind.IMAGE] for name in ("gpt-image-2.0", "flux-kontext", "gemini-3.1-flash")}
    assert [50 * offer.credits() for offer in stills.values()] == [120_000, 95_000, 70_000]
    assert [offer.max_batch for offer in stills.values()] == [50, 30, 40]
    assert found["draft", MediaKind.VIDEO].credits(4.2) == 5_000
    assert all(offer.stands_in == (offer.id != "draft") for offer in found.values())
