"""A template folder, loaded: `template.yaml`, its payload and its assets become one versioned Template."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from clipmill.domain.template import MEDIA_KINDS, FieldRule, PartRule, Policy, Template, VerifyLimits
from clipmill.domain.verdict import Problem
from clipmill.errors import TemplateError
from clipmill.ports import Files
from clipmill.templates.kinds.table import read_cell_of
from clipmill.templates.mapping import Mapped
from clipmill.templates.reading import shape
from clipmill.templates.reading.assets import FolderAssets
from clipmill.templates.reading.document import read_document
from clipmill.templates.versions import versioned

FILE_NAME = "template.yaml"


def load_template(folder: Path, files: Files) -> Template:
    """Read a template folder, store its assets, refuse what no row could be made with.

    Raises TemplateError naming file and key, and what is allowed there.
    """
    document = read_document(folder / FILE_NAME)
    parts = shape.closed(document, _KEYS, FILE_NAME)
    for key in ("name", "contract", "payload", "output"):
        if key not in parts:
            raise TemplateError(f"{FILE_NAME}: {key} is missing", hint=f"A template has {', '.join(_KEYS)}.")
    rules: tuple[FieldRule, ...] = parts["contract"]
    limits: VerifyLimits = parts.get("verify", VerifyLimits())
    shape.check_reference(limits, rules, f"{FILE_NAME}: verify.reference")
    _check_fallbacks(rules)
    body, where = _payload(folder, parts["payload"])
    assets = FolderAssets(folder, files, rules)
    body = assets.in_body(body, where)
    engine = parts.get("engine", "render")
    declared, part_places = _parts(folder, parts.get("parts", {}), assets, engine)
    template = Template(
        name=parts["name"],
        version="",
        engine=engine,
        contract=assets.in_contract(rules, f"{FILE_NAME}: contract"),
        body=body,
        output_name=parts["output"],
        verify=limits,
        policy=parts.get("defaults", Policy()),
        parts=declared,
        locale=parts.get("locale", ""),
        variables=assets.in_variables(parts.get("variables", {}), f"{FILE_NAME}: variables"),
    )
    Mapped(template, where, part_places)
    return versioned(template)


def _parts(folder: Path, rules: Mapping[str, Mapping[str, Any]], assets: FolderAssets, engine: str,
           ) -> tuple[dict[str, PartRule], dict[str, str]]:  # fmt: skip
    """What is declared to be made first, and what errors call the payload of each."""
    parts, places = {}, {}
    for name, rule in rules.items():
        body, places[name] = _payload(folder, rule["payload"], f"{FILE_NAME}: parts.{name}.payload")
        parts[name] = PartRule(rule.get("engine", engine), assets.in_body(body, places[name]))
    return parts, places


def _payload_shape(value: Any, where: str) -> Any:
    if not isinstance(value, (str, dict)):
        raise TemplateError(f"{where} must be the payload itself or the name of its file")
    return value


def _parts_shape(value: Any, where: str) -> dict[str, dict[str, Any]]:
    readers = {"engine": shape.text, "payload": _payload_shape}
    rules = {}
    for name, rule in shape.mapping(value, where).items():
        shape.check_name(name, where)
        rules[name] = shape.closed(rule, readers, shape.place(where, name))
        if "payload" not in rules[name]:
            raise TemplateError(f"{shape.place(where, name)}.payload is missing", hint="It says what is made first.")
    return rules


def _payload(
    folder: Path, value: str | dict[str, Any], where: str = f"{FILE_NAME}: payload"
) -> tuple[dict[str, Any], str]:
    """The body, and what errors call it."""
    if isinstance(value, dict):
        return value, where
    path = Path(os.path.realpath(folder / value))
    if not path.is_relative_to(os.path.realpath(folder)):
        raise TemplateError(f"{where}: {value!r} is not inside the template's folder",
                            hint="Copy the file into the folder and name it from there.")  # fmt: skip
    if path.suffix.lower() not in {".json", ".yaml", ".yml"}:
        raise TemplateError(f"{where}: {value!r} is neither a JSON nor a YAML file")
    return shape.mapping(read_document(path), path.name), path.name


def _check_fallbacks(rules: tuple[FieldRule, ...]) -> None:
    """A fallback must keep the contract it stands in for."""
    for rule in rules:
        if rule.fallback is None or rule.kind in MEDIA_KINDS or not rule.fallback.strip():
            continue
        value: str | int | bool | Decimal | Problem = read_cell_of(rule, rule.name)(rule.fallback)
        if isinstance(value, Problem):
            raise TemplateError(f"{FILE_NAME}: contract.{rule.name}.fallback: {value.reason}", hint=value.fix)


_KEYS: Mapping[str, shape.Reader] = {
    "name": shape.text, "engine": shape.text, "contract": shape.contract, "payload": _payload_shape,
    "variables": shape.variables, "output": shape.output, "verify": shape.verify, "defaults": shape.policy,
    "locale": shape.text, "parts": _parts_shape,
}  # fmt: skip
