"""The shape of `template.yaml`: every key it may have, of which type, and what that becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from clipmill.domain.credits import from_typed
from clipmill.domain.template import SEEN_KINDS, FieldKind, FieldRule, Policy, VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.errors import TemplateError
from clipmill.shown import shortened
from clipmill.templates.nearest import hint_for

#: Reads one value; the second argument says where it stands, for the error.
Reader = Callable[[Any, str], Any]

#: What a placeholder can name.
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
#: Names that placeholders use for something else.
RESERVED = frozenset({"index"})
#: Places are kept for every value of a template: a long one loses its middle.
_LONGEST_KEY, _LONGEST_PLACE = 100, 400
_LARGEST = 1e300


def closed(value: Any, readers: Mapping[str, Reader], where: str) -> dict[str, Any]:
    """A mapping with known keys only, each read by its reader. Raises TemplateError naming key and place."""
    result = {}
    for key, item in mapping(value, where).items():
        if key not in readers:
            raise TemplateError(f"{place(where, key)} is not known", hint=hint_for(key, readers))
        result[key] = readers[key](item, place(where, key))
    return result


def place(where: str, key: str) -> str:
    """`template.yaml: contract` and `title` give `template.yaml: contract.title`."""
    whole = f"{where}{'.' if ': ' in where else ': '}{shortened(key, _LONGEST_KEY)}"
    return whole if len(whole) < _LONGEST_PLACE else f"{whole[:_LONGEST_KEY]}…{whole[-2 * _LONGEST_KEY :]}"


def mapping(value: Any, where: str) -> dict[str, Any]:
    """A mapping. Raises TemplateError."""
    if not isinstance(value, dict):
        raise _wrong(value, where, "keys with values")
    return value


def text(value: Any, where: str) -> str:
    """Text that is not empty. Raises TemplateError."""
    if not isinstance(value, str) or not value.strip():
        raise _wrong(value, where, "text")
    return value


def _scalar(value: Any, where: str) -> str:
    """Text, or a number or a truth value as it would stand in a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise _wrong(value, where, "text or a number")
    return str(value)


def boolean(value: Any, where: str) -> bool:
    """True or false. Raises TemplateError."""
    if not isinstance(value, bool):
        raise _wrong(value, where, "true or false")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _LARGEST:
        raise _wrong(value, where, "a number")
    return float(value)


def _share(value: Any, where: str) -> float:
    number = _number(value, where)
    if not 0 <= number <= 100:
        raise _wrong(value, where, "a percentage from 0 to 100")
    return number


