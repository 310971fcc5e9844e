"""How a table is to be read, as the options of a command say, over what is kept beside the table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clipmill.cli.options import column_map
from clipmill.cli.session import Session, shown
from clipmill.cli.terminal import say
from clipmill.domain.batch import Reading
from clipmill.errors import SettingsError
from clipmill.intake.standard_input import spool_standard_input
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.table import Given, OpenTable
from clipmill.store.home import mark
from clipmill.templates.reading.saved import RUN, beside, load_reading, over, save_reading


def given_of(session: Session, table: str, template: Path, pairs: list[str] | None, said: Reading) -> Given:
    """A command's table; standard input is kept in the state folder first, so that an interrupted run can go on.

    Raises SettingsError, TemplateError.
    """
    reading = reading_of(table, pairs, said, template)
    if table != "-":
        base = Path.cwd() if Path(table).is_relative_to(session.settings.home) else None
        return Given(Path(table), template, reading, base)
    mark(session.app.home)
    into = session.app.home / "tables" / f"{new_id('in')}.csv"
    into.parent.mkdir(parents=True, exist_ok=True)
    return Given(spool_standard_input(into, session.settings.limits), template, reading, Path.cwd())


def reading_of(table: str, pairs: list[str] | None, said: Reading, template: Path = Path()) -> Reading:
    """What the options say; what they leave open is taken from the file that `--save-map` left beside the table, and
    what that leaves open from the one that `template save` left in the template's folder.

    Of a pair in `pairs` without `=` the text is such a file. Raises SettingsError, TemplateError.
    """
    files = [Path(pair) for pair in pairs or [] if "=" not in pair and pair.endswith((".yaml", ".yml"))]
    told = column_map([pair for pair in pairs or [] if Path(pair) not in files])
    kept = load_reading(template / RUN) if template != Path() and (template / RUN).is_file() else Reading()
    if table != "-" and beside(Path(table)).is_file():
        loaded = load_reading(beside(Path(table)))
        kept = over(kept, loaded)
        say(f"Using   {shown(beside(Path(table)))}")
    for file in files:
        loaded = load_reading(file)
        kept = over(kept, loaded)
    return over(kept, replace(said, mapping=told))


def save(table: str, opened: OpenTable, reading: Reading) -> Path:
    """Keep how a table was read beside it, every column with its field. Raises SettingsError."""
    if table == "-":
        raise SettingsError("--save-map: standard input has no place beside it", hint="Give the table as a file.")
    path = beside(Path(table))
    save_reading(path, replace(reading, mapping=opened.columns))
    return path
