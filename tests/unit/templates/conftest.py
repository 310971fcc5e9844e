"""Template folders, a stored picture or two, and checkers over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from clipmill.domain.row import Row
from clipmill.domain.template import Template
from clipmill.media.outside.stored import MediaStore
from clipmill.settings import Settings
from clipmill.store.files import DiskFiles
from clipmill.templates.contract import RowChecker
from clipmill.templates.folder import load_template

#: The smallest template there is.
SMALLEST: Mapping[str, Any] = {
    "name": "small",
    "contract": {"sku": {"required": True}},
    "payload": {"width": 320},
    "output": {"name": "{{sku}}.mp4"},
}


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files", tmp_path / "scratch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the template under test, with one sound and one picture as assets."""
    path = tmp_path / "promo"
    (path / "assets").mkdir(parents=True)
    (path / "assets" / "music.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(28))
    draw(path / "assets" / "empty.png", 64, 36)
    return path


def draw(path: Path, width: int, height: int) -> None:
    """A grey picture."""
    assert cv2.imwrite(str(path), np.full((height, width, 3), 128, np.uint8))


@pytest.fixture
def load(folder: Path, files: DiskFiles) -> Callable[..., Template]:
    """Load the smallest template with some of its keys put in another way."""

    def loader(**keys: Any) -> Template:
        document = {key: value for key, value in {**SMALLEST, **keys}.items() if value is not ...}
        (folder / "template.yaml").write_text(
            yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        return load_template(folder, files)

    return loader


@pytest.fixture
def table_folder(tmp_path: Path) -> Path:
    """Where the table lies: `catalog/cap.png` (120 × 80) beside it."""
    path = tmp_path / "table"
    (path / "catalog").mkdir(parents=True)
    draw(path / "catalog" / "cap.png", 120, 80)
    return path


@pytest.fixture
def checker(load: Callable[..., Template], files: DiskFiles, table_folder: Path) -> Callable[..., RowChecker]:
    """A checker over a template made of these keys; names are made safe by putting _ for /."""

    def make(columns: Mapping[str, str] | None = None, **keys: Any) -> RowChecker:
        media = MediaStore(files, Settings(home=files.root.parent))
        return RowChecker(load(**keys), base_folder=table_folder, media=media, columns=columns,
                          safe_name=lambda name: name.replace("/", "_"))  # fmt: skip

    return make


@pytest.fixture
def body_of(checker: Callable[..., RowChecker]) -> Callable[..., Any]:
    """The payload body of one row under a contract of text fields: `body_of(payload, title="Cap")`."""

    def make(payload: Any, variables: Any = None, kinds: Mapping[str, str] | None = None, **fields: str) -> Any:
        contract = {name: {"kind": (kinds or {}).get(name, "text")} for name in {"sku": "", **fields}}
        one = checker(contract=contract, payload=payload, variables=variables or {})
        checked = one.check(Row(1, {"sku": "S1", **fields}))
        assert checked.problems == ()
        assert checked.payload is not None
        return checked.payload.body

    return make
