"""Frozen template versions: written once with their first batch, never changed (law 7)."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, select

from clipmill.domain.template import TEMPLATE, Template
from clipmill.store.schema import templates

_parse = lru_cache(maxsize=64)(TEMPLATE.value)


def freeze_template(connection: Connection, template: Template) -> None:
    """Keep this version; a version that is already kept is the same by construction."""
    if frozen_template(connection, template.version) is None:
        connection.execute(
            templates.insert(),
            {"version": template.version, "name": template.name, "document": TEMPLATE.text(template)},
        )


def frozen_template(connection: Connection, version: str) -> Template | None:
    """A kept version, None when there is none."""
    document = connection.execute(
        select(templates.c.document).where(templates.c.version == version)
    ).scalar_one_or_none()
    return None if document is None else _parse(document)
