"""The routes of the sync.so dialect, and who may ask for each."""

from __future__ import annotations

import io
import wave
from functools import partial

from clipmill.domain.access import Scope
from tests.matrix.lines import OPEN, Lines, Table, Things, given, line
from tests.native import PIXEL
from tests.served import Server

READ, SUBMIT = Scope.READ, Scope.SUBMIT
_BASE = "/compat/sync"


def _things(server: Server) -> Things:
    upload = partial(given, server, "POST", "/v1/assets")  # a picture and a voice cost less than a video
    picture = upload(content=PIXEL, headers={"Content-Type": "image/png"})["id"]
    voice = upload(content=_sound(), headers={"Content-Type": "audio/wav"})["id"]
    wish = _wish({"asset_id": picture, "voice": voice})
    generation = given(server, "POST", f"{_BASE}/v2/generate", json=wish)["id"]
    batch = given(server, "POST", f"{_BASE}/v2/batch", json=_rows({"asset_id": picture, "voice": voice}))["id"]
    return {"asset_id": picture, "voice": voice, "generation_id": generation, "batch": batch}


def _sound() -> bytes:
    """Half a second of silence."""
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(8_000))
    return packed.getvalue()


def _wish(things: Things) -> dict[str, object]:
    return {"model": "lipsync-2", "input": [{"type": "image", "assetId": things["asset_id"]},
                                            {"type": "audio", "assetId": things["voice"]}]}  # fmt: skip


def _rows(things: Things) -> dict[str, object]:
    return {"rows": [{"request_id": "r1", "endpoint": "/v2/generate", "payload": _wish(things)}]}


_ROUTES: Lines = {
    ("POST", "/v2/batch"): line(SUBMIT, foreign=400, json=_rows),
    ("GET", "/v2/batch"): line(READ),
    ("GET", "/v2/batch/{batch}"): line(READ),
    ("GET", "/v2/batches/{batch}/result"): line(READ),
    ("HEAD", "/v2/batches/{batch}/result"): line(READ),
    ("POST", "/v2/generate"): line(SUBMIT, foreign=400, json=_wish),
    ("GET", "/v2/generate/{generation_id}"): line(READ),
    ("GET", "/v2/generations/{generation_id}"): line(READ),
    ("GET", "/v2/generations"): line(READ, params=lambda things: {"ids": things["generation_id"]}),
    ("GET", "/v2/generations/{generation_id}/download"): line(READ, answered=409),
    ("DELETE", "/v2/generate/{generation_id}"): line(SUBMIT, answered=409),
    ("DELETE", "/v2/generations/{generation_id}"): line(SUBMIT, answered=409),
    # What it is asked with is fetched, and kept.
    ("POST", "/v2/analyze/cost"): line(SUBMIT, foreign=400, json=_wish),
    ("GET", "/v2/models"): line(READ),
    ("GET", "/v2/errors"): line(OPEN),
    ("GET", "/v2/assets"): line(READ, params=lambda things: {"cursor": things["asset_id"]}),
    ("GET", "/v2/assets/{asset_id}"): line(READ),
}
TABLE = Table(
    prefix=_BASE,
    routes=_ROUTES,
    things=_things,
    own=("asset_id", "generation_id", "batch"),
    word=lambda body: (body["statusCode"], body["error"]) if isinstance(body["message"], str) else body,
    words={401: (401, "Unauthorized"), 403: (403, "Forbidden"), 404: (404, "Not Found")},
)
