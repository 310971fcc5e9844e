"""Fonts: which there are, what they cover, and how the text renderer is told."""
