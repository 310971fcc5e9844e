"""A compiled template: from a row's typed values to its payload body and its file name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.templates.body import compile_body, compile_variables
from clipmill.templates.placeholders import Names, as_text, parse
from clipmill.templates.strings import compile_text


class Mapped:
    """The template's body, variables and name pattern, parsed once. Raises TemplateError naming file and key.

    `body_where` is what errors call the body: `template.yaml: payload`, or the file it was read from.
    """

    def __init__(self, template: Template, body_where: str = "template.yaml: payload") -> None:
        fields = frozenset(rule.name for rule in template.contract)
        self._variables = compile_variables(template.variables, Names(fields), "template.yaml: variables")
        names = Names(fields, template.variables)
        self._body = compile_body(template.body, names, body_where)
        where = "template.yaml: output.name"
        self._name = compile_text(template.output_name, names, where).make
        if len(parse(template.output_name, where)) == 1 and "{{" not in template.output_name:
            raise TemplateError(f"{where} gives every row the same name", hint='Write `"{{sku}}.mp4"`.')

    def scope(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Everything placeholders may name. Raises TemplateError when a variable leads nowhere."""
        return self._variables.extend(values)

    def body(self, scope: Mapping[str, Any]) -> Mapping[str, Any]:
        """The payload of one row. Raises TemplateError for what cannot be resolved."""
        body: Mapping[str, Any] = self._body(scope)
        return body

    def file_name(self, scope: Mapping[str, Any]) -> str:
        """The name of the row's file, as the pattern gives it. Raises TemplateError."""
        return as_text(self._name(scope))
