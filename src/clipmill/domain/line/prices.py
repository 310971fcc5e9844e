"""Prices that the settings say."""

from __future__ import annotations

from clipmill.domain.credits import CREDIT, RenderPrice
from clipmill.settings import Settings


def render_price(settings: Settings) -> RenderPrice:
    """What local renders cost."""
    prices = settings.credits_per_second, settings.credits_per_second_large
    small, large = (int(price * CREDIT) for price in prices)
    return RenderPrice(small, large, settings.large_pixels)
