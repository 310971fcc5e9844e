"""Finished files: encoders and containers."""
