"""A template's file, read strictly: JSON values only, no key twice, no surprises of YAML 1.1, nothing endless.

Plain words follow the core schema of YAML 1.2: `yes`, `16:9`, `010` and `2026-11-20` are text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from clipmill.errors import TemplateError
from clipmill.opening import read_regular
from clipmill.shown import shortened

#: The names of files that are read as YAML end so; all others are JSON.
YAML = frozenset({".yaml", ".yml"})
_MB = 1024**2
#: YAML takes its reader a hundred times as long as JSON: seconds for as much as this.
_JSON_BYTES, _YAML_BYTES = 4 * _MB, _MB
_EVENTS = 100_000
_CHARACTERS = 4_000_000
_VALUES = 100_000
_DEPTH = 64
_TOO_LARGE = f"too large: at most {_VALUES:,} values, {_DEPTH} deep"
_DIGITS = 400
_KEY_CHARACTERS = 1_000
_TAG = "tag:yaml.org,2002:"
#: What each kind of plain word looks like, and what it begins with.
_WORDS: dict[str, tuple[str, list[str]]] = {
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": (r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    "float": (r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+",
              list("-+.0123456789")),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "merge": (r"<<", ["<"]),
}  # fmt: skip
_HINT = "Use text, numbers or true/false."
#: Tag of a plain word, what it looks like, what it begins with.
WORDS = [(f"{_TAG}{kind}", re.compile(f"(?:{pattern})$"), first) for kind, (pattern, first) in _WORDS.items()]
_WORD = {f"{_TAG}{kind}": re.compile(f"(?:{pattern})$") for kind, (pattern, _) in _WORDS.items()}
_MADE: dict[str, Callable[[str], Any]] = {
    f"{_TAG}str": str, f"{_TAG}int": int, f"{_TAG}float": float, f"{_TAG}null": lambda _: None,
    f"{_TAG}bool": lambda word: word.lower() == "true",
}  # fmt: skip
#: Half a character, and the one that ends texts of the system.
_BROKEN = re.compile("[\0\ud800-\udfff]")
#: Texts of JSON, which hold no values.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Loader(yaml.SafeLoader):
    """PyYAML's loader up to its nodes, with YAML 1.2's plain words; events are counted as they are read."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the library's own

    def __init__(self, text: str, events: int) -> None:
        super().__init__(text)
        self._events = events
        self._depth = 0

    def get_event(self) -> yaml.Event:
        event: yaml.Event = super().get_event()  # type: ignore[no-untyped-call]
        self._events -= 1
        self._depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if self._events < 0 or self._depth > _DEPTH:
            problem = f"too large: at most {_EVENTS:,} words, lists and mappings, {_DEPTH} deep"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]
        return event


for _kind, (_, _first) in _WORDS.items():
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", _WORD[f"{_TAG}{_kind}"], _first)


