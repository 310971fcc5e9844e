"""Painting html: masks, shapes, letters and pictures laid over one another."""
