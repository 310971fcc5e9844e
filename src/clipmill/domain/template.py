"""A template: contract, payload body, output naming, verify limits and defaults, frozen under one version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from clipmill.domain.credits import as_number
from clipmill.domain.payload import canonical_json
from clipmill.domain.verdict import Ruling


class FieldKind(StrEnum):
    """What a field of the contract holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    MONEY = "money"
    COLOUR = "colour"
    DATE = "date"
    ENUM = "enum"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    SUBTITLE = "subtitle"
    BOOLEAN = "boolean"


#: Kinds whose value is a path or a URL of a file.
MEDIA_KINDS = frozenset({FieldKind.IMAGE, FieldKind.VIDEO, FieldKind.AUDIO, FieldKind.SUBTITLE})
#: Those of them that are seen, and have a size.
SEEN_KINDS = frozenset({FieldKind.IMAGE, FieldKind.VIDEO})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """What the contract asks of one field. `None` means no limit."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    #: The text used when the cell is empty; a fallback taken is always listed.
    fallback: str | None = None
    #: No two rows of a batch may have the same value.
    unique: bool = False
    #: The column that feeds it, where that has another name; empty: its own.
    column: str = ""
    #: Other names its column may have.
    aliases: tuple[str, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    max_bytes: int | None = None
    min_width: int | None = None
    min_height: int | None = None
    max_pixels: int | None = None
    #: Allowed width ÷ height, inclusive.
    min_aspect: float | None = None
    max_aspect: float | None = None


@dataclass(frozen=True, slots=True)
class VerifyLimits:
    """What a finished file is measured against."""

    #: How far the measured duration may be from the asked one, seconds.
    duration_tolerance_seconds: float = 0.05
    #: Mean absolute difference of the first frame to the reference above which a person looks, percent.
    drift_percent: float = 12.0
    #: The media field of the contract whose picture is the reference of the first frame; empty: no drift check.
    reference: str = ""
    #: Share of black frames above which a person looks, percent, whatever was asked for; 100: never.
    black_percent: float = 50.0
    #: What becomes of a file in which lines of a text were cut off at the edge of their box.
    cut_text: Ruling = Ruling.REVIEW
    #: … in which a text can hardly be told from what lies behind it, for as long as it is there.
    low_contrast: Ruling = Ruling.REVIEW
    #: … in which a picture or a clip is black or wholly transparent, for as long as it is there.
    blank_picture: Ruling = Ruling.REVIEW
    #: … in which a sound is over a second or more before its place is.
    early_silence: Ruling = Ruling.REVIEW
    #: … in which a clip is over a second or more before its place is, and stands still.
    still_clip: Ruling = Ruling.REVIEW


@dataclass(frozen=True, slots=True)
class Policy:
    """How a batch runs unless its flags say otherwise."""

    attempts: int = 3
    #: Thousandths of a credit; None means no cap.
    budget: int | None = None
    #: Rows in flight; None means as many as the engine's lane allows.
    window: int | None = None
    #: Good rows in a row after which the window, 1 at first, is doubled; None: it is whole from the start.
    ramp: int | None = None
    #: It pauses where more than so many percent of what was made failed, or so many rows of one cause; None: never.
    stop_percent: float | None = None
    stop_rows: int | None = None
    #: Batches of a higher priority are served first; those of one share what there is by their weights.
    priority: int = 0
    weight: int = 1


@dataclass(frozen=True, slots=True)
class PartRule:
    """Something every row of a template needs that is made first."""

    engine: str
    #: Its payload with placeholders, as JSON values.
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Versioned: contract, payload body, output, verify and delivery rules."""

    name: str
    #: Hash of everything the template consists of, assets included.
    version: str
    engine: str
    contract: tuple[FieldRule, ...]
    #: The payload with placeholders, as JSON values. Assets of the template are already `asset:` references.
    body: Mapping[str, Any]
    #: The pattern of the delivered file's name: `{{sku}}-{{title|slug}}`; the suffix is that of what was made.
    output_name: str
    verify: VerifyLimits = VerifyLimits()
    policy: Policy = Policy()
    #: Values that placeholders may use besides the row's own fields.
    variables: Mapping[str, Any] = field(default_factory=dict)
    #: Name → what `{{parts.name}}` stands for; each may use others.
    parts: Mapping[str, PartRule] = field(default_factory=dict)
    #: The language amounts and dates are written in, or the placeholder that gives it; empty: as no language has it.
    locale: str = ""

    def rule(self, name: str) -> FieldRule | None:
        """The rule of one field, None when the contract does not know it."""
        return next((rule for rule in self.contract if rule.name == name), None)


_FIRST_KNOWN = ("attempts", "budget", "window")


def template_to_json(template: Template) -> str:
    """The template as canonical JSON, its budget in credits: what the hash of a version is taken of. What an older
    clipmill did not know is named only where a template has it, so that versions stay what they were.
    """
    data = asdict(template)
    data["policy"] = {name: value for name, value in data["policy"].items()
                      if name in _FIRST_KNOWN or value != getattr(Policy(), name)}  # fmt: skip
    data["policy"]["budget"] = as_number(template.policy.budget)
    return canonical_json({name: value for name, value in data.items() if name != "parts" or value})


def template_from(data: Mapping[str, Any]) -> Template:
    """The inverse of `asdict`."""
    contract = tuple(_rule(rule) for rule in data["contract"])
    parts = {name: PartRule(**rule) for name, rule in data["parts"].items()}
    return Template(**{**data, "contract": contract, "parts": parts, "verify": _verify_limits(data["verify"]),
                       "policy": Policy(**data["policy"])})  # fmt: skip


def _rule(data: Mapping[str, Any]) -> FieldRule:
    told = {"choices": tuple(data["choices"]), "aliases": tuple(data["aliases"])}
    return FieldRule(**{**data, "kind": FieldKind(data["kind"]), **told})


def _verify_limits(data: Mapping[str, Any]) -> VerifyLimits:
    rulings = {rule.name for rule in fields(VerifyLimits) if isinstance(rule.default, Ruling)}
    given: dict[str, Any] = {name: Ruling(value) if name in rulings else value for name, value in data.items()}
    return VerifyLimits(**given)
