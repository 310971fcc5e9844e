"""Template versions: the hash that names one, frozen into a batch so that no edit can reach it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from clipmill.domain.template import Template, template_to_json

_VERSION_DIGITS = 16


def versioned(template: Template) -> Template:
    """The template with the version its content has: 16 hex digits; assets count by their content."""
    content = template_to_json(replace(template, version=""))
    return replace(template, version=hashlib.sha256(content.encode()).hexdigest()[:_VERSION_DIGITS])
