"""What is wrong in a template's payload for every row, whatever the table holds."""

from __future__ import annotations

from clipmill.domain.template import Template
from clipmill.domain.timeline.loading import payload_problems
from clipmill.errors import TemplateError

#: The engine whose payloads are projects as they are known here; others may know more.
_ENGINE = "render"


def check_payload(template: Template) -> None:
    """Raises TemplateError for the first field that no row can mend."""
    found = payload_problems(template.body) if template.engine == _ENGINE else ()
    for path, sentence in found:
        raise TemplateError(f"template {template.name}: payload{'.' if path else ''}{path}: {sentence}",
                            hint="Correct it in the template; it is the same for every row.", path=path)  # fmt: skip
