"""What a server has: batches, templates, uploads, and what it tells of itself."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from clipmill.client.flows import Bound, Flow, Question, R, flow
from clipmill.client.handles import BatchHandle
from clipmill.client.told import AssetSeen, BatchSeen, TemplateSeen

_PAGE = 100


class BatchCalls(Bound[R]):
    """The batches of the key's tenant."""

    @flow
    def create(self, /, *, template: str, rows: Sequence[Mapping[str, Any]] | None = None,
               table: str | Path | None = None, url: str | None = None, asset: str | None = None,
               **options: Any) -> Flow[BatchHandle[R]]:  # fmt: skip
        """Begin a batch of rows, of a table (a CSV, JSONL or zip file here), of an address, or of an upload.

        Options: name, budget, window, sample, dry_run, map, where, each, names, archive, metadata …
        """
        if table is not None:
            path = Path(table)
            said = json.dumps({"template": template, **options})
            answer = yield Question(method="POST", path="/v1/batches", data={"options": said},
                               files={"table": (path.name, path.read_bytes())})  # fmt: skip
        else:
            source = {"rows": None if rows is None else [dict(row) for row in rows], "url": url, "asset": asset}
            wish = {"template": template, **{name: value for name, value in source.items() if value is not None}}
            answer = yield Question(method="POST", path="/v1/batches", json={**wish, **options})
        return BatchHandle(self._runner, BatchSeen.of(answer))

    @flow
    def get(self, batch: str) -> Flow[BatchHandle[R]]:
        """A batch by its id."""
        return BatchHandle(self._runner, BatchSeen.of((yield Question(method="GET", path=f"/v1/batches/{batch}"))))

    @flow
    def list(self, most: int = 1_000) -> Flow[list[BatchHandle[R]]]:
        """The newest batches."""
        found = yield from _pages("/v1/batches", most)
        return [BatchHandle(self._runner, BatchSeen.of(one)) for one in found]


class TemplateCalls(Bound[R]):
    """The templates of the key's tenant."""

    @flow
    def create(self, source: str | Path | Mapping[str, Any], template: str = "") -> Flow[TemplateSeen]:
        """Keep a template: its folder, a zip of that, or what template.yaml would say; or the next edition of one."""
        path = f"/v1/templates/{template}/editions" if template else "/v1/templates"
        if isinstance(source, Mapping):
            return TemplateSeen.of((yield Question(method="POST", path=path, json=dict(source))))
        packed = _zipped(Path(source))
        return TemplateSeen.of((yield Question(method="POST", path=path, files={"template": ("template.zip", packed)})))

    @flow
    def get(self, template: str) -> Flow[TemplateSeen]:
        """A template by its id or name, in its newest edition."""
        return TemplateSeen.of((yield Question(method="GET", path=f"/v1/templates/{template}")))

    @flow
    def list(self, most: int = 1_000) -> Flow[list[TemplateSeen]]:
        """The newest templates."""
        return [TemplateSeen.of(one) for one in (yield from _pages("/v1/templates", most))]

    @flow
    def of_batch(self, batch: str, name: str) -> Flow[TemplateSeen]:
        """Keep what a batch was made with: next time only the table changes."""
        return TemplateSeen.of(
            (yield Question(method="POST", path="/v1/templates", json={"batch": batch, "name": name}))
        )


class AssetCalls(Bound[R]):
    """Uploads: send a file once, and name it in any number of rows."""

    @flow
    def upload(self, file: str | Path, purpose: str = "media") -> Flow[AssetSeen]:
        """Send a picture, a video or a sound; with the purpose `table` a table, or a zip of one and its media."""
        path = Path(file)
        answer = yield Question(method="POST", path="/v1/assets", data={"purpose": purpose},
                           files={"file": (path.name, path.read_bytes())})  # fmt: skip
        return AssetSeen.of(answer)

    @flow
    def list(self, most: int = 1_000) -> Flow[list[AssetSeen]]:
        """The newest uploads."""
        return [AssetSeen.of(one) for one in (yield from _pages("/v1/assets", most))]


class AccountCalls(Bound[R]):
    """What the server tells of itself and of the key's tenant."""

    @flow
    def models(self) -> Flow[Sequence[Mapping[str, Any]]]:
        """The models there are, with their prices."""
        found: Sequence[Mapping[str, Any]] = (yield Question(method="GET", path="/v1/models"))["data"]
        return found

    @flow
    def credits(self) -> Flow[Mapping[str, Any]]:
        """What was spent, what is held, and what the key has left."""
        found: Mapping[str, Any] = yield Question(method="GET", path="/v1/credits")
        return found

    @flow
    def usage(self, /, **among: Any) -> Flow[Sequence[Mapping[str, Any]]]:
        """What was spent by day, batch and model."""
        found: Sequence[Mapping[str, Any]] = (yield Question(method="GET", path="/v1/usage", params=among))["data"]
        return found


def _pages(path: str, most: int) -> Flow[list[Any]]:
    found: list[Any] = []
    after: str | None = ""
    while after is not None and len(found) < most:
        page = yield Question(method="GET", path=path, params={"limit": min(_PAGE, most - len(found)), "after": after})
        found += page["data"]
        after = page["next"]
    return found


def _zipped(source: Path) -> bytes:
    """A folder as zip; a zip as it is."""
    if source.is_file():
        return source.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(source).parts):
                archive.write(path, path.relative_to(source).as_posix())
    return packed.getvalue()
