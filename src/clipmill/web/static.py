"""What pages load beside themselves: style, script, font and mark, each under an address that changes with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from clipmill.web.showing import Show

_FOR_GOOD = "public, max-age=31536000, immutable"
_GUARDED = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


def static(show: Show) -> Callable[[Request], Awaitable[Response]]:
    """Answers for those files; they are the same for everybody, so no key is asked for."""

    async def answer(request: Request) -> Response:
        found = show.asset(request.path_params["name"])
        if found is None:
            return Response("there is no such file", 404, _GUARDED, "text/plain")
        etag = f'"{found.digest}"'
        fresh = request.path_params["digest"] == found.digest
        headers = {**_GUARDED, "ETag": etag, "Cache-Control": _FOR_GOOD if fresh else "no-cache"}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(found.content, 200, headers, found.kind)

    return answer
