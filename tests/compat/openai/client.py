"""The client of OpenAI, unchanged but for its base URL; prints what it got as JSON."""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

from openai import InvalidWebhookSignatureError, NotFoundError, OpenAI

URL, KEY, FOLDER, HOOK = sys.argv[1:5]
HERE = Path(FOLDER)
client = OpenAI(base_url=f"{URL}/compat/openai/v1", api_key=KEY)


def lines(name: str, endpoint: str, requests: dict[str, dict[str, Any]]) -> Path:
    path = HERE / name
    path.write_text("".join(
        json.dumps({"custom_id": custom_id, "method": "POST", "url": endpoint, "body": body}) + "\n"
        for custom_id, body in requests.items()
    ))  # fmt: skip
    return path


def batch(path: Path, endpoint: str, **more: Any) -> Any:
    file = client.files.create(file=path.open("rb"), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h", **more)


def ended(one: Any) -> Any:
    while one.status in ("validating", "in_progress", "finalizing", "cancelling"):
        time.sleep(0.3)
        one = client.batches.retrieve(one.id)
    return one


def answers(file_id: str) -> dict[str, Any]:
    found = [json.loads(line) for line in client.files.content(file_id).text.splitlines()]
    return {line["custom_id"]: line for line in found}


def stills() -> dict[str, Any]:
    asked = {
        f"cat-{number}": {"model": "draft", "prompt": f"a cat, {number}", "size": "256x256"} for number in range(3)
    }
    asked["wide"] = {"model": "draft", "prompt": "too wide", "size": "9000x256"}
    done = ended(batch(lines("stills.jsonl", "/v1/images/generations", asked), "/v1/images/generations",
                       metadata={"job": "cats"}))  # fmt: skip
    good, bad = answers(done.output_file_id), answers(done.error_file_id)
    for custom_id, line in good.items():
        (HERE / f"{custom_id}.png").write_bytes(base64.b64decode(line["response"]["body"]["data"][0]["b64_json"]))
    return {"status": done.status, "counts": done.request_counts.model_dump(), "metadata": done.metadata,
            "good": sorted(good), "bad": {key: line["response"]["body"]["error"]["param"] for key, line in bad.items()},
            "listed": next(iter(client.batches.list(limit=1))).id == done.id}  # fmt: skip


def refused() -> dict[str, Any]:
    path = lines("twice.jsonl", "/v1/images/generations", {"a": {"prompt": "one", "model": "draft"}})
    path.write_text(path.read_text() * 2 + "{no json\n")
    done = ended(batch(path, "/v1/images/generations"))
    return {"status": done.status, "errors": [[error.line, error.code] for error in done.errors.data]}


def cancelled() -> dict[str, Any]:
    asked = {f"clip-{number}": {"model": "draft", "prompt": "long", "seconds": "8"} for number in range(12)}
    one = batch(lines("clips.jsonl", "/v1/videos", asked), "/v1/videos")
    while one.status == "validating":
        one = client.batches.retrieve(one.id)
    told = client.batches.cancel(one.id).status
    done = ended(client.batches.retrieve(one.id))
    left = answers(done.error_file_id)
    return {"told": told, "status": done.status, "codes": sorted({line["error"]["code"] for line in left.values()})}


def clips() -> dict[str, Any]:
    asked = {"sea": {"model": "draft", "prompt": "the sea", "seconds": "1", "size": "320x256"}}
    done = ended(batch(lines("sea.jsonl", "/v1/videos", asked), "/v1/videos"))
    video = answers(done.output_file_id)["sea"]["response"]["body"]
    client.videos.download_content(video["id"]).write_to_file(HERE / "sea.mp4")
    return {"status": done.status, "video": video["status"], "model": video["model"]}


def image() -> dict[str, Any]:
    made = client.images.generate(model="draft", prompt="two cups", n=2, size="256x320", output_format="webp")
    for number, one in enumerate(made.data):
        (HERE / f"cup-{number}.webp").write_bytes(base64.b64decode(one.b64_json))
    linked = client.images.generate(model="draft", prompt="a cup", size="256x256", response_format="url")
    edited = client.images.edit(model="draft", prompt="a cup", image=(HERE / "cat-0.png").open("rb"), size="256x256")
    (HERE / "edited.png").write_bytes(base64.b64decode(edited.data[0].b64_json))
    return {"made": len(made.data), "format": made.output_format, "size": made.size, "url": linked.data[0].url}


def video() -> dict[str, Any]:
    asked = {"prompt": "a lighthouse", "model": "draft", "seconds": "2", "size": "256x448"}
    made = client.videos.create_and_poll(**asked, input_reference=(HERE / "cat-0.png").open("rb"))
    for variant, name in (("video", "light.mp4"), ("thumbnail", "light.jpg"), ("spritesheet", "light.png")):
        client.videos.download_content(made.id, variant=variant).write_to_file(HERE / name)
    other = client.videos.remix(made.id, prompt="a lighthouse at night")
    while other.status in ("queued", "in_progress"):
        time.sleep(0.3)
        other = client.videos.retrieve(other.id)
    listed = [each.id for each in client.videos.list(limit=1)]
    gone = client.videos.delete(other.id).deleted
    try:
        client.videos.retrieve(other.id)
    except NotFoundError as error:
        code = error.code
    return {"status": made.status, "progress": made.progress, "seconds": made.seconds, "size": made.size,
            "remixed": other.remixed_from_video_id == made.id, "listed": listed, "ids": [other.id, made.id],
            "deleted": gone, "then": code, "id": made.id}  # fmt: skip


def told() -> dict[str, Any]:
    events = ["batch.completed", "video.completed"]
    made = client.webhooks.create(name="here", url=HOOK, event_types=events)
    there = [each.id for each in client.webhooks.list()]
    return {"secret": made.signing_secret, "listed": there == [made.id], "id": made.id,
            "types": client.webhooks.event_types.list().data[0]}  # fmt: skip


def unwrapped(secret: str, headers: dict[str, str], body: str) -> dict[str, Any]:
    event = client.webhooks.unwrap(body, headers, secret=secret)
    try:
        client.webhooks.unwrap(body.replace("video", "vidEo"), headers, secret=secret)
        altered = "taken"
    except InvalidWebhookSignatureError:
        altered = "refused"
    return {"type": event.type, "data": event.data.id, "altered": altered}


def main() -> None:
    if len(sys.argv) > 5:
        secret, headers, body = sys.argv[5:8]
        print(json.dumps(unwrapped(secret, json.loads(headers), body)))
        return
    steps = (told, stills, refused, clips, image, video, cancelled)
    print(json.dumps({step.__name__: step() for step in steps}))


main()
