"""Uploads over the database: files of tenants by ids of their own; contents lie in Files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from clipmill.domain.access import Asset
from clipmill.domain.batch import LOCAL
from clipmill.errors import NotFoundError
from clipmill.ports import Clock
from clipmill.store.database import Database
from clipmill.store.served.tables import assets


class SqlAssets:
    """The uploads of a tenant (server_ports.Assets)."""

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant

    def add(self, asset: Asset) -> Asset:
        """Keep one; as it is kept."""
        values = {"id": asset.id, "tenant": self._tenant, "name": asset.name, "purpose": asset.purpose,
                  "sha256": asset.sha256, "size_bytes": asset.size_bytes, "created_at": self._clock.now(),
                  "facts": json.dumps(dict(asset.facts)), "expires_at": asset.expires_at}  # fmt: skip
        self._database.write(lambda connection: connection.execute(assets.insert(), values))
        return self.find(asset.id)

    def find(self, asset_id: str) -> Asset:
        """One by its id, while it has not expired. Raises NotFoundError."""
        with self._database.read() as connection:
            line = connection.execute(self._there().where(assets.c.id == asset_id)).first()
        if line is None:
            raise NotFoundError(f"there is no file {asset_id}")
        return _asset(line)

    def page(self, purposes: Sequence[str], limit: int, after: str = "") -> tuple[Sequence[Asset], int]:
        """Those for these purposes, the newest first, from the one after that id on; and how many there are in all."""
        among = self._there().where(assets.c.purpose.in_(list(purposes)))
        with self._database.read() as connection:
            total = connection.execute(select(func.count()).select_from(among.subquery())).scalar_one()
            if after:
                last = connection.execute(self._there().where(assets.c.id == after)).first()
                if last is None:
                    raise NotFoundError(f"there is no file {after}")
                same = and_(assets.c.created_at == last.created_at, assets.c.id < last.id)
                among = among.where(or_(assets.c.created_at < last.created_at, same))
            query = among.order_by(assets.c.created_at.desc(), assets.c.id.desc()).limit(limit)
            return [_asset(line) for line in connection.execute(query)], int(total)

    def remove(self, asset_id: str) -> int:
        """Have it no more; what was made with it stays; how many there were."""
        mine = assets.delete().where(assets.c.id == asset_id, assets.c.tenant == self._tenant)
        return int(self._database.write(lambda connection: connection.execute(mine)).rowcount)

    def _there(self) -> Select[Any]:
        valid = or_(assets.c.expires_at.is_(None), assets.c.expires_at > self._clock.now())
        return select(assets).where(assets.c.tenant == self._tenant, valid)


def _asset(line: Any) -> Asset:
    return Asset(id=line.id, name=line.name, purpose=line.purpose, sha256=line.sha256, size_bytes=line.size_bytes,
                 facts=json.loads(line.facts), created_at=line.created_at, expires_at=line.expires_at)  # fmt: skip
