"""A template written as a folder: the inverse of reading one, and how batches of it were run."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any

import yaml

from clipmill.domain.batch import Reading
from clipmill.domain.credits import as_number
from clipmill.domain.payload import asset_digest
from clipmill.domain.template import Policy, Template
from clipmill.errors import NotFoundError, TemplateError
from clipmill.ports import Files
from clipmill.templates.folder import FILE_NAME, load_template
from clipmill.templates.reading.document import WORDS
from clipmill.templates.reading.saved import RUN, save_reading

_ASSET = re.compile(r"asset:[0-9a-f]{64}(?:\.\w+)?")
_PAYLOAD = "payload.json"


class _Dumper(yaml.SafeDumper):
    """Writes what both the readers of YAML 1.1 and ours take for text as text."""


for _tag, _pattern, _first in WORDS:
    _Dumper.add_implicit_resolver(_tag, _pattern, _first)


def write_template(folder: Path, template: Template, reading: Reading, files: Files) -> None:
    """Write a template, its files and how its tables are read into a new folder, and read it again.

    Raises TemplateError for one that would not be the same, NotFoundError where a file of it is lost, OSError.
    """
    (folder / "assets").mkdir(parents=True)
    said = {"name": template.name, "engine": template.engine, "locale": template.locale,
            "contract": {rule.name: _said(rule) for rule in template.contract},
            "variables": template.variables,
            "payload": _PAYLOAD, "output": {"name": template.output_name},
            "verify": _said(template.verify), "defaults": _policy(template.policy)}  # fmt: skip
    said["parts"] = {name: {"engine": rule.engine, "payload": rule.body} for name, rule in template.parts.items()}
    document = _with_files({name: value for name, value in said.items() if value or name == "contract"}, folder, files)
    body = _with_files(template.body, folder, files)
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    (folder / _PAYLOAD).write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if not any((folder / "assets").iterdir()):
        (folder / "assets").rmdir()
    save_reading(folder / RUN, reading, of="a table for this template")
    if replace(load_template(folder, files), version="") != replace(template, version=""):
        raise TemplateError(f"template {template.name} cannot be kept as a folder: it would not be the same",
                            hint="Copy the folder it came from.")  # fmt: skip


def _policy(policy: Policy) -> dict[str, Any]:
    """What is said of a policy, its budget in credits."""
    said = _said(policy)
    return said | ({"budget": as_number(policy.budget)} if "budget" in said else {})


def _said(value: Any) -> dict[str, Any]:
    """The fields of a value that are not as they would be by themselves."""
    told = asdict(value)
    return {
        each.name: list(told[each.name]) if isinstance(told[each.name], tuple) else _plain(told[each.name])
        for each in fields(value)
        if each.name != "name" and (each.default is MISSING or told[each.name] != each.default)
    }


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _with_files(value: Any, folder: Path, files: Files) -> Any:
    """A value with the stored files it names copied into the folder, and named from there."""
    if isinstance(value, Mapping):
        return {name: _with_files(item, folder, files) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_files(item, folder, files) for item in value]
    if not isinstance(value, str):
        return value

    def copied(found: re.Match[str]) -> str:
        name = f"assets/{found[0].removeprefix('asset:')}"
        try:
            if not (folder / name).exists():
                shutil.copyfile(files.path(asset_digest(found[0]) or ""), folder / name)
        except NotFoundError as error:
            raise NotFoundError("a file of the template is gone from the state folder",
                                hint="Copy the folder it came from.") from error  # fmt: skip
        return name

    return _ASSET.sub(copied, value)
