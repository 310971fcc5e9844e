"""Values kept as JSON say the number of their format: `{"format":2,"value":…}`; before there were numbers it is 0.

Whoever changes what a value is kept as adds an upgrade here, and to `tests/older` what a batch keeps then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from clipmill.domain.batch import Options, Reading
from clipmill.domain.credits import CREDIT
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.line.delivery import SendSchedule
from clipmill.domain.line.lane import Rate
from clipmill.domain.line.parts import Order
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import canonical_json
from clipmill.domain.template import template_from
from clipmill.domain.verdict import Problem, Verdict, Who
from clipmill.errors import StoreError

_Value = TypeVar("_Value")
#: By whether names come in the order of the alphabet; made once, for `json.dumps` makes one a value.
_ENCODE = [
    json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=canonical).encode
    for canonical in (False, True)
]


@dataclass(frozen=True, slots=True)
class Form(Generic[_Value]):
    """How values of one kind are kept."""

    #: What is kept, to a person: `verdict`.
    name: str
    pack: Callable[[_Value], Any]
    unpack: Callable[[Any], _Value]
    #: Each makes the next format of the one before it, from format 0 on; their number is the newest format.
    upgrades: tuple[Callable[[Any], Any], ...] = (lambda data: data,)
    #: Whether names are kept in the order of the alphabet, so that equal values are equal texts.
    canonical: bool = False

    def text(self, value: _Value) -> str:
        """A value as it is kept. Raises StoreError for what is no JSON."""
        kept = {"format": len(self.upgrades), "value": self.pack(value)}
        try:
            return _ENCODE[self.canonical](kept)
        except (TypeError, ValueError) as error:
            raise StoreError(f"the {self.name} cannot be stored: {error}") from error

    def value(self, text: str) -> _Value:
        """The inverse of `text`, for every format there was. Raises StoreError for a newer one."""
        data, number, newest = json.loads(text), 0, len(self.upgrades)
        if isinstance(data, dict) and data.keys() == {"format", "value"} and isinstance(data["format"], int):
            number, data = data["format"], data["value"]
        if number > newest:
            raise StoreError(f"the {self.name} is kept in format {number}, this clipmill reads none beyond {newest}",
                             hint="It was written by a newer clipmill: install that version.")  # fmt: skip
        for upgrade in self.upgrades[number:]:
            data = upgrade(data)
        return self.unpack(data)


# Format 0 to 1: what an earlier version did not know is named.
def _template(data: dict[str, Any]) -> dict[str, Any]:
    looked_at = ("cut_text", "low_contrast", "blank_picture", "early_silence", "still_clip")
    contract = [{"column": "", "aliases": [], **rule} for rule in data["contract"]]
    verify = {**dict.fromkeys(looked_at, "review"), **data["verify"]}
    return {"locale": "", **data, "contract": contract, "verify": verify}


def _options(data: dict[str, Any]) -> dict[str, Any]:
    reading = {"encoding": "", "delimiter": "", "mapping": {}, "ignored": [], "where": "", "first_of": "",
               "media_folder": "", "allow_files": [], **data.get("reading", {})}  # fmt: skip
    return {"columns": [], "sample": None, "folder": "", "fingerprint": [], "archive": "", **data, "reading": reading}


# Format 1 to 2: renamed files, and rows that share a line of the table.
def _options_2(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "names": "",
        "renamed": False,
        "unchecked": False,
        **data,
        "reading": {"each": {}, "archive": False, **data["reading"]},
    }


# Format 2 to 3: tables from other machines, and what a surface keeps.
def _options_3(data: dict[str, Any]) -> dict[str, Any]:
    return {"kept": {}, "held": False, **data, "reading": {"remote": False, **data["reading"]}}


def _spec(data: dict[str, Any]) -> dict[str, Any]:
    return {"video_codec": "", "audio_codec": "", "black_percent": 0.0, "kind": "video", "suffix": ".mp4",
            "container": "", "tick_seconds": 0.0, "remarks": [], "doubts": [], "shots": [], "reused": False,
            **data}  # fmt: skip


def _verdict(data: dict[str, Any]) -> dict[str, Any]:
    return {"noticed": [], "shots": [], **data, "facts": {"container": "", **data["facts"]}}


# Format 1 to 2: the pictures of a file are stored files.
def _verdict_with_pictures(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "pictures": {}}


# Format 1 to 2: credits are counted in thousandths, and a template may declare parts.
def _template_many(data: dict[str, Any]) -> dict[str, Any]:
    return {"parts": {}, **data, "policy": _in_thousandths(data["policy"])}


def _in_thousandths(data: dict[str, Any]) -> dict[str, Any]:
    return data | {name: data[name] * CREDIT for name in ("credits", "budget") if isinstance(data.get(name), int)}


TEMPLATE = Form("template", asdict, template_from, (_template, _template_many), canonical=True)
OPTIONS = Form("options of a batch", asdict, lambda data: Options(**{**data, "reading": Reading(**data["reading"])}),
               (_options, _options_2, _options_3))  # fmt: skip
FIELDS: Form[Mapping[str, str]] = Form("cells of a row", dict, dict)
BODY: Form[Mapping[str, Any]] = Form("payload", dict, dict, canonical=True)
_BODY_BEGINS = f'{{"format":{len(BODY.upgrades)},"value":'
PROBLEMS: Form[tuple[Problem, ...]] = Form(
    "list of problems",
    lambda problems: [problem.as_dict() for problem in problems],
    lambda data: tuple(Problem(**{**told, "who": Who(told["who"])}) for told in data),
)
#: Names of fields, and sentences.
TEXTS: Form[tuple[str, ...]] = Form("list of texts", list, tuple)
SPEC = Form("promise of a file", MediaSpec.as_dict, MediaSpec.from_dict, (_spec,))
VERDICT = Form("verdict", Verdict.as_dict, Verdict.from_dict, (_verdict, _verdict_with_pictures))
RATES: Form[tuple[Rate, ...]] = Form(
    "rates of a lane",
    lambda rates: [[rate.count, rate.seconds] for rate in rates],
    lambda data: tuple(Rate(*rate) for rate in data),
)
HANDLE = Form("handle of a job", asdict, lambda data: Handle(**data))
OUTPUT = Form("output of a job", lambda output: {"url": output.url, "data": dict(output.data)},
              lambda data: Output(**data))  # fmt: skip
#: What a row or a part is planned from.
ORDER = Form("order", asdict, lambda data: Order(**data), canonical=True)
EVENT: Form[Mapping[str, Any]] = Form("data of an event", dict, dict, (dict, _in_thousandths))
SCHEDULE = Form("schedule of a delivery", asdict, lambda data: SendSchedule(tuple(data["waits"]), data["timeout"],
                                                                       data["patience"]))  # fmt: skip


def payload_digest(text: str) -> str:
    """sha256 of a payload's canonical JSON, hex; from how the payload is kept, which holds that as it is."""
    is_newest = text.startswith(_BODY_BEGINS)
    body = text[len(_BODY_BEGINS) : -1] if is_newest else canonical_json(BODY.value(text))
    return hashlib.sha256(body.encode()).hexdigest()
