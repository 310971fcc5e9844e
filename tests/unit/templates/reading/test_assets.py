"""A template's own files."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.store.files import DiskFiles

Load = Callable[..., Template]


def reference(path: Path) -> str:
    return f"asset:{hashlib.sha256(path.read_bytes()).hexdigest()}{path.suffix}"


def test_every_src_in_the_folder_is_stored_and_referred_to(load: Load, folder: Path, files: DiskFiles) -> None:
    music = reference(folder / "assets/music.wav")
    template = load(
        contract={"sku": {}, "image": {"kind": "image"}},
        variables={"song": "assets/music.wav", "songs": [{"src": "assets/music.wav"}], "said": "assets/music.wav"},
        payload={
            "audios": [{"src": "assets/music.wav"}, {"src": "{{song}}"}, {"src": "https://shop.example/a.mp3"}],
            "visuals": [{"src": "{{image}}"}, {"text": "{{said}}"}],
        },
    )
    assert template.body["audios"] == [{"src": music}, {"src": "{{song}}"}, {"src": "https://shop.example/a.mp3"}]
    assert template.variables == {"song": music, "songs": [{"src": music}], "said": "assets/music.wav"}
    assert files.path(music[6:70]).read_bytes() == (folder / "assets/music.wav").read_bytes()
    assert (folder / "assets/music.wav").exists()


def test_the_suffix_tells_the_true_type(load: Load, folder: Path) -> None:
    (folder / "music.mp3").write_bytes((folder / "assets/music.wav").read_bytes())
    template = load(payload={"audios": [{"src": "music.mp3"}]})
    assert template.body["audios"][0]["src"].endswith(".wav")


def test_a_fallback_picture_is_stored(load: Load, folder: Path) -> None:
    template = load(contract={"sku": {}, "image": {"kind": "image", "fallback": "assets/empty.png"}})
    assert template.contract[1].fallback == reference(folder / "assets/empty.png")


@pytest.mark.parametrize(
    ("src", "words", "hint"),
    [
        ("../secret.wav", "not inside the template's folder", "Copy"),
        ("/etc/passwd", "not inside the template's folder", "Copy"),
        ("assets/../../secret.wav", "not inside", "Copy"),
        ("outside.wav", "not inside", "Copy"),
        ("assets/musik.wav", "no file 'assets/musik.wav'", "Did you mean assets/music.wav"),
        ("assets", "assets cannot be read: it is not a file but a folder", ""),
        ("page.html", "page.html is a web page", "PNG"),
        ("assets/{{sku}}.png", "mixes a path with a placeholder", "image"),
        ("{{sku}}", "sku is a field of kind text", ""),
    ],
)
def test_a_src_that_cannot_be_is_named(load: Load, folder: Path, src: str, words: str, hint: str) -> None:
    secret = folder.parent / "secret.wav"
    secret.write_bytes((folder / "assets/music.wav").read_bytes())
    (folder / "outside.wav").symlink_to(secret)
    (folder / "page.html").write_text("<!doctype html>")
    with pytest.raises(TemplateError, match=words) as caught:
        load(payload={"audios": [{"src": src}]})
    assert str(caught.value).startswith("template.yaml: payload.audios[0].src: ")
    assert hint in caught.value.hint


@pytest.mark.parametrize("fallback", ["assets/music.wav", "assets/none.png", "../a.png"])
def test_a_fallback_of_another_kind_is_refused(load: Load, fallback: str) -> None:
    with pytest.raises(TemplateError, match=r"contract\.image\.fallback"):
        load(contract={"sku": {}, "image": {"kind": "image", "fallback": fallback}})


def test_assets_are_found_in_a_payload_file(load: Load, folder: Path) -> None:
    (folder / "project.json").write_text('{"audios": [{"src": "assets/none.wav"}]}')
    with pytest.raises(TemplateError, match=r"project\.json: audios\[0\]\.src: there is no file"):
        load(payload="project.json")


def test_references_stay(load: Load) -> None:
    kept: Any = {"src": "asset:" + "0" * 64 + ".png"}
    assert load(payload={"visuals": [kept]}).body == {"visuals": [kept]}
