"""Templates and projects by name, over the database; every edition of each is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from clipmill.domain.access import Named
from clipmill.domain.batch import LOCAL
from clipmill.domain.template import Template
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.store.batches import freeze_template, frozen_template
from clipmill.store.database import Database
from clipmill.store.served.tables import editions, named
from clipmill.store.tenants.owners import may_have


class SqlNamed:
    """What a tenant keeps by name (server_ports.NamedTemplates)."""

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant

    def keep(self, meant: Named, template: Template | None = None) -> Named:
        """Keep a new one, or the next edition of one that is there; with its template, which is frozen."""
        now = self._clock.now()

        def work(connection: Connection) -> Named:
            there = connection.execute(self._mine(meant.id).with_for_update()).first()
            number = there.number + 1 if there else 1
            if template is not None:
                freeze_template(connection, template, self._tenant)
            if there is None:
                connection.execute(named.insert(), {
                    "id": meant.id, "tenant": self._tenant, "surface": meant.surface, "name": meant.name, "number": 1,
                    "created_at": now, "updated_at": now})  # fmt: skip
            else:
                changed = named.update().where(named.c.id == meant.id)
                connection.execute(changed.values(name=meant.name, number=number, updated_at=now, archived_at=None))
            version = template.version if template else ""
            connection.execute(editions.insert(), {"id": meant.id, "number": number, "version": version, "at": now,
                                                   "document": _text(meant.document)})  # fmt: skip
            return self._found(connection, meant.id, None)

        return self._database.write(work)

    def find(self, named_id: str, number: int | None = None) -> Named:
        """One by its id, in its newest edition or another. Raises NotFoundError."""
        with self._database.read() as connection:
            return self._found(connection, named_id, number)

    def page(self, surface: str, limit: int, skip: int = 0, after: str = "") -> tuple[Sequence[Named], int]:
        """Those of a surface that are not archived, the newest first, from the one after that id on; and how many
        there are in all. Raises NotFoundError for an id that is not there.
        """
        mine = (named.c.tenant == self._tenant, named.c.surface == surface, named.c.archived_at.is_(None))
        query = _EDITION.where(*mine, editions.c.number == named.c.number)
        if after:
            last = self.find(after)
            same = and_(named.c.created_at == last.created_at, named.c.id < last.id)
            query = query.where(or_(named.c.created_at < last.created_at, same))
        query = query.order_by(named.c.created_at.desc(), named.c.id.desc()).limit(limit).offset(skip)
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(named).where(*mine)).scalar_one()
            return [_named(line) for line in connection.execute(query)], int(total)

    def archive(self, named_id: str) -> Named:
        """List it no more; batches made with it go on, and its id still leads to it. Raises NotFoundError."""
        mine = named.update().where(named.c.id == named_id, named.c.tenant == self._tenant)

        def work(connection: Connection) -> Named:
            connection.execute(mine.values(archived_at=self._clock.now()))
            return self._found(connection, named_id, None)

        return self._database.write(work)

    def template(self, version: str) -> Template:
        """A frozen template that is the tenant's. Raises NotFoundError."""
        with self._database.read() as connection:
            template = frozen_template(connection, version) if may_have(connection, self._tenant, version) else None
        if template is None:
            raise NotFoundError(f"there is no template version {version}")
        return template

    def _mine(self, named_id: str) -> Select[Any]:
        return select(named).where(named.c.id == named_id, named.c.tenant == self._tenant)

    def _found(self, connection: Connection, named_id: str, number: int | None) -> Named:
        wanted = editions.c.number == (named.c.number if number is None else number)
        query = _EDITION.where(named.c.id == named_id, named.c.tenant == self._tenant, wanted)
        line = connection.execute(query).first()
        if line is None:
            of = "" if number is None else f", edition {number}"
            raise NotFoundError(f"there is no template {named_id}{of}")
        return _named(line)


_EDITION = select(
    named.c.id, named.c.surface, named.c.name, named.c.created_at, named.c.archived_at, editions.c.number,
    editions.c.version, editions.c.document, editions.c.at,
).join(editions, editions.c.id == named.c.id)  # fmt: skip


def _named(line: Any) -> Named:
    return Named(id=line.id, surface=line.surface, name=line.name, number=line.number, version=line.version,
                 document=json.loads(line.document), created_at=line.created_at, at=line.at,
                 archived_at=line.archived_at)  # fmt: skip


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
