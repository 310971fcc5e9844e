"""Lines: where a field stands in a template's or a project's file, so that what is wrong is told with its line."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from clipmill.errors import InputError
from clipmill.opening import read_regular
from clipmill.templates.reading.document import nodes_of

#: A field as sentences begin with it: `visuals[2].style.fontSize`.
_FIELD = re.compile(r"([A-Za-z]\w*(?:\[\d+\])*(?:\.\w[\w-]*(?:\[\d+\])*)*)(?=: )")
_STEP = re.compile(r"[^.\[\]]+")
#: In a list with one of these, the n-th element of a finished project need not be the n-th of the file.
_MOVING = frozenset({"condition", "iterate"})

#: Of a longer file nobody waits for the lines.
_LONGEST = 1_000_000
_EVENTS = 50_000


class SourceLines:
    """The lines of one file; `inside` is the field under which the project lies in it."""

    def __init__(self, path: Path, inside: str = "") -> None:
        self._path = path
        self._inside = inside

    @classmethod
    def of_template(cls, folder: Path) -> SourceLines:
        """Where the payload of a template folder is written."""
        whole = cls(folder / "template.yaml", "payload")
        payload = _value(whole._root, "payload")
        if isinstance(payload, yaml.ScalarNode):
            return cls(folder / str(payload.value))
        return whole

    def told(self, sentence: str) -> str:
        """A sentence that begins with a field, with file and line before it; another as it is."""
        found = _FIELD.match(sentence)
        return f"{self.place(found[1])}{sentence}" if found else sentence

    def error(self, error: InputError) -> InputError:
        """The same error with file and line, where it names a field."""
        place = self.place(getattr(error, "path", ""))
        return type(error)(f"{place}{error}", hint=error.hint) if place else error

    def place(self, field: str) -> str:
        """`project.yaml line 12: `, or nothing where the line is not known for certain."""
        line = self.line(field) if field else 0
        return f"{self._path.name} line {line}: " if line else ""

    def line(self, field: str) -> int:
        """The line, from 1, of a field or of what should hold it; 0 where that is not certain."""
        node, line = self._root, 0
        inside = [self._inside] if self._inside and _value(node, self._inside) is not None else []
        for step in [*inside, *_STEP.findall(field)]:
            if isinstance(node, yaml.SequenceNode):
                if not step.isdecimal() or int(step) >= len(node.value) or any(map(_moves, node.value)):
                    return 0
                node = node.value[int(step)]
                line = node.start_mark.line + 1
                continue
            key = _key(node, step)
            if key is None:
                return line
            line, node = key.start_mark.line + 1, _value(node, step)
        return line

    @cached_property
    def _root(self) -> Any:
        """The file as nodes that know their lines; None where it cannot be read, which others tell."""
        try:
            text = read_regular(self._path).decode("utf-8-sig")
            if self._path.suffix.lower() == ".json":
                text = text.replace("\t", " ")  # the one thing of JSON that is none of YAML
            return nodes_of(text, _EVENTS) if len(text) < _LONGEST and "\n" in text.strip() else None
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            return None


def _key(node: Any, name: str) -> Any:
    """The key of that name in a mapping; None where there is none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((key for key, _ in pairs if key.value == name), None)


def _value(node: Any, name: str) -> Any:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _moves(node: Any) -> bool:
    return any(_key(node, name) is not None for name in _MOVING)