def _at_least(least: int) -> Reader:
    def read(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise _wrong(value, where, f"a whole number, {least} or more")
        return value

    return read


def _credits(value: Any, where: str) -> int:
    _number(value, where)
    try:
        return from_typed(str(value))
    except ValueError as error:
        raise TemplateError(f"{where}: {error}") from error


def _positive(value: Any, where: str) -> float:
    number = _number(value, where)
    if number <= 0:
        raise _wrong(value, where, "a number above 0")
    return number


def _or_none(read: Reader) -> Reader:
    return lambda value, where: None if value is None else read(value, where)


def _choices(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(value, where, "a list of texts")
    return tuple(_scalar(item, f"{where}[{number}]") for number, item in enumerate(value))


def _kind(value: Any, where: str) -> FieldKind:
    kinds = [str(kind) for kind in FieldKind]
    if value not in kinds:
        raise TemplateError(f"{where}: {value!r} is no kind of field", hint=hint_for(str(value), kinds))
    return FieldKind(value)


def _ruling(value: Any, where: str) -> Ruling:
    rulings = [str(ruling) for ruling in Ruling]
    if value not in rulings:
        raise _wrong(value, where, f"one of {', '.join(rulings)}")
    return Ruling(value)


def _wrong(value: Any, where: str, wanted: str) -> TemplateError:
    shown = "nothing" if value is None else repr(value)
    return TemplateError(f"{where} must be {wanted}, not {shortened(shown, 80)}")


_LENGTHS: dict[str, Reader] = {"min_length": _at_least(0), "max_length": _at_least(1)}
_RANGE: dict[str, Reader] = {"minimum": _number, "maximum": _number}
_BYTES: dict[str, Reader] = {"max_bytes": _at_least(1)}
_PICTURE: dict[str, Reader] = {
    "min_width": _at_least(1), "min_height": _at_least(1), "max_pixels": _at_least(1),
    "min_aspect": _positive, "max_aspect": _positive,
}  # fmt: skip
_EVERY_KIND: dict[str, Reader] = {"kind": _kind, "required": boolean, "fallback": _scalar, "unique": boolean,
                                  "column": text, "aliases": _choices}  # fmt: skip
#: Kind → the limits that mean something for it.
_LIMITS: dict[FieldKind, dict[str, Reader]] = {
    FieldKind.TEXT: _LENGTHS, FieldKind.NUMBER: _RANGE, FieldKind.INTEGER: _RANGE, FieldKind.MONEY: _RANGE,
    FieldKind.ENUM: {"choices": _choices}, FieldKind.IMAGE: _BYTES | _PICTURE, FieldKind.VIDEO: _BYTES | _PICTURE,
    FieldKind.AUDIO: _BYTES, FieldKind.SUBTITLE: _BYTES, FieldKind.COLOUR: {}, FieldKind.DATE: {},
    FieldKind.BOOLEAN: {},
}  # fmt: skip
_PAIRS = (("min_length", "max_length"), ("minimum", "maximum"), ("min_aspect", "max_aspect"))


def contract(value: Any, where: str) -> tuple[FieldRule, ...]:
    """The rules of every field, in the order they are written. Raises TemplateError."""
    return tuple(_rule(name, rule, place(where, name)) for name, rule in mapping(value, where).items())


def _rule(name: str, value: Any, where: str) -> FieldRule:
    check_name(name, where)
    given = mapping({} if value is None else value, where)
    kind = _kind(given.get("kind", "text"), place(where, "kind"))
    every_limit = {key for limits in _LIMITS.values() for key in limits}
    stray = next((key for key in given if key in every_limit and key not in _LIMITS[kind]), None)
    if stray:
        raise TemplateError(f"{place(where, stray)} does not go with kind {kind}",
                            hint=hint_for(stray, _EVERY_KIND | _LIMITS[kind]))  # fmt: skip
    rule = closed(given, _EVERY_KIND | _LIMITS[kind], where)
    for low, high in _PAIRS:
        if low in rule and high in rule and rule[low] > rule[high]:
            raise TemplateError(f"{place(where, low)} is larger than {high}")
    if kind is FieldKind.ENUM and "choices" not in rule:
        raise TemplateError(f"{where}: a field of kind enum needs choices", hint="Write `choices: [new, sale]`.")
    return FieldRule(name=name, **rule)


def check_name(name: str, where: str) -> None:
    """Refuse a name that no placeholder could use. Raises TemplateError."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise TemplateError(f"{where}: {name!r} cannot be a name",
                            hint="Use a letter, then letters, digits or _; `index` is taken.")  # fmt: skip


def variables(value: Any, where: str) -> dict[str, Any]:
    """Named values of any shape. Raises TemplateError."""
    for name in mapping(value, where):
        check_name(name, place(where, name))
    return mapping(value, where)


def output(value: Any, where: str) -> str:
    """The pattern of the file name. Raises TemplateError."""
    read = closed(value, {"name": text}, where)
    if "name" not in read:
        raise TemplateError(f"{where}.name is missing", hint='Write `name: "{{sku}}-{{title|slug}}.mp4"`.')
    return str(read["name"])


def verify(value: Any, where: str) -> VerifyLimits:
    """What finished files are measured against. Raises TemplateError."""
    rulings = {rule.name: _ruling for rule in fields(VerifyLimits) if isinstance(rule.default, Ruling)}
    readers = {"duration_tolerance_seconds": _positive, "drift_percent": _share, "reference": text,
               "black_percent": _share, **rulings}  # fmt: skip
    return VerifyLimits(**closed(value, readers, where))


def policy(value: Any, where: str) -> Policy:
    """How a batch runs by default. Raises TemplateError."""
    readers = {"attempts": _at_least(1), "budget": _or_none(_credits), "window": _or_none(_at_least(1)),
               "ramp": _or_none(_at_least(1)), "stop_percent": _or_none(_number), "stop_rows": _or_none(_at_least(1)),
               "priority": _at_least(-100), "weight": _at_least(1)}  # fmt: skip
    return Policy(**closed(value, readers, where))


def check_reference(limits: VerifyLimits, rules: tuple[FieldRule, ...], where: str) -> None:
    """The drift check needs a field that holds a picture or a video. Raises TemplateError."""
    media = [rule.name for rule in rules if rule.kind in SEEN_KINDS]
    if limits.reference and limits.reference not in media:
        raise TemplateError(
            f"{where}: {limits.reference!r} is no picture field", hint=hint_for(limits.reference, media)
        )
