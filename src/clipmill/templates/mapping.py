"""A compiled template: from a row's typed values to its payload body and its file name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clipmill.domain.template import Template
from clipmill.errors import TemplateError
from clipmill.settings import Limits
from clipmill.templates.body import compile_body, compile_variables
from clipmill.templates.currencies import check_language
from clipmill.templates.filtering.allowance import Allowance, OverAllowanceError, Scope
from clipmill.templates.naming.pattern import KNOWN, NamePattern
from clipmill.templates.placeholders import Make, Names
from clipmill.templates.strings import compile_text, drawn_raw

_NO_LIMITS = Limits()


class Mapped:
    """The template's body, variables and name pattern, parsed once. Raises TemplateError naming file and key.

    `body_where` is what errors call the body: `template.yaml: payload`, or the file it was read from.
    """

    def __init__(
        self, template: Template, body_where: str = "template.yaml: payload", limits: Limits = _NO_LIMITS
    ) -> None:
        self._limits = limits
        fields = frozenset(rule.name for rule in template.contract)
        language = _language(template, Names(fields, template.variables))
        names = Names(fields, language=language, allowance=Allowance(limits))
        self._variables = compile_variables(template.variables, names, "template.yaml: variables")
        names = names.with_variables(template.variables)
        self._body = compile_body(template.body, names, body_where)
        self._name = NamePattern(template.output_name, names, "template.yaml: output.name")
        self._check_alone(fields)

        #: Names whose text is drawn as it is.
        self.drawn_raw = drawn_raw([_without_conditions(template.body), dict(template.variables)], body_where)

    def _check_alone(self, fields: Iterable[str]) -> None:
        """Raises OverAllowanceError for a template that makes too much whatever the row."""
        try:
            self.body(self.scope(dict.fromkeys(fields, "")))
        except OverAllowanceError:
            raise
        except TemplateError:  # it needs what only a row has
            return

    def scope(self, values: Mapping[str, Any]) -> Scope:
        """Everything placeholders may name. Raises TemplateError when a variable leads nowhere."""
        return self._variables.put_into(Scope.of(values, self._limits))

    def body(self, scope: Scope) -> Mapping[str, Any]:
        """The payload of one row. Raises TemplateError for what cannot be resolved."""
        body: Mapping[str, Any] = self._body(scope)
        return body

    def file_name(
        self, scope: Scope, known: Mapping[str, Mapping[str, Any]] = KNOWN, safe: Callable[[str], str] = str
    ) -> str:
        """The name of the row's file, as the pattern gives it, made safe. Raises TemplateError."""
        return self._name.of(scope, known, safe)


def _language(template: Template, names: Names) -> Make | None:
    """What gives the language of amounts and dates."""
    if not template.locale:
        return None
    part = compile_text(template.locale, names, "template.yaml: locale")
    if part.fixed:
        check_language(template.locale)
    return part.make


def _without_conditions(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_conditions(item) for key, item in value.items() if key != "condition"}
    return [_without_conditions(item) for item in value] if isinstance(value, list) else value
