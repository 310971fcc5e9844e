"""The pattern of file names at work: fields and variables, and `batch`, `row` and `attempt`, which only names know.

A field or a variable of the template that is called so stands before them: what was written before they were there
means what it meant. The number of an attempt is known only when its file is made, so it may stand only at the end,
after a hyphen or an underscore: whatever the number, no two rows share a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clipmill.domain.files.names import with_attempt
from clipmill.errors import TemplateError
from clipmill.templates.filtering.allowance import NameScope
from clipmill.templates.placeholders import ONLY_IN_NAMES, Names, Placeholder, as_text, parse
from clipmill.templates.strings import compile_text, named

#: What names know of their batch and row; where there is no batch yet, they say what will stand there.
KNOWN: Mapping[str, Mapping[str, Any]] = {
    "batch": {"id": "{{batch.id}}", "name": "{{batch.name}}"},
    "row": {"number": 0},
}
#: An attempt's number with what stands before it, and nothing but a suffix behind it.
_AT_THE_END = re.compile(r"([-_][A-Za-z_-]{0,19})\{\{\s*attempt\.number\s*(?:\|\s*pad\s*:\s*([1-9])\s*)?\}\}(\.\w+)?")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_ENDING = "Let it end in it, as in {{sku}}-v{{attempt.number}} or {{sku}}_{{attempt.number|pad:2}}.mp4."


def with_fields(pattern: str, fields: Iterable[str]) -> str:
    """The pattern with `-{{field}}` for each of these that it does not say, before a suffix and an attempt's number."""
    said = named(pattern, "output.name")
    more = "".join(f"-{{{{{name}|slug}}}}" for name in fields if name not in said)
    found = _AT_THE_END.search(pattern) or _SUFFIX.search(pattern)
    place = found.start() if found else len(pattern)
    return pattern[:place] + more + pattern[place:]


class NamePattern:
    """A compiled pattern. Raises TemplateError for one that cannot give every row a name of its own."""

    def __init__(self, pattern: str, names: Names, where: str) -> None:
        own = {name: what for name, what in KNOWN.items() if not names.knows(name)}
        self._own = frozenset(own)
        paths = [piece.path for piece in parse(pattern, where) if isinstance(piece, Placeholder)]
        for path in paths:
            _check(path, names, where)
        #: A hyphen, perhaps letters, and how many digits the attempt's number has; empty without one.
        self._attempt = ""
        if not names.knows("attempt") and any(path[0] == "attempt" for path in paths):
            pattern = self._without_attempt(pattern, where)
        if len(parse(pattern, where)) == 1 and "{{" not in pattern:
            raise TemplateError(f"{where} gives every row the same name", hint='Write `"{{sku}}.mp4"`.')
        self._make = compile_text(pattern, names.with_variables(own), where).make

    def _without_attempt(self, pattern: str, where: str) -> str:
        found = _AT_THE_END.search(pattern)
        if found is None or found.end() < len(pattern) or pattern.count("attempt.number") > 1:
            raise TemplateError(f"{where}: the number of an attempt, known once its file is made, stands at the end of "
                                "the name, after - or _", hint=_ENDING)  # fmt: skip
        self._attempt = f"{found[1]}{found[2] or 1}"
        return pattern[: found.start()] + (found[3] or "")

    def of(self, scope: NameScope, known: Mapping[str, Mapping[str, Any]], safe: Callable[[str], str]) -> str:
        """A row's name, made safe; what is known once its file is made is marked in it. Raises TemplateError."""
        scope.update({name: what for name, what in known.items() if name in self._own})
        name = safe(as_text(self._make(scope)))
        return with_attempt(name, self._attempt) if self._attempt else name


def _check(path: tuple[str, ...], names: Names, where: str) -> None:
    """Refuse what is no name of a batch, a row or an attempt where one is meant. Raises TemplateError."""
    head, told = path[0], ONLY_IN_NAMES.get(path[0], ())
    if not told:
        return
    if head in names.fields and path[1:] in [(part,) for part in told]:
        raise TemplateError(f"{where}: {{{{{'.'.join(path)}}}}}: {head} is a field of this template, which stands "
                            f"before what names know of the {head}",
                            hint=f"Give the field another name, and `column: {head}`.")  # fmt: skip
    if not names.knows(head) and path[1:] not in [(part,) for part in told]:
        allowed = " or ".join(f"{{{{{head}.{part}}}}}" for part in told)
        raise TemplateError(f"{where}: {{{{{'.'.join(path)}}}}} is nothing that is known of a {head}",
                            hint=f"Write {allowed}.")  # fmt: skip
