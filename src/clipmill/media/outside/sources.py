"""The sources of a project: every path and address in it becomes a reference to a stored copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from clipmill.domain.css.entities import without_entities
from clipmill.errors import MediaError, NotFoundError, ProjectError
from clipmill.media.facts.sniff import USE_MEDIA, USE_SUBTITLES
from clipmill.media.outside.beneath import Beneath
from clipmill.media.outside.stored import MediaStore
from clipmill.shown import discreet, shortened

#: Keys whose text names media.
SOURCE_KEYS = frozenset({"src", "thumbnail"})
#: Keys whose text is markup, or styles, with media inside.
MARKUP_KEYS = frozenset({"html", "css", "background", "backgroundImage", "background-image", "mask", "maskImage",
                         "mask-image"})  # fmt: skip
_IN_MARKUP = re.compile(r"""(<img(?=[\s/])[^<>]*?[\s/"']src\s*=\s*)(["'])([^"']+)\2""", re.IGNORECASE)
#: Where markup holds styles, what in these shows pictures, and a picture in that.
_STYLED = re.compile(r"""<[a-z][^<>]*?\sstyle\s*=\s*(?:"[^"]*"|'[^']*')|<style\b[^<>]*>.*?(?:</style|\Z)""",
                     re.IGNORECASE | re.DOTALL)  # fmt: skip
_BEHIND = re.compile(r"(?:background|mask)(?:-image)?\s*+:(?:url\([^()]*+\)|[^;{}])*+", re.IGNORECASE)
_IN_STYLE = re.compile(r"""(\burl\(\s*+)("[^"]*+"|'[^']*+'|&quot;(?:(?!&quot;).)*+&quot;|[^"'()]++)(\s*+\))""",
                       re.IGNORECASE)  # fmt: skip
_QUOTES = re.compile(r"""^(?:"|'|&quot;)|(?:"|'|&quot;)$""")
#: The one field that wants no picture, video or sound.
_SUBTITLES = "subtitle.src"
#: Keys whose value belongs to editors, whatever it says.
_OPAQUE = frozenset({"designer"})
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
#: What begins as an address of another kind; `C:` is a disk.
_OTHER_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://|(data|blob|file|javascript|cid):", re.IGNORECASE)
_ACCEPTED = "Give a path that counts from the project's folder, or an http or https address."
#: No value is longer in a message.
_SHOWN_CHARACTERS = 80


class Sources:
    """Takes in what a project names: addresses, and paths where there is a folder they belong to: of files beneath it,
    or beneath others that are `allowed`.

    With `unfinished`, for templates: whatever is no plain address is left as it is. `keys`: whose text names media.
    """

    def __init__(self, media: MediaStore, folder: Path | None = None, *, allowed: Sequence[Path] = (),
                 unfinished: bool = False, keys: Set[str] = SOURCE_KEYS) -> None:  # fmt: skip
        self._media = media
        self._keys = keys
        self._folder = folder
        self._beneath = Beneath.of(folder or "", *allowed)
        self._unfinished = unfinished

    def stored(self, value: Any, path: str = "", key: str = "") -> Any:
        """The same project with references. Raises ProjectError naming field and file."""
        if isinstance(value, Mapping) and key not in _OPAQUE:
            return {name: self.stored(item, f"{path}.{name}" if path else name, name) for name, item in value.items()}
        if isinstance(value, list) and key not in _OPAQUE:
            return [self.stored(item, f"{path}[{number}]", key) for number, item in enumerate(value)]
        if not isinstance(value, str):
            return value
        if key in self._keys and value:
            return self._reference(value, path)
        if key in MARKUP_KEYS:
            return in_markup(value, lambda source: self._reference(source, path), key)
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
                raise MediaError(f"{_shown(source)!r} is no address", hint="Give an http or https address.")
            return self._local(source, self._folder)
        except (MediaError, NotFoundError) as error:
            hint = USE_SUBTITLES if error.hint == USE_MEDIA and path.endswith(_SUBTITLES) else error.hint
            raise ProjectError(str(error), path=path, hint=hint) from error

    def _local(self, source: str, folder: Path) -> str:
        """The reference of a file that a path names. Raises MediaError, NotFoundError."""
        other = _OTHER_ADDRESS.match(source)
        if other is not None:
            raise MediaError(f"{_shown(source)!r}: {other[1] or other[2]}: is not accepted here", hint=_ACCEPTED)
        try:
            limit = self._media.limits.media_bytes
            return self._media.from_path(str((folder / source).absolute()), limit, source, self._beneath).reference
        except NotFoundError as error:
            where = "" if Path(source).is_absolute() else f" in {folder}"
            raise NotFoundError(f"{_shown(source)} does not exist{where}",
                                hint="Correct the path, or put the file there.") from error  # fmt: skip


def _shown(source: str) -> str:
    return shortened(discreet(source), _SHOWN_CHARACTERS)


def in_markup(text: str, stored: Callable[[str], str], key: str = "html") -> str:
    """Markup with the source of every picture in and behind it replaced; what is written into it as data stays.

    `key` is one of `MARKUP_KEYS`: all but `html` hold styles alone.
    """

    def replaced(found: re.Match[str]) -> str:
        if found[3].startswith("data:"):
            return found[0]
        return f"{found[1]}{found[2]}{stored(without_entities(found[3]))}{found[2]}"

    def behind(found: re.Match[str]) -> str:
        source = without_entities(_QUOTES.sub("", found[2].strip())).strip()
        if not source or source.startswith(("data:", "#")):
            return found[0]
        return f"{found[1]}{stored(source)}{found[3]}"

    def styled(found: re.Match[str]) -> str:
        return _IN_STYLE.sub(behind, found[0])

    if key == "html":
        text = _STYLED.sub(lambda style: _BEHIND.sub(styled, style[0]), text) if "url(" in text else text
        return _IN_MARKUP.sub(replaced, text)
    return (_BEHIND.sub(styled, text) if key == "css" else _IN_STYLE.sub(behind, text)) if "url(" in text else text
