"""The only code that touches pixels and samples, besides the renderer: probe, decode, encode, raster, fonts, fetch."""
