"""Layout: how large every box becomes, and where it lies in the one around it."""

from clipmill.media.draw.html.layout.blocks import Layout

__all__ = ["Layout"]
