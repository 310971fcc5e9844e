"""Files behind signed links: whole or in ranges, with what tells one content from another; no key is asked for."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from clipmill.api.errors import ApiError
from clipmill.api.served import served_of
from clipmill.api.surface import router
from clipmill.deliver.links import FILES, Linked
from clipmill.errors import NotFoundError

routes = router(tags=["files"])
#: What browsers are told that a file is; by its name, which is ours.
TYPES = {
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".avi": "video/x-msvideo",
    ".gif": "image/gif", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".m4a": "audio/mp4", ".zip": "application/zip",
    ".csv": "text/csv; charset=utf-8", ".jsonl": "application/x-ndjson", ".srt": "application/x-subrip",
    ".vtt": "text/vtt; charset=utf-8", ".json": "application/json",
}  # fmt: skip
#: A page of a browser never runs what somebody uploaded, whatever it is.
_GUARDED = {"Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src "
            "'unsafe-inline'", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "*"}  # fmt: skip


_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "The link leads nowhere."}, 410: {"description": "The link is over."},
    416: {"description": "The range lies beyond the end."}, 400: {"description": "The range is none."},
    206: {"description": "A part of the file."}, 304: {"description": "It is what the client has."},
    405: {"description": "Not by this method."},
}  # fmt: skip


def linked(request: Request, token: str, name: str) -> Linked:
    """What the link leads to. Raises ApiError: 404, 410."""
    found = served_of(request).links.read(token, name)
    if found is None:
        raise ApiError(404, "link_unknown", "this link leads nowhere", hint="Ask for the file's address again.")
    if found.is_over:
        raise ApiError(410, "link_expired", "this link is over", hint="Ask for the file's address again.")
    return found


@routes.head(f"{FILES}/{{token}}/{{name}}", include_in_schema=False)
@routes.get(f"{FILES}/{{token}}/{{name}}", operation_id="get_file", response_class=FileResponse, responses=_REFUSED)
def get_file(request: Request, found: Annotated[Linked, Depends(linked)], download: bool = False) -> Response:
    """A stored file. `download` has browsers keep it instead of showing it."""
    etag = f'"{found.sha256}"'
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": etag})
    parts = served_of(request).of(found.tenant)
    path = parts.files.path(found.sha256)
    if not path.is_file():
        raise NotFoundError("the file is not stored any more")
    suffix = "." + found.name.rpartition(".")[2].lower()
    kind = TYPES.get(suffix, "application/octet-stream")
    headers = {**_GUARDED, "ETag": etag, "Cache-Control": "private, max-age=3600, immutable",
               "Content-Digest": _digest(found.sha256)}  # fmt: skip
    way = "attachment" if download or suffix in (".svg", ".html") else "inline"
    return FileResponse(path, media_type=kind, headers=headers, filename=found.name, content_disposition_type=way)


def _digest(sha256: str) -> str:
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
