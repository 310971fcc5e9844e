"""The allowance of one row: how many characters and values placeholders, filters and repetitions may make for it.

Everything is counted before it is made, what filters read and what is thrown away again included: what is bounded is
memory and time, not only the payload.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clipmill.errors import TemplateError
from clipmill.settings import Limits

_NO_LIMITS = Limits()
#: A value that is put in may be nested so deep.
_DEPTH = 64
#: What a value weighs in memory and in JSON, in characters of text.
_VALUE_WEIGHT = 32


class OverAllowanceError(TemplateError):
    """More would be made for one row than the limits allow."""


class Allowance:
    """What may still be made."""

    __slots__ = ("_limits", "characters", "values")

    def __init__(self, limits: Limits = _NO_LIMITS) -> None:
        self._limits = limits
        self.characters = limits.payload_characters
        self.values = limits.payload_values

    @property
    def weight(self) -> int:
        """About how much memory is taken by what was made, in characters of text."""
        made = self._limits.payload_characters - self.characters
        return made + _VALUE_WEIGHT * (self._limits.payload_values - self.values)

    def text(self, characters: int, where: str) -> None:
        """Count text. Raises OverAllowanceError."""
        self.characters -= characters
        if self.characters < 0:
            raise self._over(f"{self._limits.payload_characters:,} characters of text", "payload_characters", where)

    def count(self, values: int, where: str) -> None:
        """Count values of lists and objects. Raises OverAllowanceError."""
        self.values -= values
        if self.values < 0:
            raise self._over(f"{self._limits.payload_values:,} values", "payload_values", where)

    def take(self, value: Any, where: str, depth: int = _DEPTH) -> None:
        """Count a value with everything in it, each time it stands there. Raises OverAllowanceError."""
        if isinstance(value, str):
            self.text(len(value), where)
        elif isinstance(value, (dict, list)):
            self.count(len(value), where)
            if not depth:
                raise OverAllowanceError(
                    f"{where}: a value more than {_DEPTH} deep", hint="Nest variables less deeply."
                )
            if isinstance(value, dict):
                self.text(sum(map(len, value)), where)
            for item in value.values() if isinstance(value, dict) else value:
                if isinstance(item, (str, dict, list)):
                    self.take(item, where, depth - 1)

    @staticmethod
    def _over(most: str, limit: str, where: str) -> OverAllowanceError:
        return OverAllowanceError(f"{where}: more than {most} would be made for one row (limit {limit})",
                               hint=f"Make less of it, or raise the setting `limits.{limit}`.")  # fmt: skip


class NameScope(dict[str, Any]):
    """Name → value while one row is mapped, and the row's allowance; what is fixed is made without one."""

    __slots__ = ("allowance",)

    allowance: Allowance

    @classmethod
    def of(cls, values: Mapping[str, Any], limits: Limits) -> NameScope:
        """The values of a row before anything was made of them."""
        scope = cls(values)
        scope.allowance = Allowance(limits)
        return scope

    def restore(self, before: Mapping[str, Any], names: Iterable[str]) -> None:
        """Give these names the values they had before, or none."""
        for name in names:
            if name in before:
                self[name] = before[name]
            else:
                self.pop(name, None)

    def held(self, names: Iterable[str]) -> dict[str, Any]:
        """The values these names have now, for `restore`."""
        return {name: self[name] for name in names if name in self}
