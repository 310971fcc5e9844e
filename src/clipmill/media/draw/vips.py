"""libvips, keeping nothing between operations: every raster is drawn once."""

from __future__ import annotations

import pyvips

pyvips.cache_set_max(0)

__all__ = ["pyvips"]
