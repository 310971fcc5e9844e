"""Finished files: their formats and their names."""
