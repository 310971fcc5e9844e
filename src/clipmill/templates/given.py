"""Payloads that come ready-made, as single requests bring them: fetched and checked, with nothing left to fill in.

A template of this kind has one field, `payload`; its rows hold the payload as JSON, the name of the file to be, and
what the surface that they came by keeps with them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked
from clipmill.domain.row import Row
from clipmill.domain.template import FieldRule, Policy, Template, VerifyLimits
from clipmill.domain.verdict import Problem, Ruling
from clipmill.errors import InputError, ProjectError
from clipmill.media.outside.sources import SOURCE_KEYS, Sources
from clipmill.media.outside.stored import MediaStore
from clipmill.templates.versions import versioned

#: The cells of such a row: the payload, its file's name, its seed, what its surface keeps.
PAYLOAD, NAME, SEED, REQUEST = "payload", "name", "seed", "request"
_BODY: Mapping[str, Any] = {"payload": "as given"}
_NAMES: Mapping[str, Any] = {"id": "", "name": ""}


def given_template(name: str, engine: str, *, reference: str = "", drift_percent: float = 12.0, attempts: int = 3,
                   ) -> Template:  # fmt: skip
    """A template whose rows bring their payloads; `reference`: the payload's key whose picture the first frame is.

    What was drawn as asked and hardly meant is told and delivered: whoever sends single requests has nobody to look.
    """
    limits = VerifyLimits(
        reference=reference, drift_percent=drift_percent, black_percent=100.0, cut_text=Ruling.PASS,
        low_contrast=Ruling.PASS, blank_picture=Ruling.PASS, early_silence=Ruling.PASS, still_clip=Ruling.PASS,
    )  # fmt: skip
    contract = (FieldRule(name=PAYLOAD, required=True),)
    return versioned(Template(name=name, version="", engine=engine, contract=contract, body=_BODY,
                              output_name="{{payload}}", verify=limits, policy=Policy(attempts=attempts)))  # fmt: skip


def is_given(template: Template) -> bool:
    """Whether the rows of a template bring their payloads."""
    return template.body == _BODY and [rule.name for rule in template.contract] == [PAYLOAD]


class GivenChecker:
    """The Checker of such a template (ports.Checker); media are named by address or reference, never by a path."""

    def __init__(self, template: Template, media: MediaStore, safe_name: Callable[[str], str]) -> None:
        self.template = template
        self.batch = _NAMES
        self.rows_per_line = 1
        self._sources = Sources(media, keys=SOURCE_KEYS | {"reference"})
        self._safe_name = safe_name

    def check(self, row: Row) -> Checked:
        """The payload with references to stored media, or the problem that blocks it."""
        if row.problems:
            return Checked(row, problems=row.problems)
        try:
            body = self._sources.stored(_parsed(row.fields.get(PAYLOAD) or ""))
        except InputError as error:
            path = getattr(error, "path", "")
            return Checked(row, problems=(Problem("payload.media" if path else "payload.wrong", str(error),
                                                  error.hint or "Correct the request.", path or PAYLOAD),))  # fmt: skip
        seed = row.fields.get(SEED) or ""
        values: dict[str, Any] = {"seed": int(seed)} if seed.isdecimal() else {}
        if reference := self.template.verify.reference:
            values[reference] = body.get(reference) or ""
        name = self._safe_name(row.fields.get(NAME) or f"{row.number}")
        return Checked(row, values, payload=Payload(self.template.version, body), file_name=name)

    def look_ahead(self, row: Row) -> None:
        """Nothing: what a payload names is found when it is read."""

    def remember(self, number: int, fields: Mapping[str, str]) -> None:
        """Nothing: no value of one may not be another's."""

    def line_of(self, number: int) -> int:
        """The number that a row has in the table."""
        return number


def _parsed(text: str) -> dict[str, Any]:
    """Raises ProjectError for what is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProjectError("it is no JSON that can be read") from error
    if not isinstance(value, dict):
        raise ProjectError("it is no JSON object")
    return value
