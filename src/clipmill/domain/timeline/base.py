"""The base of the timeline's models: camelCase JSON, frozen, and nothing unknown is let through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

#: Fields of the full project schema that this version lacks → what to do about it.
#: A field left empty (`null`, `false`, `0`, `""`, `[]`, `{}`) asks for nothing and is accepted.
LACKING: Mapping[str, str] = {
    "angle": "this version does not rotate; leave it out",
    "chromaKey": "this version has no chroma key; leave it out",
    "condition": "a condition belongs to a template and is resolved before rendering",
    "cropParams": "this version does not crop; crop the picture before, or use fit: cover",
    "customCode": "this version runs no code in elements; leave it out",
    "designer": "this version keeps no editor data; leave it out",
    "filter": "this version has no picture filters; leave it out",
    "flipH": "this version does not mirror; leave it out",
    "flipV": "this version does not mirror; leave it out",
    "html": "this version renders no HTML; use text and style",
    "iterate": "a repetition belongs to a template and is resolved before rendering",
    "iterateAs": "a repetition belongs to a template and is resolved before rendering",
    "quality": "only image projects have it, and this version makes videos",
    "scenes": "this version has no scenes; put the elements into visuals with times",
    "snapshotTime": "only image projects have it, and this version makes videos",
    "subtitle": "this version has no subtitles; use TEXT elements with times",
    "thumbnail": "this version makes no thumbnails; leave it out",
    "transition": "this version has no transitions between clips; use enterAnimation and exitAnimation",
    "transitionDuration": "this version has no transitions between clips; leave it out",
    "transitionId": "this version has no transitions between clips; leave it out",
    "transparent": "only image projects have it, and this version makes videos",
    "variables": "variables belong to a template and are resolved before rendering",
}


class TimelineModel(BaseModel):
    """A frozen piece of a timeline, read from camelCase JSON."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
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
    def _drop_empty_extras(cls, data: Any) -> Any:
        """Leave out fields this version lacks where they ask for nothing."""
        if not isinstance(data, Mapping):
            return data
        return {name: value for name, value in data.items() if value or name not in LACKING}


def field_names(model: type[BaseModel]) -> list[str]:
    """The JSON names of a model's fields, in order."""
    return [field.alias or name for name, field in model.model_fields.items()]
