"""Documents are read strictly."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from clipmill.errors import TemplateError
from clipmill.templates.reading.document import nodes_of, read_document


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
    monkeypatch.setattr("clipmill.templates.reading.document._YAML_BYTES", 2)
    with pytest.raises(TemplateError, match="has more than"):
        read_document(tmp_path / "a.yaml")


CHAIN = "k0: &k0 {a: 1}\n" + "".join(f"k{n}: &k{n} {{<<: *k{n - 1}, a{n}: 1}}\n" for n in range(1, 1000))
DOUBLED = "k0: &k0 {a: 1}\n" + "".join(f"k{n}: &k{n} {{<<: [*k{n - 1}, *k{n - 1}]}}\n" for n in range(1, 60))
WIDE = "a: &a {" + ",".join(f"k{n}: 1" for n in range(500)) + "}\nb: {<<: [" + "*a," * 5000 + "]}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{? [a] : 1}", "line 1: the key must be text"),
        ("true: 1", "the key true must be text"),
        ("a: !!set {a, b}", "cannot be used"),
        ("a: !!omap [b: 1]", "cannot be used"),
        ("a: !!timestamp foo", "cannot be used"),
        ("a: !!int foo", "cannot be used"),
        ('a: !!int ""', "cannot be used"),
        ("a: !!bool foo", "cannot be used"),
        ("a: !foo b", "cannot be used"),
        ("a: {<<: 5}", "mappings only"),
        ("a: &a {<<: *a}", "too large"),
        ("a: 1\n---\nb: 2", "line 2: but found another document"),
        ('a: "b\\0"', r"U\+0000"),
        ("a: b\0", "unacceptable character"),
        ('a: "\\ud800"', r"U\+D800"),
        ('a: "\\UFFFFFFFF"', "too large"),
        ("a: 1e999", "cannot be used"),
        ("a: " + "1" * 10_000, "a number has 10,000 digits"),
        ("x" * 2000 + ": 1", "line"),
        ("? " + "x" * 2000 + "\n: 1", "more than 1,000 characters"),
        ("[" * 900_000, "64 deep"),
        ("? " * 400_000, "64 deep"),
        (CHAIN, "too large"),
        (DOUBLED, "too large"),
        (WIDE, "too large"),
        ("a: &a " + "x" * 100_000 + "\nb: [" + "*a," * 1000 + "]", "at most 4,000,000 characters"),
    ],
)
def test_yaml_that_would_grow_or_surprise_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        read(tmp_path, text)
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("[" * 66 + "]" * 66, "64 deep"),
        ('{"a": 1, "a": 2}', "a is given twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1e999}', "a: inf cannot be used"),
        ('{"a": [{"b": "\\ud800"}]}', r"a\[0\]\.b: .*U\+D800"),
        ('{"a": "a\\u0000b.png"}', r"a: .*U\+0000"),
        ('{"a": ' + "1" * 10_000 + "}", "10,000 digits"),
        ("[" + "[]," * 900_000 + "[]]", "too large"),
        ("[" + '"",' * 900_000 + '""]', "too large"),
        ('{"' + "k" * 1_000_000 + '": 1}', "more than 1,000 characters"),
    ],
)
def test_json_that_would_grow_or_surprise_is_refused_in_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        read(tmp_path, text, "project.json")
    assert len(str(caught.value)) < 500


def test_events_of_yaml_are_counted_while_they_are_read() -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="too large") as caught:
        nodes_of("".join(f"k{number}: 1\n" for number in range(1000)), events=100)
    assert caught.value.problem_mark is not None
    assert 40 < caught.value.problem_mark.line < 60


def test_two_halves_of_a_character_are_one(tmp_path: Path) -> None:
    assert read(tmp_path, 'a: "\\ud83d\\ude00"') == {"a": "😀"}
    assert read(tmp_path, '{"a": "\\ud83d\\ude00"}', "a.json") == {"a": "😀"}


def test_brackets_in_texts_are_no_values(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": "' + '[{,\\"' * 100_000 + '"}', "a.json") == {"a": '[{,"' * 100_000}
