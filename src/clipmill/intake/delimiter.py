"""The delimiter of a CSV file: said by its user or its `sep=` line, or the one that the first rows agree on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipmill.errors import SourceError
from clipmill.intake.layout import find_header, sampled

#: Delimiters that are recognised, commonest first.
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}

_NAMES = {character: name for name, character in DELIMITERS.items()}
_SEP_LINE = re.compile(r'"?sep=([^\r\n])"?(\r\n|\r|\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Delimiter:
    """What separates the cells of a line."""

    character: str
    #: Lines before the header: 1 where Excel's `sep=;` stands.
    skip_lines: int = 0
    note: str = ""

    @property
    def name(self) -> str:
        """As people say it: `comma`."""
        return _NAMES.get(self.character, self.character)


def detect_delimiter(text: str, *, is_whole: bool, named: str = "") -> Delimiter:
    """The delimiter of the table that begins with `text`; `named` is what the user said. Raises SourceError."""
    excel = _SEP_LINE.match(text)
    skip = 1 if excel else 0
    if named:
        return Delimiter(_character(named), skip)
    if excel:
        character = _character(excel[1])
        return Delimiter(character, skip, f"The first line, `sep={character}`, names the delimiter; it is not a row.")
    return Delimiter(_sniff(text if is_whole else whole_lines(text)))


def _character(named: str) -> str:
    character = DELIMITERS.get(named.lower(), "\t" if named == "\\t" else named)
    if len(character) != 1 or character.isalnum() or character in '"\r\n\0' or not (character.isascii()):
        raise SourceError(
            f"{named!r} cannot be a delimiter.",
            hint="Give comma, semicolon, tab or pipe, or one character that is no letter, digit or quote.",
        )
    return character


def whole_lines(text: str) -> str:
    """The text without its last line, which the sample may have cut; all of it when there is only one."""
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] or text


def _sniff(text: str) -> str:
    """The delimiter under which most rows have as many cells as the header; then the one with most columns."""
    scores = {character: _agreement(text, character) for character in DELIMITERS.values()}
    return max(scores, key=lambda character: scores[character])


def _agreement(text: str, character: str) -> tuple[float, int]:
    """Share of rows as wide as the header, and that width; (0, 1) where the header is one cell."""
    records = [record.cells for record in sampled(text, character) if record.cells]
    widths = [len(cells) for cells in records[find_header(records) :]]
    if not widths or widths[0] == 1:
        return 0.0, 1
    return widths.count(widths[0]) / len(widths), widths[0]
