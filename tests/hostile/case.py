"""What a hostile input is here: a name, what it means to do, and the command that meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

#: The codes a command ends with (docs/reference/cli.md): done, refused by the disk, by its input, rows failed, blocked,
#: to be looked at.
CODES = frozenset({0, 1, 2, 3, 4, 8})

#: Every so-manieth case is met whenever the tests are run, as is each that must be answered with certain words.
_OFTEN = 3

Make = Callable[[Path], list[str]]


@dataclass(frozen=True)
class Case:
    """One hostile input."""

    name: str
    #: What whoever made it wants to happen.
    means: str
    #: Puts the input into a folder; the command line that meets it.
    make: Make
    #: What must be in what the command says; empty: whatever it says.
    says: str = ""
    #: More of its environment.
    environment: tuple[tuple[str, str], ...] = ()


class Corpus(list[Case]):
    """The cases of one kind, in the order of their file."""

    def case(self, means: str, says: str = "", **environment: str) -> Callable[[Make], Make]:
        """A function is a case by the name it has."""

        def add(make: Make) -> Make:
            name = make.__name__.strip("_").replace("_", "-")
            self.append(Case(name, means, make, says, tuple(environment.items())))
            return make

        return add

    def add(self, name: str, means: str, make: Make, says: str = "") -> None:
        """One of many that are made alike."""
        self.append(Case(name, means, make, says))


def chosen(cases: Corpus) -> list[Any]:
    """All of them as parameters of a test; those that are like others before them take part when there is time."""
    return [
        pytest.param(case, id=case.name, marks=() if number % _OFTEN == 0 or case.says else pytest.mark.long)
        for number, case in enumerate(cases)
    ]


def body(*visuals: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A project that takes no time of its own."""
    return {"width": 64, "height": 64, "frameRate": 5, "duration": 0.4, "visuals": list(visuals), **fields}


def text(**fields: Any) -> dict[str, Any]:
    """A TEXT element."""
    return {"type": "TEXT", "text": "a", "width": 60, "height": 60, **fields}


def render(folder: Path, project: Any) -> list[str]:
    """Write a project, as JSON or as the text it is; the command that renders it."""
    written = project if isinstance(project, str) else json.dumps(project)
    (folder / "project.json").write_text(written, encoding="utf-8", errors="surrogatepass")
    return ["render", "project.json", "-o", "out.mp4"]


def render_yaml(folder: Path, text: str) -> list[str]:
    """The same in YAML."""
    (folder / "project.yaml").write_text(text, encoding="utf-8")
    return ["render", "project.yaml", "-o", "out.mp4"]


def render_media(folder: Path, name: str, content: bytes, **fields: Any) -> list[str]:
    """Write a file and render it as what it is called."""
    (folder / name).write_bytes(content)
    suffix = name.rpartition(".")[2]
    if suffix in ("wav", "mp3", "m4a", "ogg", "flac"):
        return render(folder, body(text(), audios=[{"src": name, **fields}]))
    kind = {"gif": "GIF", "mp4": "VIDEO", "mov": "VIDEO", "webm": "VIDEO", "mkv": "VIDEO"}.get(suffix, "IMAGE")
    return render(folder, body({"type": kind, "src": name, "width": 64, "height": 64, **fields}))


TEMPLATE: dict[str, Any] = {
    "name": "small",
    "contract": {"sku": {"kind": "text", "required": True, "unique": True}, "title": {"kind": "text"}},
    "payload": body(text(text="{{title}}")),
    "output": {"name": "{{sku}}.mp4"},
}


def template(folder: Path, *, name: str = "small", **fields: Any) -> Path:
    """A template folder; `fields` in the place of those of the small one."""
    made = folder / name
    made.mkdir(exist_ok=True)
    (made / "template.yaml").write_text(json.dumps({**TEMPLATE, **fields}), encoding="utf-8")
    return made


def table(
    folder: Path, content: bytes | str, *, name: str = "rows.csv", verb: str = "check", **fields: Any
) -> list[str]:
    """A table beside the small template; the command that reads it."""
    template(folder, **fields)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return [verb, name, "-t", "small"]


ROWS = "sku,title\n1,One\n2,Two\n"
