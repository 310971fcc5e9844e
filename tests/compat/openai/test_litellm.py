"""LiteLLM speaks to a server of ours as it speaks to OpenAI."""

from __future__ import annotations

from pathlib import Path

from tests.compat.harness import Running, decoded, python


def test_litellm_makes_batches_images_and_videos(server: Running, tmp_path: Path) -> None:
    script = Path(__file__).with_name("litellm_client.py")
    told = python(script, server.url, server.key, tmp_path, LITELLM_LOCAL_MODEL_COST_MAP="True")
    assert told == {"batch": "completed", "listed": True, "cancelled": "cancelled", "video": "completed"}
    assert {decoded(tmp_path / name).width for name in ("boat.png", "image.png")} == {256}
    clip = decoded(tmp_path / "boat.mp4")
    assert (clip.seconds, clip.width, clip.height) == (1.0, 320, 256)
