"""The server that clients of others speak to is there, and so are they."""

from __future__ import annotations

from pathlib import Path

from tests.compat.harness import Outside, Running, decoded, fetched, node, python


def test_it_answers_whoever_has_a_key(server: Running) -> None:
    assert server.ask("GET", "/health")[0] == 200
    assert server.ask("GET", "/v1/anything", key="")[0] in (401, 404)


def test_media_can_be_fetched(elsewhere: Outside, tmp_path: Path) -> None:
    talk = decoded(fetched(elsewhere.link("talk.mp4"), tmp_path / "talk.mp4"))
    assert (talk.frames, talk.width, talk.height) == (20, 160, 96)
    assert decoded(fetched(elsewhere.link("picture.png"), tmp_path / "picture.png")).frames == 1


def test_clients_for_python_and_node_run(tmp_path: Path) -> None:
    script = tmp_path / "versions.py"
    script.write_text(
        "import json\nfrom importlib.metadata import version\n"
        "print(json.dumps([version('syncsdk'), version('openai')]))"
    )
    assert python(script) == ["0.3.0", "3.57.0"]
    other = tmp_path / "there.cjs"
    other.write_text("console.log(JSON.stringify(typeof require('@sync.so/sdk').SyncClient))")
    assert node(other) == "function"
