"""Which column of a table feeds which field of a contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from clipmill.domain.template import Template
from clipmill.errors import SourceError
from clipmill.templates.nearest import closest, hint_for


def match_columns(
    template: Template, columns: Sequence[str], explicit: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Column → field, in the order of the columns: as told, then by the same name, then regardless of case and spaces.

    Raises SourceError for an unknown column or field in `explicit`, for two columns that both fit a field, and for a
    required field (without a fallback) that no column feeds.
    """
    matched = dict(explicit or {})
    _check_explicit(template, columns, matched)
    for loosely in (False, True):
        for rule in template.contract:
            if rule.name not in matched.values():
                matched |= _column_for(rule.name, [name for name in columns if name not in matched], loosely=loosely)
    missing = [name for name in missing_fields(template, matched) if _is_needed(template, name)]
    if missing:
        raise _missing(missing[0], [name for name in columns if name not in matched])
    return {column: matched[column] for column in columns if column in matched}


def unused_columns(columns: Sequence[str], matched: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that feed no field, in their order."""
    return tuple(column for column in columns if column not in matched)


def missing_fields(template: Template, matched: Mapping[str, str]) -> tuple[str, ...]:
    """Fields of the contract that no column feeds, in the order of the contract."""
    fed = set(matched.values())
    return tuple(rule.name for rule in template.contract if rule.name not in fed)


def _is_needed(template: Template, name: str) -> bool:
    rule = template.rule(name)
    return rule is not None and rule.required and rule.fallback is None


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


def _column_for(name: str, columns: Sequence[str], *, loosely: bool) -> dict[str, str]:
    if not loosely:
        return {name: name} if name in columns else {}
    fitting = [column for column in columns if _loose(column) == _loose(name)]
    if len(fitting) > 1:
        listed = " and ".join(f'"{column}"' for column in fitting)
        raise SourceError(f"the columns {listed} both fit the field {name}", hint=f'Use --map "{fitting[0]}={name}".')
    return {fitting[0]: name} if fitting else {}


def _loose(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


def _missing(name: str, unused: Sequence[str]) -> SourceError:
    guess = closest(name, unused) or (unused[0] if len(unused) == 1 else None)
    how = f'Is it "{guess}"? Use --map "{guess}={name}".' if guess else f"Add a column {name}."
    others = f" Columns that feed nothing: {', '.join(unused[:20])}." if unused else ""
    return SourceError(f"the table has no column for the required field {name}", hint=how + others)
