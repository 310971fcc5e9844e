"""The template that tables of a model's rows are made with: columns, sizes, names of files, what is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from clipmill.api.dialects.flixly.asking import AskedSize, present
from clipmill.api.dialects.flixly.generations import LARGEST_SEED
from clipmill.api.dialects.flixly.submission import Submission
from clipmill.domain.models import ModelOffer
from clipmill.domain.template import FieldKind, FieldRule, Template, VerifyLimits
from clipmill.templates.versions import versioned

#: Field of a table → the payload's key that holds its picture.
PICTURES = {"image": "reference"}
#: What each field's column may be called, whatever its capitals, spaces, hyphens and underscores.
_CALLED = {
    "prompt": ("text prompt", "text"),
    "image": ("image path", "image url", "reference image path", "reference image", "reference", "image file",
              "picture", "reference_url"),
    "negative_prompt": ("negative prompt", "negative prompts", "negative"),
    "seconds": ("duration", "duration value", "duration seconds", "length"),
    "seed": ("seeds", "random seed"),
    "model": ("model name",),
}  # fmt: skip
_LONGEST_PROMPT = 32_000
_FIELDS = ("prompt", "image", "negative_prompt", "seconds", "seed", "model")


@dataclass(frozen=True, slots=True)
class BatchMaking:
    """What a batch is made with: its model, those that its rows may name instead, and what was said for all rows."""

    offer: ModelOffer
    #: Of the same engine and kind.
    others: Sequence[ModelOffer]
    said: Submission

    @classmethod
    def of(cls, offers: Iterable[ModelOffer], offer: ModelOffer, said: Submission) -> BatchMaking:
        """What a batch of this model is made with."""
        like = tuple(other for other in offers if other.engine == offer.engine and other.kind is offer.kind)
        return cls(offer, like, said)

    def template(self, fed: Set[str] = frozenset(_FIELDS)) -> Template:
        """The template of a table whose columns feed these fields; what is not fed is as it was said for all rows."""
        offer, said = self.offer, self.said
        rules = tuple(rule for rule in self._rules() if rule.name in fed)
        names = {rule.name for rule in rules}
        every = {"negative_prompt": said.negative_prompt, "seconds": said.seconds, "model": offer.id}
        if offer.is_still:
            every.pop("seconds")
        body = {name: f"{{{{{name}}}}}" if name in names else value for name, value in every.items()}
        body |= {"kind": str(offer.kind), "prompt": "{{prompt}}"}
        body |= {"reference": "{{image}}"} if "image" in names else {}
        body |= {"seed": "{{seed}}"} if "seed" in names else {}
        limits = VerifyLimits(reference="image" if "image" in names else "", drift_percent=said.drift_percent)
        return versioned(Template(
            name=f"flixly.{offer.id}", version="", engine=offer.engine, contract=rules,
            body=present({**body, **self._shape()}), output_name="{{batch.id}}_{{row.number}}", verify=limits,
        ))  # fmt: skip

    def _shape(self) -> dict[str, Any]:
        said = self.said
        frame = AskedSize(said.resolution or "", said.aspect_ratio or "", said.width, said.height)
        timed = {} if self.offer.is_still else {"fps": said.fps}
        return {**frame.of(self.offer), **timed, "output_format": said.output_format}

    def _rules(self) -> Iterable[FieldRule]:
        offer, said = self.offer, self.said
        yield FieldRule(name="prompt", required=True, max_length=_LONGEST_PROMPT, aliases=_CALLED["prompt"])
        yield FieldRule(name="image", kind=FieldKind.IMAGE, max_bytes=offer.reference_bytes or None,
                        aliases=_CALLED["image"])  # fmt: skip
        yield FieldRule(name="negative_prompt", fallback=said.negative_prompt or None,
                        aliases=_CALLED["negative_prompt"])  # fmt: skip
        if not offer.is_still:
            yield FieldRule(name="seconds", kind=FieldKind.NUMBER, minimum=offer.min_seconds or None,
                            maximum=offer.max_seconds or None, aliases=_CALLED["seconds"],
                            fallback=None if said.seconds is None else f"{said.seconds:g}")  # fmt: skip
        yield FieldRule(name="seed", kind=FieldKind.INTEGER, minimum=0, maximum=LARGEST_SEED, aliases=_CALLED["seed"])
        called = tuple(dict.fromkeys(word for other in self.others for word in (other.id, other.name)))
        yield FieldRule(name="model", kind=FieldKind.ENUM, choices=called, fallback=offer.id, aliases=_CALLED["model"])
