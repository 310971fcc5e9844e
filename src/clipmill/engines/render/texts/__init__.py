"""Texts held against their boxes before anything is rendered."""
