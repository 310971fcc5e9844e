"""What is wrong in a template's payload for every row, whatever the table holds."""

from __future__ import annotations

from clipmill.domain.template import PartRule, Template
from clipmill.domain.timeline.loading import payload_problems
from clipmill.errors import TemplateError

#: The engine whose payloads are projects as they are known here; others may know more.
_ENGINE = "render"


def check_payload(template: Template) -> None:
    """Raises TemplateError for the first field that no row can mend."""
    bodies = {"payload": PartRule(template.engine, template.body)}
    bodies |= {f"parts.{name}.payload": rule for name, rule in template.parts.items()}
    for where, rule in bodies.items():
        for path, sentence in payload_problems(rule.body) if rule.engine == _ENGINE else ():
            told = path if where == "payload" else f"{where}.{path}"
            raise TemplateError(f"template {template.name}: {where}{'.' if path else ''}{path}: {sentence}",
                                hint="Correct it in the template; it is the same for every row.",
                                path=told)  # fmt: skip
