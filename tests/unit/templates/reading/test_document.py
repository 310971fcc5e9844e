"""Documents are read strictly."""

from pathlib import Path
from typing import Any

import pytest

from clipmill.errors import TemplateError
from clipmill.templates.reading.document import read_document


def read(tmp_path: Path, text: str, name: str = "template.yaml") -> Any:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_document(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: yes", {"a": "yes"}),
        ("a: off", {"a": "off"}),
        ("a: 16:9", {"a": "16:9"}),
        ("a: 010", {"a": "010"}),
        ("a: 2026-11-20", {"a": "2026-11-20"}),
        ("a: [1, -2, 1.5, 1e3, .5, true, null, ~]", {"a": [1, -2, 1.5, 1000.0, 0.5, True, None, None]}),
        ("a:", {"a": None}),
        ("a: #2DD4BF", {"a": None}),
        ("a: .nan", {"a": ".nan"}),
    ],
)
def test_plain_words_are_what_they_look_like(tmp_path: Path, text: str, value: Any) -> None:
    assert read(tmp_path, text) == value


def test_aliases_are_copies(tmp_path: Path) -> None:
    value = read(tmp_path, "a: &x {k: [1]}\nb: *x\nc: {<<: *x, d: 2}")
    assert value == {"a": {"k": [1]}, "b": {"k": [1]}, "c": {"k": [1], "d": 2}}
    assert value["a"]["k"] is not value["b"]["k"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", r"template\.yaml, line 3: a is given twice"),
        ("x: {a: 1, a: 1}", "a is given twice"),
        ("a: [1", r"template\.yaml, line"),
        ("a: !!python/object/apply:os.system [id]", r"template\.yaml, line 1"),
        ("a: !!binary aGVsbG8=", "cannot be used"),
        ("a: !!float .inf", "cannot be used"),
        ("1: a", "the key 1 must be text"),
        ("a: &x [*x]", "too large"),
        ("a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(f"{n}: &{n} [{','.join([f'*{p}'] * 10)}]\n"
                                                   for p, n in zip("abcdef", "bcdefg", strict=True)), "too large"),
    ],
)  # fmt: skip
def test_what_is_no_plain_document_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        read(tmp_path, text)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": Infinity}', "{", "[" * 100_000])
def test_json_is_read_as_strictly(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError, match=r"project\.json"):
        read(tmp_path, text, "project.json")


def test_json_is_json(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": [1, 1.5, "yes"]}', "project.json") == {"a": [1, 1.5, "yes"]}


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_document(tmp_path / "template.yaml") == {"a": 1}


def test_files_that_cannot_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TemplateError, match=r"there is no template\.yaml") as caught:
        read_document(tmp_path / "template.yaml")
    assert "folder" in caught.value.hint
    (tmp_path / "a.yaml").write_bytes(b"a: \xff")
    with pytest.raises(TemplateError, match="not UTF-8"):
        read_document(tmp_path / "a.yaml")
    with pytest.raises(TemplateError, match="cannot be read"):
        read_document(tmp_path)
    monkeypatch.setattr("clipmill.templates.reading.document._FILE_BYTES", 2)
    with pytest.raises(TemplateError, match="has more than"):
        read_document(tmp_path / "a.yaml")
