"""Versions and the frozen form."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.template import Template, template_to_json
from clipmill.stored import TEMPLATE

Load = Callable[..., Template]


def full(load: Load, **keys: Any) -> Template:
    return load(
        contract={"sku": {"unique": True}, "kind": {"kind": "enum", "choices": ["a", "b"]}, "image": {"kind": "image"}},
        payload={"audios": [{"src": "assets/music.wav"}], "visuals": [{"text": "{{sku}} – é", "x": 1.5}]},
        variables={"a": [1, None, {"b": True}]}, verify={"reference": "image"}, defaults={"budget": 5}, **keys,
    )  # fmt: skip


def test_a_template_survives_being_stored(load: Load) -> None:
    template = full(load)
    assert TEMPLATE.value(TEMPLATE.text(template)) == template
    assert template_to_json(TEMPLATE.value(TEMPLATE.text(template))) == template_to_json(template)


def test_the_same_folder_has_the_same_version(load: Load) -> None:
    assert full(load).version == full(load).version


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"engine": "hosted"}, {"output": {"name": "{{sku}}-2.mp4"}}],
)
def test_every_change_is_another_version(load: Load, change: dict[str, Any]) -> None:
    assert full(load, **change).version != full(load).version


def test_an_edited_asset_is_another_version_and_leaves_the_old_one_alone(load: Load, folder: Path, files: Any) -> None:
    old = full(load)
    music = folder / "assets/music.wav"
    before = music.read_bytes()
    music.write_bytes(before + b"more")
    assert full(load).version != old.version
    assert files.path(old.body["audios"][0]["src"][6:70]).read_bytes() == before
    music.write_bytes(before)
    assert full(load).version == old.version
