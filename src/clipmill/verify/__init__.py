"""Verify: one file per check over what was measured by decoding a finished file."""
