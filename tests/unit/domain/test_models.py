import pytest

from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer, kinds_of, model_id, offer_called

CLIP = ModelOffer(id="kling-3.0", name="Kling 3.0", engine="draft", kind=MediaKind.VIDEO, width=1920, height=1080,
                  seconds=8.0, fps=24, price=14_000)  # fmt: skip
STILL = ModelOffer(id="kling-3.0", name="Kling 3.0", engine="draft", kind=MediaKind.IMAGE, width=64, height=64)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Seedance 2.0", "seedance-2.0"), ("GPT-Image 2.0", "gpt-image-2.0"), (" kling_3.0 ", "kling-3.0"), ("日本", "")],
)
def test_a_model_is_called_by_the_words_of_its_name(name: str, slug: str) -> None:
    assert model_id(name) == slug


def test_an_offer_is_found_by_id_or_name_for_its_kind() -> None:
    for model in ("kling-3.0", "Kling 3.0", "KLING 3.0"):
        assert offer_called([CLIP, STILL], model, MediaKind.VIDEO) is CLIP
        assert offer_called([CLIP, STILL], model, MediaKind.IMAGE) is STILL
    assert offer_called([CLIP], "kling-3.0", MediaKind.IMAGE) is None
    assert kinds_of([CLIP, STILL], "Kling 3.0") == (MediaKind.VIDEO, MediaKind.IMAGE)
    assert kinds_of([CLIP, STILL], "sora") == ()


@pytest.mark.parametrize(("seconds", "credits"), [(0, 500), (1, 1_500), (2.0000001, 2_500), (2.01, 3_500)])
def test_a_price_counts_started_seconds(seconds: float, credits: int) -> None:
    offer = ModelOffer(id="m", name="M", engine="e", kind=MediaKind.VIDEO, width=2, height=2, price=500,
                       price_per_second=1_000)  # fmt: skip
    assert offer.credits(seconds) == credits
    assert CLIP.credits(3) == CLIP.credits(8) == 14_000
