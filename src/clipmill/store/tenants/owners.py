"""Whose a content is: what is kept once for all may be seen by those who brought it, and by those it was made for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text

from clipmill.errors import NotFoundError
from clipmill.ports import Files
from clipmill.store.database import Database

_TAKE_OVER = text("INSERT INTO owners (content, tenant) VALUES (:content, :tenant) ON CONFLICT DO NOTHING")
_MAY_HAVE = text(
    "SELECT 1 FROM owners WHERE content = :content AND tenant = :tenant UNION ALL "
    "SELECT 1 FROM attempts JOIN rows ON rows.id = attempts.row_id JOIN batches ON batches.id = rows.batch_id "
    "WHERE attempts.media = :content AND batches.tenant = :tenant LIMIT 1"
)


def take_over(connection: Connection, tenant: str, content: str) -> None:
    """Let a tenant have what it brought: a file's sha256 or a template's version."""
    connection.execute(_TAKE_OVER, {"content": content, "tenant": tenant})


def may_have(connection: Connection, tenant: str, content: str) -> bool:
    """Whether a tenant brought this content, or it was made for one of its rows."""
    found = connection.execute(_MAY_HAVE, {"content": content, "tenant": tenant})
    return found.first() is not None


class TenantFiles:
    """The stored files of a tenant (ports.Files): what it took in and what was made for it; others' are not there.

    Workers, who serve everybody, and the command line, whose machine it is, go to the files themselves.
    """

    def __init__(self, files: Files, database: Database, tenant: str) -> None:
        self._files = files
        self._database = database
        self._tenant = tenant

    def put(self, path: Path, *, keep: bool = False) -> str:
        """Take a file in, and have it from now on. Raises StoreError."""
        digest = self._files.put(path, keep=keep)
        self._database.write(lambda connection: take_over(connection, self._tenant, digest))
        return digest

    def path(self, digest: str) -> Path:
        """Where a stored file of this tenant lies. Raises NotFoundError."""
        with self._database.read() as connection:
            if not may_have(connection, self._tenant, digest):
                raise NotFoundError("there is no such stored file")
        return self._files.path(digest)

    def scratch(self, name: str) -> Path:
        """A path for a file in the making."""
        return self._files.scratch(name)

    def discard(self, name: str) -> None:
        """Remove that file and what lies beside it."""
        self._files.discard(name)
