"""What rows may cost, for every use case that asks."""

from __future__ import annotations

from clipmill.domain.template import Template
from clipmill.pipeline.pricing import Pricing
from clipmill.pipeline.use_cases.parts import Parts


def engines_of(template: Template) -> list[str]:
    """The engines that a template's rows and their parts are made by."""
    return sorted({template.engine, *(rule.engine for rule in template.parts.values())})


def pricing(parts: Parts, engine: str) -> Pricing:
    """What rows for this engine may cost."""
    return Pricing(engine, parts.engine, parts.files)
