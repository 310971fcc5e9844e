"""LiteLLM, unchanged but for the address; prints what it got as JSON."""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

import litellm

URL, KEY, FOLDER = sys.argv[1:4]
HERE = Path(FOLDER)
#: What every call is told.
TOLD: dict[str, Any] = {"custom_llm_provider": "openai", "api_base": f"{URL}/compat/openai/v1", "api_key": KEY}
IMAGES = "/v1/images/generations"


def batch(count: int, body: dict[str, Any], endpoint: str) -> Any:
    table = HERE / f"{count}.jsonl"
    table.write_text("".join(
        json.dumps({"custom_id": str(number), "method": "POST", "url": endpoint, "body": body}) + "\n"
        for number in range(count)
    ))  # fmt: skip
    file = litellm.create_file(file=table.open("rb"), purpose="batch", **TOLD)
    return litellm.create_batch(completion_window="24h", endpoint=endpoint, input_file_id=file.id, **TOLD)


def ended(one: Any) -> Any:
    while one.status in ("validating", "in_progress", "finalizing", "cancelling"):
        time.sleep(0.3)
        one = litellm.retrieve_batch(batch_id=one.id, **TOLD)
    return one


def main() -> None:
    body = {"model": "draft", "prompt": "a boat", "size": "256x256"}
    done = ended(batch(1, body, IMAGES))
    line = json.loads(litellm.file_content(file_id=done.output_file_id, **TOLD).content)
    (HERE / "boat.png").write_bytes(base64.b64decode(line["response"]["body"]["data"][0]["b64_json"]))
    listed = [one.id for one in litellm.list_batches(limit=5, **TOLD).data]
    clips = batch(9, {"model": "draft", "prompt": "long", "seconds": "8"}, "/v1/videos")
    litellm.cancel_batch(batch_id=clips.id, **TOLD)
    image = litellm.image_generation(model="openai/draft", prompt="a boat", size="256x256", api_base=TOLD["api_base"],
                                     api_key=KEY)  # fmt: skip
    (HERE / "image.png").write_bytes(base64.b64decode(image.data[0].b64_json))
    video = litellm.video_generation(model="openai/draft", prompt="a boat", seconds="1", size="320x256", **TOLD)
    while video.status in ("queued", "in_progress"):
        time.sleep(0.3)
        video = litellm.video_status(video_id=video.id, **TOLD)
    (HERE / "boat.mp4").write_bytes(litellm.video_content(video_id=video.id, **TOLD))
    print(json.dumps({"batch": done.status, "listed": done.id in listed, "cancelled": ended(clips).status,
                      "video": video.status}))  # fmt: skip


main()
