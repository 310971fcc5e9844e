"""What the engine offers: its own model `draft`, and the models whose names and prices it can stand in under."""

from __future__ import annotations

from clipmill.domain.credits import CREDIT
from clipmill.domain.media import MediaKind
from clipmill.domain.models import ModelOffer, model_id
from clipmill.settings import Settings

ENGINE = "draft"
#: What the engine's own model is called.
OWN = "draft"
_LONGEST_SECONDS = 60.0
#: Clips of the models that are stood in for are this long, seconds, and their reference pictures this large, bytes.
_SHORTEST, _LONGEST, _REFERENCE = 3.0, 8.0, 4 * 1024**2
#: Name, width, height, seconds, pictures a second, thousandths of a credit for a clip.
_CLIPS = (
    ("Seedance 2.0", 1920, 1080, 5.0, 24, 9_000),
    ("Kling 3.0", 1920, 1080, 8.0, 24, 14_000),
    ("Veo 3.1", 1280, 720, 4.0, 30, 7_000),
)
#: Name, side, thousandths of a credit for a still, stills of one call, size of a reference picture in bytes.
_STILLS = (
    ("GPT-Image 2.0", 1024, 2_400, 50, 0),
    ("FLUX Kontext", 768, 1_900, 30, 2 * 1024**2),
    ("Gemini 3.1 Flash", 512, 1_400, 40, 0),
    ("Kling 3.0", 1024, CREDIT, 10, 0),
    ("Wan 2.7", 1024, CREDIT, 10, 0),
)


def offers(settings: Settings) -> tuple[ModelOffer, ...]:
    """All that can be asked of the engine as it is set."""
    own = int(settings.credits_per_second * CREDIT)
    drafts = (
        ModelOffer(id=OWN, name="Draft", engine=ENGINE, kind=MediaKind.VIDEO, width=1280, height=720, seconds=5.0,
                   fps=24, min_seconds=1.0, max_seconds=_LONGEST_SECONDS, price_per_second=own),
        ModelOffer(id=OWN, name="Draft", engine=ENGINE, kind=MediaKind.IMAGE, width=1024, height=1024, price=own),
    )  # fmt: skip
    return (*drafts, *stand_ins()) if settings.stand_ins else drafts


def stand_ins() -> tuple[ModelOffer, ...]:
    """The models that are stood in for, whether that is allowed or not."""
    clips = (
        ModelOffer(id=model_id(name), name=name, engine=ENGINE, kind=MediaKind.VIDEO, width=width, height=height,
                   seconds=seconds, fps=fps, min_seconds=_SHORTEST, max_seconds=_LONGEST, price=price,
                   reference_bytes=_REFERENCE, stands_in=True)
        for name, width, height, seconds, fps, price in _CLIPS
    )  # fmt: skip
    stills = (
        ModelOffer(id=model_id(name), name=name, engine=ENGINE, kind=MediaKind.IMAGE, width=side, height=side,
                   price=price, max_batch=batch, reference_bytes=size, stands_in=True)
        for name, side, price, batch, size in _STILLS
    )  # fmt: skip
    return (*clips, *stills)
