"""What every engine that offers models must do: say each once, keep to its own bounds, and charge what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.models import ModelOffer, model_id, offer_called
from clipmill.domain.payload import Payload
from clipmill.engines.draft.engine import DraftEngine
from clipmill.ports import Offering
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.testing import InProcessCrew


def _asked(offer: ModelOffer) -> Payload:
    """The least that can be asked of a model."""
    return Payload("v1", {"kind": str(offer.kind), "model": offer.id, "prompt": "A mug"})


@pytest.fixture(params=["draft"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Each engine that offers models."""
    files = DiskFiles(tmp_path / "files", tmp_path / "scratch")
    made = DraftEngine(Settings(home=tmp_path / "home", stand_ins=True), InProcessCrew(), files)
    yield made
    made.close()


def test_every_model_is_offered_once_for_each_kind_and_found_by_its_names(engine: Any) -> None:
    assert isinstance(engine, Offering)
    offers = engine.offers()
    assert len({(offer.id, offer.kind) for offer in offers}) == len(offers) > 0
    for offer in offers:
        assert (offer.engine, offer.id) == (engine.name, model_id(offer.name))
        assert offer_called(offers, offer.name, offer.kind) is offer
        assert offer.min_side <= min(offer.width, offer.height) <= max(offer.width, offer.height) <= offer.max_side
        assert offer.min_seconds <= offer.seconds <= offer.max_seconds
        assert offer.is_still == (offer.seconds == 0) == (offer.fps == 0)


def test_what_is_offered_is_made_at_its_price_in_the_lane_of_its_model(engine: Any) -> None:
    for offer in engine.offers():
        quote, spec = engine.quote(_asked(offer)), engine.expect(_asked(offer))
        assert quote.credits == offer.credits(offer.seconds)
        assert (quote.lane.engine, quote.lane.model) == (engine.name, offer.id)
        assert (spec.kind, spec.width, spec.height) == (offer.kind, offer.width, offer.height)
        assert (spec.seconds, spec.fps) == (offer.seconds, offer.fps)
