"""What a user of syncsdk does, from a dry run to a downloaded file; prints what it got as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from sync import AsyncSync, Sync
from sync.common import Audio, GenerationOptions, Video
from sync.common.errors import BadRequestError, NotFoundError, PaymentRequiredError, UnauthorizedError

BASE, KEY, MEDIA, FOLDER = sys.argv[1:5]
ENDED = ("COMPLETED", "FAILED", "REJECTED")


def line(request_id: str, **options: Any) -> bytes:
    """A line of a batch."""
    media = [{"type": "video", "url": f"{MEDIA}/talk.mp4"}, {"type": "audio", "url": f"{MEDIA}/voice.wav"}]
    payload = {"model": "lipsync-2", "input": media, "options": options, "outputFileName": f"clip_{request_id}"}
    return json.dumps({"request_id": request_id, "endpoint": "/v2/generate", "payload": payload}).encode() + b"\n"


def batch(client: Sync) -> dict[str, Any]:
    """Dry run, create, poll, download, list."""
    lines = line("a", sync_mode="cut_off") + line("b", sync_mode="silence")
    (Path(FOLDER) / "in.jsonl").write_bytes(lines)
    with (Path(FOLDER) / "in.jsonl").open("rb") as file:
        dry = client.batch.create(input=file, dry_run=True)
    with (Path(FOLDER) / "in.jsonl").open("rb") as file:
        made = client.batch.create(input=file, webhook_url=f"{MEDIA}/hook-batch", dry_run=False)
    first = made.status
    while made.status not in ENDED:
        time.sleep(0.3)
        made = client.batch.get(made.id)
    found = client.batch.list(status="COMPLETED", created_after=made.created_at)
    results = [json.loads(each) for each in httpx.get(made.output_url, follow_redirects=True).text.splitlines()]
    files = {}
    for result in results:
        path = Path(FOLDER) / f"{result['request_id']}.mp4"
        path.write_bytes(httpx.get(result["response"]["outputUrl"]).content)
        files[result["request_id"]] = str(path)
    return {"dry": dry.status, "first": first, "status": made.status, "success": made.metrics.success_count,
            "listed": [each.id == made.id for each in found], "files": files, "webhook": made.webhook_url,
            "none": client.batch.list(status="PENDING")}  # fmt: skip


def errors(client: Sync, poor: str) -> dict[str, Any]:
    """The typed errors."""
    told = {}
    try:
        client.batch.create(input=BytesIO(line("a") + b"{\n" + line("a")))
    except BadRequestError as error:
        told["400"] = [error.body.status_code, error.body.message]
    try:
        client.batch.get("batch_nothing")
    except NotFoundError as error:
        told["404"] = [error.body.status_code, error.body.message]
    try:
        Sync(base_url=BASE, api_key="wrong").models.list()
    except UnauthorizedError as error:
        told["401"] = [error.body.status_code]
    if poor:
        where, key = poor.split(" ")
        try:
            Sync(base_url=where, api_key=key).batch.create(input=BytesIO(line("a")))
        except PaymentRequiredError as error:
            told["402"] = [error.body.status_code, error.body.message]
    return told


def single(client: Sync) -> dict[str, Any]:
    """One generation, its cost, and lists."""
    media = [Video(url=f"{MEDIA}/talk.mp4"), Audio(url=f"{MEDIA}/voice.wav")]
    cost = client.generations.estimate_cost(model="lipsync-2", input=media)
    made = client.generations.create(
        model="lipsync-2", input=media, options=GenerationOptions(sync_mode="loop"), output_file_name="single_1",
        webhook_url=f"{MEDIA}/hook-single",
    )  # fmt: skip
    asked = made.id
    while made.status not in ENDED:
        time.sleep(0.3)
        made = client.generations.get(asked)
    path = Path(FOLDER) / "single.mp4"
    path.write_bytes(httpx.get(made.output_url).content)
    listed = client.generations.list(status=["COMPLETED", "FAILED"], ids=[asked])
    return {"status": made.status, "file": str(path), "seconds": made.output_duration, "url": made.output_url,
            "frames": cost[0].estimated_frame_count, "cost": cost[0].estimated_generation_cost,
            "listed": [each.id == asked for each in listed], "types": [each.type for each in made.input]}  # fmt: skip


def uploaded(client: Sync) -> dict[str, Any]:
    """A generation with its files sent along, and the assets that they have become."""
    video, audio = (httpx.get(f"{MEDIA}/{name}").content for name in ("talk.mp4", "voice.wav"))
    made = client.generations.create_with_files(
        model="lipsync-2", video=("talk.mp4", video, "video/mp4"), audio=("voice.wav", audio, "audio/wav")
    )
    assets = client.assets.list(types=["VIDEO"]) if _takes_types(client) else client.assets.list()
    one = client.assets.get(assets.items[0].id)
    return {"status": made.status, "total": assets.total_count, "one": [one.type, one.format, one.width]}


def _takes_types(client: Sync) -> bool:
    return "types" in client.assets.list.__code__.co_varnames


async def also_async() -> dict[str, Any]:
    """The same client, async."""
    client = AsyncSync(base_url=BASE, api_key=KEY)
    made = await client.batch.create(input=("in.jsonl", line("x", sync_mode="bounce")))
    while made.status not in ENDED:
        await asyncio.sleep(0.3)
        made = await client.batch.get(made.id)
    models = await client.models.list()
    listed = await client.generations.list(status="COMPLETED")
    return {"status": made.status, "models": [each.id for each in models], "listed": len(listed)}


def main() -> None:
    """All of it."""
    client = Sync(base_url=BASE, api_key=KEY)
    poor = sys.argv[5] if len(sys.argv) > 5 else ""
    told = {"batch": batch(client), "errors": errors(client, poor), "single": single(client),
            "uploaded": uploaded(client), "async": asyncio.run(also_async())}  # fmt: skip
    print(json.dumps(told))


main()
