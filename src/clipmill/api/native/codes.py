"""What the codes of refusals mean: the words that programs compare."""

from __future__ import annotations

from collections.abc import Mapping

#: Code → the status it comes with, and what it means.
CODES: Mapping[str, tuple[int, str]] = {
    "invalid_request": (400, "A field is missing, wrong or not known; `param` names it, `details` all of them."),
    "invalid_json": (400, "The body is no JSON, or JSON that is not taken: NaN, a key given twice, half a character, "
                          "nested too deep."),
    "invalid_idempotency_key": (400, "`Idempotency-Key` is not 1 to 255 printable characters."),
    "key_in_query": (400, "A key was sent in the address, which is logged on its way: make a new one."),
    "table_unreadable": (400, "The table, or the zip it came in, cannot be read, or lacks a column."),
    "template_wrong": (400, "The template cannot be used; the message names the place."),
    "project_wrong": (400, "A payload cannot be rendered; the message names the field."),
    "media_unusable": (400, "A file cannot be used, or its address may not be asked."),
    "engine_refused": (400, "An engine refused what it was asked for."),
    "unauthorized": (401, "No key was sent, or one that is not known, was revoked or has expired."),
    "insufficient_credits": (402, "The key has fewer credits left than this may spend."),
    "forbidden": (403, "The key lacks the scope that this needs."),
    "not_found": (404, "There is no such thing, or it is somebody else's."),
    "link_unknown": (404, "A link to a file was altered."),
    "method_not_allowed": (405, "There is something at this address, but not by this method."),
    "conflict": (409, "It cannot be done as things stand: a batch is still being read, or was cancelled."),
    "in_progress": (409, "The same request is being answered: come again after `Retry-After`."),
    "link_expired": (410, "A link to a file is over: ask for its row again."),
    "too_large": (413, "The body has more bytes than are taken."),
    "wrong_content_type": (415, "The content type is none that is taken here."),
    "idempotency_key_reused": (422, "Another request was sent under this `Idempotency-Key`."),
    "rate_limit_exceeded": (429, "More at once than the key may have: come again after `Retry-After`."),
    "internal": (500, "A bug: please report it."),
    "store_failed": (500, "The database or the disk failed; nothing is lost."),
    "busy": (503, "The database takes nothing now: come again after `Retry-After`."),
    "worker_lost": (503, "A worker process died at it: try again."),
}  # fmt: skip
