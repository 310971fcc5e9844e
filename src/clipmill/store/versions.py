"""Frozen template versions: written once with their first batch, never changed (invariant 7 of ARCHITECTURE)."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Connection, select, text

from clipmill.domain.template import Template
from clipmill.store.schema import templates
from clipmill.stored import TEMPLATE

_parse = lru_cache(maxsize=64)(TEMPLATE.value)
_FREEZE = text("INSERT INTO templates (version, name, document) VALUES (:version, :name, :document) "
               "ON CONFLICT (version) DO NOTHING")  # fmt: skip


def freeze_template(connection: Connection, template: Template) -> None:
    """Keep this version; a version that is already kept is the same by construction."""
    values = {"version": template.version, "name": template.name, "document": TEMPLATE.text(template)}
    connection.execute(_FREEZE, values)


def frozen_template(connection: Connection, version: str) -> Template | None:
    """A kept version, None when there is none; a connection that has seen it need not ask again."""
    known: dict[str, Template] = connection.info.setdefault("templates", {})
    if version not in known:
        found = connection.execute(select(templates.c.document).where(templates.c.version == version))
        if (document := found.scalar_one_or_none()) is None:
            return None
        known[version] = _parse(document)
    return known[version]
