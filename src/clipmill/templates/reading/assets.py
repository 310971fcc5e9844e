"""A template's own files: every source that is a path inside the folder becomes a reference to a stored copy."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clipmill.domain.media import MediaKind
from clipmill.domain.payload import asset_reference
from clipmill.domain.template import MEDIA_KINDS, FieldKind, FieldRule
from clipmill.errors import MediaError, TemplateError
from clipmill.media.facts.sniff import recognise
from clipmill.media.outside.sources import MARKUP_KEYS, SOURCE_KEYS, in_markup
from clipmill.ports import Files
from clipmill.templates.nearest import hint_for
from clipmill.templates.placeholders import Placeholder, parse
from clipmill.templates.reading.shape import place

_URL = re.compile(r"https?://", re.I)


class FolderAssets:
    """The files of one template folder, taken into Files as they are named."""

    def __init__(self, folder: Path, files: Files, contract: tuple[FieldRule, ...]) -> None:
        self._folder = Path(os.path.realpath(folder))
        self._files = files
        self._fields = {rule.name: rule.kind for rule in contract}
        #: Variables that stand alone under a `src`: their text is a path too.
        self._variables: set[str] = set()

    def in_body(self, value: Any, where: str, key: str = "") -> Any:
        """The body with every `src` resolved. Raises TemplateError naming file, key and path."""
        if isinstance(value, dict):
            return {name: self.in_body(item, place(where, name), name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.in_body(item, f"{where}[{number}]", key) for number, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if key in SOURCE_KEYS:
            return self._source(value, where)
        return in_markup(value, lambda source: self._source(source, where), key) if key in MARKUP_KEYS else value

    def in_variables(self, variables: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The variables with paths resolved: under a `src` of their own, or used alone as one in the body."""
        resolved: dict[str, Any] = self.in_body(dict(variables), where)
        for name in self._variables & set(resolved):
            if isinstance(resolved[name], str):
                resolved[name] = self._source(resolved[name], place(where, name))
        return resolved

    def in_contract(self, contract: tuple[FieldRule, ...], where: str) -> tuple[FieldRule, ...]:
        """The rules with the fallbacks of media fields resolved."""
        return tuple(
            replace(rule, fallback=self._store(rule.fallback, place(place(where, rule.name), "fallback"), rule.kind))
            if rule.kind in MEDIA_KINDS and rule.fallback
            else rule
            for rule in contract
        )

    def _source(self, text: str, where: str) -> str:
        if text.startswith("asset:"):
            return text
        pieces = parse(text, where)
        if len(pieces) == 1 and isinstance(pieces[0], Placeholder):
            self._check_alone(pieces[0], where)
            return text
        if _URL.match(text):
            return text
        if any(isinstance(piece, Placeholder) for piece in pieces):
            raise TemplateError(f"{where}: {text!r} mixes a path with a placeholder",
                                hint="Let a field of kind image, video or audio name the file.")  # fmt: skip
        return self._store(text, where)

    def _check_alone(self, placeholder: Placeholder, where: str) -> None:
        name = placeholder.path[0]
        kind = self._fields.get(name)
        if kind is not None and kind not in MEDIA_KINDS:
            media = [field for field, other in self._fields.items() if other in MEDIA_KINDS]
            raise TemplateError(f"{where}: {name} is a field of kind {kind}, not a file", hint=hint_for(name, media))
        if kind is None and len(placeholder.path) == 1:
            self._variables.add(name)

    def _store(self, text: str, where: str, wanted: FieldKind | None = None) -> str:
        """Take one file in; its reference."""
        path = Path(os.path.realpath(self._folder / text))
        if Path(text).is_absolute() or not path.is_relative_to(self._folder):
            raise TemplateError(f"{where}: {text!r} is not inside the template's folder",
                                hint="Copy the file into the folder and name it from there.")  # fmt: skip
        if not path.exists():
            there = [str(file.relative_to(self._folder)) for file in sorted(self._folder.rglob("*")) if file.is_file()]
            raise TemplateError(f"{where}: there is no file {text!r}", hint=hint_for(text, there))
        try:
            kind, suffix = recognise(path, text)
        except MediaError as error:
            raise TemplateError(f"{where}: {error}", hint=error.hint) from error
        if wanted is not None and kind is not MediaKind(wanted):
            raise TemplateError(f"{where}: {text} is of kind {kind}, not {wanted}")
        return asset_reference(self._files.put(path, keep=True), suffix)
