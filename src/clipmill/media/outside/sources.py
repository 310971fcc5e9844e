"""The sources of a project: every path and address in it becomes a reference to a stored copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from clipmill.errors import MediaError, NotFoundError, ProjectError
from clipmill.media.outside.stored import MediaStore

#: Keys whose text names media.
SOURCE_KEYS = frozenset({"src", "thumbnail"})
#: Keys whose text is markup with media inside.
MARKUP_KEYS = frozenset({"html"})
_IN_MARKUP = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*)(["'])([^"']+)\2""", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


class Sources:
    """Takes in what a project names: addresses, and paths where there is a folder they belong to.

    With `unfinished`, for templates: whatever is no plain address is left as it is.
    """

    def __init__(self, media: MediaStore, folder: Path | None = None, *, unfinished: bool = False) -> None:
        self._media = media
        self._folder = folder
        self._unfinished = unfinished

    def stored(self, value: Any, path: str = "", key: str = "") -> Any:
        """The same project with references. Raises ProjectError naming field and file."""
        if isinstance(value, Mapping):
            return {name: self.stored(item, f"{path}.{name}" if path else name, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.stored(item, f"{path}[{number}]", key) for number, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if key in SOURCE_KEYS and value:
            return self._reference(value, path)
        if key in MARKUP_KEYS:
            return in_markup(value, lambda source: self._reference(source, path))
        return value

    def _reference(self, source: str, path: str) -> str:
        limit = self._media.limits.media_bytes
        if self._unfinished and ("{{" in source or not _ADDRESS.match(source)):
            return source
        try:
            if source.startswith("asset:"):
                return self._media.from_reference(source).reference
            if _ADDRESS.match(source):
                return self._media.from_url(source, limit).reference
            if self._folder is None:
                raise MediaError(f"{source[:100]!r} is no address", hint="Give an http or https address.")
            return self._media.from_path(str((self._folder / source).absolute()), limit, source).reference
        except (MediaError, NotFoundError) as error:
            raise ProjectError(str(error), path=path, hint=error.hint) from error


def in_markup(text: str, stored: Callable[[str], str]) -> str:
    """Markup with the source of every picture in it replaced; what is written into it as data stays."""

    def replaced(found: re.Match[str]) -> str:
        if found[3].startswith("data:"):
            return found[0]
        return f"{found[1]}{found[2]}{stored(found[3])}{found[2]}"

    return _IN_MARKUP.sub(replaced, text)
