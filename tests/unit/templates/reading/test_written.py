"""Templates written as folders are read as what they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from clipmill.domain.batch import Reading
from clipmill.domain.template import Policy, Template
from clipmill.errors import NotFoundError
from clipmill.store.files import DiskFiles
from clipmill.templates.folder import load_template
from clipmill.templates.reading.saved import RUN, load_reading
from clipmill.templates.reading.written import write_template

#: What readers of YAML take for something else where it is not in quotes, and what is hard to write at all.
HARD = ["1e3", "1.", ".5", "+1", "010", "0o7", "0x1F", "12:30", "yes", "on", "~", "null", "Null", "", " ", "a: b",
        "- a", "# a", "{a}", "[a]", "*a", "&a", "!a", "%a", "<<", "=", "2026-01-01", "'", '"', "\\",
        "a\nb", "a\n", "\ta", "😀", "\u2028", "\x85", "\x7f", "ü", "\ufeff", "a" * 300]  # fmt: skip


@pytest.mark.parametrize("word", HARD)
def test_hard_words_come_back_as_they_were(
    load: Callable[..., Template], files: DiskFiles, tmp_path: Path, word: str
) -> None:
    template = load(variables={"hard": [word, {"inner": word}], "number": 1.5, "flag": True, "none": None},
                    payload={"name": word, "deep": [[word]]})  # fmt: skip
    write_template(tmp_path / "kept", template, Reading(where=word, mapping={word: "sku"}), files)
    loaded = load_template(tmp_path / "kept", files)
    assert loaded == template
    assert loaded.version == template.version


def test_everything_of_a_template_and_of_its_reading_is_kept(
    load: Callable[..., Template], files: DiskFiles, tmp_path: Path
) -> None:
    contract = {
        "sku": {"required": True, "unique": True, "column": "Artikel", "aliases": ["SKU", "Nr"]},
        "title": {"min_length": 1, "max_length": 60, "fallback": "12"},
        "price": {"kind": "money", "minimum": 0.01, "maximum": 1e6},
        "badge": {"kind": "enum", "choices": ["new", "no"]},
        "image": {"kind": "image", "fallback": "assets/empty.png", "max_bytes": 9, "min_aspect": 0.5, "max_aspect": 2},
    }
    template = load(contract=contract, payload={"visuals": [{"type": "IMAGE", "src": "assets/empty.png"}]}, locale="de",
                    verify={"reference": "image", "black_percent": 100, "still_clip": "pass"})  # fmt: skip
    template = replace(template, policy=Policy(attempts=5, budget=0, window=2))
    reading = Reading("cp1252", ";", {"A": "sku"}, ("Rest",), "a = 1", "b", each={"badge": ("new", "no")}, archive=True)
    write_template(tmp_path / "kept", template, reading, files)
    assert replace(load_template(tmp_path / "kept", files), version="") == replace(template, version="")
    found = load_reading(tmp_path / "kept" / RUN)
    assert replace(found, each={"badge": tuple(found.each["badge"])}) == reading
    assert yaml.safe_load((tmp_path / "kept" / "template.yaml").read_text())["defaults"] == {
        "attempts": 5,
        "budget": 0,
        "window": 2,
    }


def test_a_file_that_is_lost_is_told(load: Callable[..., Template], files: DiskFiles, tmp_path: Path) -> None:
    template = load(payload={"visuals": [{"type": "IMAGE", "src": "assets/empty.png"}]})
    files.path(template.body["visuals"][0]["src"][6:70]).unlink()
    with pytest.raises(NotFoundError, match="a file of the template is gone"):
        write_template(tmp_path / "kept", template, Reading(), files)
