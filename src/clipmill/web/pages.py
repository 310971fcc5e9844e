"""The pages of the dashboard, added to the server's application."""

from __future__ import annotations

from fastapi import FastAPI

from clipmill.api.served import Served


def add_pages(app: FastAPI, served: Served) -> None:
    """Add them."""
