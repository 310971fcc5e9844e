"""The base of the timeline's models: camelCase JSON, frozen; what is unknown is set aside and named, never obeyed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel


class TimelineModel(BaseModel):
    """A frozen piece of a timeline, read from camelCase JSON. A field that is null has its default."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=False,
        allow_inf_nan=False,
        coerce_numbers_to_str=True,
    )

    #: What one of these is called in a message.
    called: ClassVar[str] = "this object"

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and None in data.values():
            return {name: value for name, value in data.items() if value is not None}
        return data

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names that were in the JSON and mean nothing here."""
        return tuple(self.model_extra or ())

    def parts(self) -> Iterator[tuple[str, TimelineModel]]:
        """This model under the path "" and every model inside it, under its path from here."""
        yield "", self
        for name, alias in _holders(type(self)):
            value = getattr(self, name)
            members = enumerate(value) if isinstance(value, tuple) else ((None, value),)
            for number, member in members:
                if isinstance(member, TimelineModel) and name in self.model_fields_set:
                    path = alias if number is None else f"{alias}[{number}]"
                    for inner, part in member.parts():
                        yield f"{path}.{inner}" if inner else path, part


@lru_cache(maxsize=64)
def _holders(model: type[TimelineModel]) -> tuple[tuple[str, str], ...]:
    """Fields that may hold other models: name and name in the JSON."""
    return tuple(
        (name, field.alias or name) for name, field in model.model_fields.items() if _may_hold(field.annotation)
    )


def _may_hold(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, TimelineModel):
        return True
    return any(_may_hold(part) for part in get_args(annotation))


def field_names(model: type[BaseModel]) -> list[str]:
    """The JSON names of a model's fields, in order."""
    return [field.alias or name for name, field in model.model_fields.items()]
