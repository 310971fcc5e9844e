"""CSS: the properties and values a text may be styled with, read into plain values."""
