"""A template's file, read strictly: JSON values only, no key twice, no surprises of YAML 1.1, nothing endless.

Plain words follow the core schema of YAML 1.2: `yes`, `16:9`, `010` and `2026-11-20` are text.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import yaml

from clipmill.errors import TemplateError
from clipmill.opening import read_regular

_FILE_BYTES = 4 * 1024**2
_NODES = 100_000
_DEPTH = 64
_MERGE = "tag:yaml.org,2002:merge"


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader with YAML 1.2's plain words and without repeated keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the library's own

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == _MERGE:
                continue
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is given twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), list(_first))


def read_document(path: Path) -> Any:
    """The JSON value in a YAML or JSON file. Raises TemplateError naming file and line."""
    text = _text(path)
    try:
        if path.suffix.lower() == ".json":
            value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        else:
            value = yaml.load(text, Loader=_StrictLoader)  # a SafeLoader: it makes plain values only
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise TemplateError(f"{path.name}{line}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise TemplateError(f"{path.name}: {error}") from error
    return _Copier(path.name).copy(value, "", 0)


def _text(path: Path) -> str:
    try:
        content = read_regular(path, _FILE_BYTES + 1)
        if len(content) > _FILE_BYTES:
            raise TemplateError(f"{path.name} has more than {_FILE_BYTES // 1024**2} MB")
        return content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise TemplateError(f"there is no {path.name} in {path.parent}",
                            hint="A template is a folder with a template.yaml in it.") from error  # fmt: skip
    except OSError as error:
        raise TemplateError(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path.name} is not UTF-8 text (byte {error.start})", hint="Save it as UTF-8.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"{key} is given twice")
        result[key] = value
    return result


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number")


class _Copier:
    """Copies a value, so that aliases share nothing, and refuses what JSON cannot say."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes = 0

    def copy(self, value: Any, where: str, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > _NODES or depth > _DEPTH:
            raise TemplateError(f"{self._name}: too large: at most {_NODES:,} values, {_DEPTH} deep")
        if isinstance(value, dict):
            return {self._key(key, where): self.copy(item, f"{where}.{key}".lstrip("."), depth + 1)
                    for key, item in value.items()}  # fmt: skip
        if isinstance(value, list):
            return [self.copy(item, f"{where}[{number}]", depth + 1) for number, item in enumerate(value)]
        if value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and math.isfinite(value)):
            return value
        raise TemplateError(f"{self._name}: {where}: {value!r} cannot be used", hint="Use text, numbers or true/false.")

    def _key(self, key: Any, where: str) -> str:
        if not isinstance(key, str):
            raise TemplateError(f"{self._name}: {where}: the key {key!r} must be text", hint="Put it in quotes.")
        return key