def nodes_of(text: str, events: int = _EVENTS) -> yaml.Node | None:
    """YAML as nodes that know their lines. Raises yaml.YAMLError, ValueError."""
    loader = _Loader(text, events)
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def read_document(path: Path) -> Any:
    """The JSON value in a YAML or JSON file. Raises TemplateError naming file and line."""
    is_json, maker = path.suffix.lower() not in YAML, _Maker(path.name)
    try:
        text = _text(path, _JSON_BYTES if is_json else _YAML_BYTES)
        return maker.of_json(_parsed(text), "", 0) if is_json else maker.of_node(nodes_of(text), 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise TemplateError(f"{path.name}{line}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).partition("\n")[0]
        raise TemplateError(f"{path.name}{' is no JSON' if is_json else ''}: {why}") from error


def _text(path: Path, most: int) -> str:
    try:
        content = read_regular(path, most + 1)
        if len(content) > most:
            raise TemplateError(
                f"{path.name} has more than {most // _MB} MB", hint="JSON may have 4 MB." if most == _YAML_BYTES else ""
            )
        return content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise TemplateError(f"there is no {path.name} in {path.parent}",
                            hint="A template is a folder with a template.yaml in it.") from error  # fmt: skip
    except OSError as error:
        raise TemplateError(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text (byte {error.start})") from error


def _parsed(text: str) -> Any:
    """The value of JSON, which has no more values than are allowed. Raises ValueError, RecursionError."""
    if sum(map(text.count, "[{,")) > _VALUES:
        bare = _QUOTED.sub("", text)
        if sum(map(bare.count, "[{,")) > 2 * _VALUES:
            raise ValueError(_TOO_LARGE)
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant, parse_int=_whole)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"{shortened(key)} is given twice")
        result[key] = value
    return result


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


def checked_value(value: Any, name: str) -> Any:
    """A JSON value from elsewhere, as documents may hold it. Raises TemplateError naming the field."""
    return _Maker(name).of_json(value, "", 0)


class _Maker:
    """Makes values anew, so that aliases share nothing, counts them, and refuses what JSON cannot say."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._values = _VALUES
        self._characters = _CHARACTERS

    def _count(self, depth: int, characters: int = 0) -> None:
        self._values -= 1
        self._characters -= characters
        if self._values < 0 or depth > _DEPTH:
            raise TemplateError(f"{self._name}: {_TOO_LARGE}")
        if self._characters < 0:
            raise TemplateError(f"{self._name}: too large: at most {_CHARACTERS:,} characters")

    def of_json(self, value: Any, where: str, depth: int) -> Any:
        """A value of JSON, `where` it stands."""
        if isinstance(value, dict):
            self._count(depth)
            return {self._key(key, where): self.of_json(item, f"{where}.{shortened(key)}".lstrip("."), depth + 1)
                    for key, item in value.items()}  # fmt: skip
        if isinstance(value, list):
            self._count(depth)
            return [self.of_json(item, f"{where}[{number}]", depth + 1) for number, item in enumerate(value)]
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refused(where, f"{value!r} cannot be used")
        if isinstance(value, str):
            self._count(depth, len(value))
            return self._text(value, where)
        self._count(depth)
        return value

    def of_node(self, node: yaml.Node | None, depth: int) -> Any:
        """The value of a YAML node; None where there is none."""
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode):
            self._count(depth, len(node.value))
            return self._scalar(node)
        self._count(depth)
        if node.tag == f"{_TAG}seq" and isinstance(node, yaml.SequenceNode):
            return [self.of_node(item, depth + 1) for item in node.value]
        if node.tag == f"{_TAG}map" and isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        raise self._refused(node, f"the tag {shortened(node.tag)} cannot be used")

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        """The pairs of a mapping over those of the mappings it takes in with `<<`."""
        own: dict[str, Any] = {}
        taken: dict[str, Any] = {}
        for key, item in node.value:
            if key.tag == f"{_TAG}merge":
                for source in reversed(item.value) if isinstance(item, yaml.SequenceNode) else [item]:
                    if not isinstance(source, yaml.MappingNode):
                        raise self._refused(source, "<< takes in mappings only")
                    taken |= self.of_node(source, depth + 1)
                continue
            if key.tag != f"{_TAG}str":
                word = f" {shortened(key.value)}" if isinstance(key, yaml.ScalarNode) and key.value else ""
                raise self._refused(key, f"the key{word} must be text")
            name = self._key(key.value, key)
            if name in own:
                raise self._refused(key, f"{shortened(name)} is given twice")
            own[name] = self.of_node(item, depth + 1)
        return {**taken, **own}

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag not in _MADE or (node.tag in _WORD and not _WORD[node.tag].match(node.value)):
            tag = shortened(node.tag.replace(_TAG, "!!"))
            raise self._refused(node, f"{tag} {shortened(node.value)} cannot be used")
        if node.tag == f"{_TAG}str":
            return self._text(node.value, node)
        if len(node.value) > _DIGITS:
            raise self._refused(node, f"a number has {len(node.value):,} digits")
        value = _MADE[node.tag](node.value)
        if isinstance(value, float) and not math.isfinite(value):
            raise self._refused(node, f"{shortened(node.value)} cannot be used")
        return value

    def _text(self, text: str, where: str | yaml.Node) -> str:
        """Text that can be written down; two halves of a character beside each other are one."""
        if not _BROKEN.search(text):
            return text
        joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        broken = _BROKEN.search(joined)
        if broken:
            raise self._refused(where, f"it holds a character that cannot be used (U+{ord(broken[0]):04X})")
        return joined

    def _key(self, key: Any, where: str | yaml.Node) -> str:
        if not isinstance(key, str):
            raise self._refused(where, f"the key {shortened(repr(key))} must be text")
        if len(key) > _KEY_CHARACTERS:
            raise self._refused(where, f"the key {shortened(key)} has more than {_KEY_CHARACTERS:,} characters")
        return self._text(key, where)

    def _refused(self, where: str | yaml.Node, why: str) -> TemplateError:
        """The error for a value `where` it stands: a field, or a node that knows its line."""
        if isinstance(where, yaml.Node):
            return TemplateError(f"{self._name}, line {where.start_mark.line + 1}: {why}", hint=_HINT)
        return TemplateError(f"{self._name}: {where}: {why}", hint=_HINT)
