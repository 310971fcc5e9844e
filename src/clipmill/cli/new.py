"""`clipmill new`: one of the bundled examples as a folder of your own, to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

import clipmill
from clipmill.cli import options
from clipmill.cli.terminal import data, plural, say, show, table
from clipmill.errors import SettingsError
from clipmill.making import name_in_the_making

#: The examples, one folder each; they come with the package.
EXAMPLES = Path(clipmill.__file__).parent / "examples"
_FIRST = "product-promo"


def new(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="The folder to make.", show_default=False)] = "",
    example: Annotated[str, typer.Option("--from", metavar="EXAMPLE", help="The example to begin with.")] = _FIRST,
    listed: Annotated[bool, typer.Option("--list", help="Say which examples there are, and make nothing.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Make a folder of your own out of a bundled example: a template with a table and media, ready to run."""
    if listed:
        _list(as_json=as_json)
        return
    if not name:
        raise SettingsError("new needs a name", hint="Write clipmill new promo; `clipmill new --list` names examples.")
    source, target = _example(example), Path(name)
    files = _copy(source, target)
    steps = _next(target)
    if as_json:
        data({"folder": str(target), "example": source.name, "files": files, "next": steps})
        return
    say(f"Made    {target} of {source.name}: {plural(files, 'file')}; {target / 'README.md'} says what each is")
    for step in steps:
        say(f"Next    {step}")


def examples() -> dict[str, str]:
    """The bundled examples: name → one sentence."""
    found = sorted(folder for folder in EXAMPLES.iterdir() if (folder / "README.md").is_file())
    return {folder.name: _about(folder) for folder in found}


def _about(folder: Path) -> str:
    """The first sentence of an example's page."""
    paragraphs = (folder / "README.md").read_text(encoding="utf-8").split("\n\n")
    return " ".join(paragraphs[1].split())


def _list(*, as_json: bool) -> None:
    if as_json:
        data({"examples": [{"name": name, "about": about} for name, about in examples().items()]})
    else:
        show(table(["example", "what it is"], examples().items()), to_pipe=True)


def _example(name: str) -> Path:
    known = examples()
    if name not in known:
        raise SettingsError(f"--from {name}: there is no such example", hint=f"There are {', '.join(known)}.")
    return EXAMPLES / name


def _copy(source: Path, target: Path) -> int:
    """Copy an example's files, all or none of them; how many. Raises SettingsError for a folder that is not free."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise SettingsError(f"{target} is there already", hint="Choose another name; nothing is written over.")
    files = [path for path in sorted(source.rglob("*")) if path.is_file()]
    part = target.absolute().with_name(name_in_the_making(target.absolute().name))
    try:
        for path in files:
            copy = part / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)  # its rights may be those of an installed package, which nobody may write to
        if target.exists():  # and empty
            for made in part.iterdir():
                made.replace(target / made.name)
        else:
            part.replace(target)
    except OSError as error:
        raise SettingsError(f"{target} cannot be made: {error.strerror}", hint="Name another folder.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(files)


def _next(folder: Path) -> list[str]:
    """What to do with it first."""
    word = options.quoted(folder)
    if (folder / "template.yaml").exists():
        tables = [options.quoted(path) for path in sorted(folder.glob("*.csv"))]
        return [f"clipmill run {tables[0]} -t {word}"] if tables else [f"clipmill preview TABLE -t {word}"]
    return [f"clipmill render {options.quoted(folder / 'project.json')} -o {word}.mp4"]
