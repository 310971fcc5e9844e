"""Options that several commands share, each written once."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from clipmill.domain.batch import Reading
from clipmill.domain.credits import from_typed
from clipmill.errors import SettingsError


def credits_of(text: str) -> int:
    """What is typed as credits, in thousandths. Raises BadParameter."""
    try:
        return from_typed(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


BatchId = Annotated[
    str,
    typer.Argument(
        metavar="[BATCH]",
        help="A batch: its id, its name, or the beginning of either; the latest if left out.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object with the same numbers.")]
TableFile = Annotated[str, typer.Argument(metavar="TABLE", help="A CSV or JSONL file; - reads standard input.")]
TemplateFolder = Annotated[
    Path | None, typer.Option("--template", "-t", help="The template's folder.", show_default=False)
]
Budget = Annotated[
    int | None,
    typer.Option(
        parser=credits_of, metavar="CREDITS", show_default=False,
        help="Credits the batch may spend, such as 500 or 2.4; it pauses there.",
    ),
]  # fmt: skip
Window = Annotated[int | None, typer.Option(min=1, help="Rows in flight at once.", show_default=False)]
Webhook = Annotated[
    str, typer.Option(metavar="URL", help="Tell this address when the batch is finished; `webhook_secret` signs it.")
]
Detach = Annotated[
    bool, typer.Option("--detach", help="Take the rows in, and leave checking and making to `clipmill worker`.")
]
Ramp = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", show_default=False,
                 help="Begin with one row at a time, and double that after every N good ones in a row."),
]  # fmt: skip
StopAfter = Annotated[
    str,
    typer.Option(
        metavar="5%|N", help="Pause when more than that share failed of what was made, or N rows of one cause."
    ),
]
Priority = Annotated[
    int | None, typer.Option(show_default=False, help="Batches of a higher one are served first; 0 if left out.")
]
Weight = Annotated[
    int | None,
    typer.Option(min=1, show_default=False, help="Its share beside other batches of its priority; 1 if left out."),
]
Mapping = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=FIELD",
        help="Use a column for a field; or the file of such pairs that check --save-map wrote.",
        show_default=False,
    ),
]
Ignore = Annotated[str, typer.Option(metavar="COLUMNS", help="Columns to leave out, comma-separated.")]
Encoding = Annotated[str, typer.Option(help="The table's encoding, where the detected one is wrong.")]
Delimiter = Annotated[str, typer.Option(help="The table's delimiter, where the detected one is wrong.")]
Where = Annotated[
    str, typer.Option(metavar="CONDITION", help="Take only rows such as: price > 20 and Vendor = 'Acme'.")
]
FirstOf = Annotated[
    str, typer.Option(metavar="COLUMN", help="Take only the first row of each value, as of a product's variants.")
]
Each = Annotated[
    list[str] | None,
    typer.Option(
        "--each", metavar="FIELD=A,B", show_default=False,
        help="Make a row of every line for each value of a field: format=landscape,square.",
    ),
]  # fmt: skip
MediaFolder = Annotated[
    Path | None,
    typer.Option(
        "--media-folder", metavar="DIR", show_default=False,
        help="Take files that cells name, or that their addresses end in, from this folder.",
    ),
]  # fmt: skip
AllowFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow-files", metavar="DIR", show_default=False,
        help="Let cells and projects name files of this folder too, beside those beneath their own; may be repeated.",
    ),
]  # fmt: skip
RowNumbers = Annotated[
    str, typer.Option("--rows", "--row", metavar="N,N-N|pN", help="Row numbers: 412,430-436; p1 is a part.")
]
ZipFile = Annotated[
    Path | None, typer.Option("--zip", help="Also pack the finished files into this archive.", show_default=False)
]

_MANY_ROWS = 1_000_000
_HIGHEST = 2**31 - 1


def row_numbers(text: str) -> list[int]:
    """`412,430-436` as numbers, sorted; parts of rows, `p1`, as negative ones. Raises SettingsError."""
    numbers: set[int] = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        if part.startswith("p"):
            numbers.add(row_or_part(part))
            continue
        first, dash, last = part.partition("-")
        written = first.isdecimal() and (last.isdecimal() or not dash)
        if not written or not 0 <= int(last or first) - int(first) <= _MANY_ROWS:
            raise SettingsError(f"--rows: {part!r} is not a row number or a range", hint="Write 412,430-436.")
        numbers.update(range(int(first), int(last or first) + 1))
    return sorted(numbers)


def row_or_part(text: str) -> int:
    """`3` as the number of a row, `p1` as that of a part, which is negative. Raises SettingsError."""
    number = text.removeprefix("p")
    if not (number.isascii() and number.isdecimal() and 0 < int(number) <= _HIGHEST):
        raise SettingsError(f"{text} is no row", hint="Give its number, 3, or that of a part, p1.")
    return int(number) if number == text else -int(number)


def columns_of(text: str) -> tuple[str, ...]:
    """`campaign, notes` as names of columns."""
    return tuple(filter(None, (column.strip() for column in text.split(","))))


def said_of(
    text: tuple[str, str], ignore: str, where: str, first_of: str, folders: tuple[Path | None, list[Path] | None]
) -> Reading:
    """What the options say of how a table is read, but for its mapping. Raises SettingsError.

    `text` is its encoding and its delimiter, `folders` those of its media and those that are allowed.
    """
    media, allowed = folders
    found = str(folder_of("--media-folder", media)) if media else ""
    listed = tuple(map(str, allowed_of(allowed)))
    return Reading(*text, {}, columns_of(ignore), where, first_of, found, listed)


def folder_of(option: str, folder: Path) -> Path:
    """A folder as an absolute path. Raises SettingsError for one that is not there."""
    if not folder.is_dir():
        raise SettingsError(f"{option} {folder}: there is no such folder", hint="Name a folder.")
    return folder.absolute()


def allowed_of(folders: list[Path] | None) -> list[Path]:
    """The folders of `--allow-files`. Raises SettingsError."""
    return [folder_of("--allow-files", folder) for folder in folders or ()]


def column_map(pairs: list[str] | None) -> dict[str, str]:
    """`["campaign=title"]` as a mapping. Raises SettingsError."""
    found = {}
    for pair in pairs or []:
        column, equals, name = pair.partition("=")
        if not (column and equals and name):
            raise SettingsError(f"--map: {pair!r} is not COLUMN=FIELD", hint="Write --map campaign=title.")
        found[column.strip()] = name.strip()
    return found


def steering_of(ramp: int | None, stop_after: str, priority: int | None, weight: int | None) -> dict[str, float]:
    """What is said of how a batch is steered, by the names of `Policy`. Raises SettingsError."""
    said: dict[str, float | None] = {"ramp": ramp, "priority": priority, "weight": weight}
    if stop_after:
        number = stop_after.strip().removesuffix("%")
        is_share = number != stop_after.strip()
        try:
            said["stop_percent" if is_share else "stop_rows"] = (
                _limit(float(number), 100) if is_share else _limit(int(number))
            )
        except ValueError as error:
            raise SettingsError(f"--stop-after {stop_after}: this is neither a share nor a number of rows",
                                hint="Write 5% or 12.") from error  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def _limit(number: float, end: float = _HIGHEST) -> float:
    """A number that can be reached, and not at once. Raises ValueError."""
    if not 0 < number < end:
        raise ValueError(number)
    return number


def each_of(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """`["format=landscape,square"]` as fields with their values. Raises SettingsError."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in pairs or []:
        name, _, listed = pair.partition("=")
        values = tuple(value.strip() for value in listed.split(","))
        if not name.strip() or name.strip() in found or not all(values) or len(set(values)) < len(values):
            raise SettingsError(f"--each: {pair!r} is not FIELD=VALUE,VALUE, each of them once",
                                hint="Write --each format=landscape,square,portrait.")  # fmt: skip
        found[name.strip()] = values
    return found


def quoted(word: object) -> str:
    """A word as a shell takes it."""
    return shlex.quote(str(word))
