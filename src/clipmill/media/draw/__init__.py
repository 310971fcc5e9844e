"""Drawing: pictures as planes, and everything that is rasterised into them."""
