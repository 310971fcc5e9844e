"""A compiled template as a whole."""

from collections.abc import Callable

from clipmill.domain.template import Template
from clipmill.templates.mapping import Mapped


def test_scope_body_and_name(load: Callable[..., Template]) -> None:
    mapped = Mapped(load(variables={"brand": "Mill", "line": "{{brand}} {{sku}}"}, payload={"text": "{{line}}"},
                         output={"name": "{{line|slug}}.mp4"}))  # fmt: skip
    scope = mapped.scope({"sku": "S1"})
    assert scope == {"sku": "S1", "brand": "Mill", "line": "Mill S1"}
    assert mapped.body(scope) == {"text": "Mill S1"}
    assert mapped.file_name(scope) == "mill-s1.mp4"
