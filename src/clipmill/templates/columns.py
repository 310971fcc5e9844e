"""Which column of a table feeds which field of a contract."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

from clipmill.domain.template import FieldRule, Template
from clipmill.errors import SourceError
from clipmill.templates.nearest import closest, hint_for

_LISTED = 40
_CANDIDATES = 4


def match_columns(
    template: Template, columns: Sequence[str], explicit: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Column → field, in the order of the columns.

    As told; then by the `column` and the `aliases` of the contract and the field's own name, exactly; then by the same
    names regardless of case and spaces. Raises SourceError for an unknown column or field in `explicit`, for two
    columns that both fit a field, and for required fields (without a fallback) that no column feeds.
    """
    matched = dict(explicit or {})
    _check_explicit(template, columns, matched)
    for loosely in (False, True):
        for rule in template.contract:
            if rule.name not in matched.values():
                matched |= _column_for(rule, [name for name in columns if name not in matched], loosely=loosely)
    missing = [rule for rule in template.contract if rule.name not in matched.values() and _is_needed(rule)]
    if missing:
        raise _missing(missing, [name for name in columns if name not in matched])
    return {column: matched[column] for column in columns if column in matched}


def unused_columns(columns: Sequence[str], matched: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that feed no field, in their order."""
    return tuple(column for column in columns if column not in matched)


def missing_fields(template: Template, matched: Mapping[str, str]) -> tuple[str, ...]:
    """Fields of the contract that no column feeds, in the order of the contract."""
    fed = set(matched.values())
    return tuple(rule.name for rule in template.contract if rule.name not in fed)


def _is_needed(rule: FieldRule) -> bool:
    return rule.required and rule.fallback is None


def _check_explicit(template: Template, columns: Sequence[str], explicit: Mapping[str, str]) -> None:
    fields = [rule.name for rule in template.contract]
    for column, name in explicit.items():
        if column not in columns:
            raise SourceError(
                f"--map {column}={name}: the table has no column {column}", hint=hint_for(column, columns)
            )
        if name not in fields:
            raise SourceError(f"--map {column}={name}: the template has no field {name}", hint=hint_for(name, fields))
        if list(explicit.values()).count(name) > 1:
            raise SourceError(f"--map: more than one column is mapped to {name}", hint="Map one of them.")


def _names_of(rule: FieldRule) -> list[str]:
    """What the column of a field may be called, likeliest first."""
    return list(dict.fromkeys(filter(None, (rule.column, *rule.aliases, rule.name))))


def _column_for(rule: FieldRule, columns: Sequence[str], *, loosely: bool) -> dict[str, str]:
    for wanted in _names_of(rule):
        if not loosely:
            fitting = [wanted] if wanted in columns else []
        else:
            fitting = [column for column in columns if _loose(column) == _loose(wanted)]
        if len(fitting) > 1:
            listed = " and ".join(f'"{column}"' for column in fitting)
            raise SourceError(f"the columns {listed} both fit the field {rule.name}",
                              hint=f"Use {map_option(fitting[0], rule.name)}.")  # fmt: skip
        if fitting:
            return {fitting[0]: rule.name}
    return {}


def column_called(name: str, columns: Sequence[str], option: str) -> str:
    """The column of this name, exactly or regardless of case and spaces. Raises SourceError naming the option."""
    fitting = [name] if name in columns else [column for column in columns if _loose(column) == _loose(name)]
    if not fitting:
        raise SourceError(f"{option} {name}: the table has no such column", hint=hint_for(name, columns))
    return fitting[0]


def map_option(column: str, name: str) -> str:
    """`--map 'Image Src=image'`, quoted for the shell."""
    return f"--map {shlex.quote(f'{column}={name}')}"


def _loose(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def _missing(rules: Sequence[FieldRule], unused: Sequence[str]) -> SourceError:
    """No column for required fields: which ones those may be that feed nothing, and the options that say so."""
    how = [_way_out(rule, unused, is_only=len(rules) == 1) for rule in rules]
    if unused:
        more = " …" if len(unused) > _LISTED else ""
        how.append(f"Columns that feed nothing: {', '.join(unused[:_LISTED])}{more}.")
    names = ", ".join(rule.name for rule in rules)
    field = "field" if len(rules) == 1 else "fields"
    return SourceError(f"the table has no column for the required {field} {names}", hint=" ".join(how))


def _way_out(rule: FieldRule, unused: Sequence[str], *, is_only: bool) -> str:
    guesses = candidates(rule, unused) or (unused if len(unused) == 1 and is_only else [])
    if guesses:
        options = " or ".join(map_option(guess, rule.name) for guess in guesses)
        return f"Is it {' or '.join(guesses)}? Use {options}."
    return f"Add a column {rule.name}{', or use ' + map_option('COLUMN', rule.name) if unused else ''}."


def candidates(rule: FieldRule, unused: Sequence[str]) -> list[str]:
    """The columns that may be meant, likeliest first: like one of the names, or with one of them among their words."""
    guesses = [guess for name in _names_of(rule) if (guess := closest(name, unused))]
    for name in _names_of(rule):
        wanted = set(_words(name))
        guesses += [column for column in unused if wanted & set(_words(column))]
    return list(dict.fromkeys(guesses))[:_CANDIDATES]


def _words(name: str) -> list[str]:
    """The words of a name, without the s of several."""
    return [word.rstrip("s") for word in re.split(r"[\W_]+", name.casefold()) if len(word.rstrip("s")) > 1]
