"""A compiled template: from a row's typed values to its payload body and its file name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from clipmill.domain.line.parts import Order, assembled
from clipmill.domain.template import PartRule, Template
from clipmill.errors import TemplateError
from clipmill.settings import Limits
from clipmill.templates.body import compile_body, compile_variables
from clipmill.templates.currencies import check_language
from clipmill.templates.filtering.allowance import Allowance, NameScope, OverAllowanceError
from clipmill.templates.naming.pattern import KNOWN, NamePattern
from clipmill.templates.placeholders import Make, Names
from clipmill.templates.strings import compile_text, drawn_raw, used_parts

_NO_LIMITS = Limits()
#: What placeholders call the parts that a template declares.
PARTS = "parts"


class Mapped:
    """The template's body, variables and name pattern, parsed once. Raises TemplateError naming file and key.

    `body_where` is what errors call the body: `template.yaml: payload`, or the file it was read from; `part_places`
    are those of the parts.
    """

    def __init__(self, template: Template, body_where: str = "template.yaml: payload",
                 part_places: Mapping[str, str] | None = None, limits: Limits = _NO_LIMITS) -> None:  # fmt: skip
        self._limits = limits
        self._engine = template.engine
        fields = frozenset(rule.name for rule in template.contract)
        language = _language(template, Names(fields, template.variables))
        names = Names(fields, language=language, allowance=Allowance(limits))
        self._variables = compile_variables(template.variables, names, "template.yaml: variables")
        names = names.with_variables(template.variables)
        if template.parts:
            _refuse_taken(fields | set(template.variables))
            names = names.with_variables({PARTS: {name: f"{{{{{PARTS}.{name}}}}}" for name in template.parts}})
        self._parts = _compiled_parts(template.parts, names, part_places or {})
        self._body = compile_body(template.body, names, body_where)
        self._name = NamePattern(template.output_name, names, "template.yaml: output.name")
        self._check_alone(fields)

        #: Names whose text is drawn as it is.
        self.drawn_raw = drawn_raw([_without_conditions(template.body), dict(template.variables)], body_where)

    def _check_alone(self, fields: Iterable[str]) -> None:
        """Raises OverAllowanceError for a template that makes too much whatever the row."""
        try:
            self.planned(self.scope(dict.fromkeys(fields, "")))
        except OverAllowanceError:
            raise
        except TemplateError:  # it needs what only a row has
            return

    def scope(self, values: Mapping[str, Any]) -> NameScope:
        """Everything placeholders may name. Raises TemplateError when a variable leads nowhere."""
        return self._variables.put_into(NameScope.of(values, self._limits))

    def body(self, scope: NameScope) -> Mapping[str, Any]:
        """The payload of one row. Raises TemplateError for what cannot be resolved."""
        body: Mapping[str, Any] = self._body(scope)
        return body

    def planned(self, scope: NameScope) -> tuple[Mapping[str, Any], Order | None]:
        """The payload of one row, and what is planned where it names parts. Raises TemplateError."""
        orders: dict[str, Order] = {}
        scope[PARTS] = named = {}
        for name, engine, make in self._parts:
            part = make(scope)
            orders[name] = assembled(engine, part, orders) or Order(engine, part)
            named[name] = orders[name].token
        body = self.body(scope)
        return body, assembled(self._engine, body, orders)

    def file_name(
        self, scope: NameScope, known: Mapping[str, Mapping[str, Any]] = KNOWN, safe: Callable[[str], str] = str
    ) -> str:
        """The name of the row's file, as the pattern gives it, made safe. Raises TemplateError."""
        return self._name.of(scope, known, safe)


def _refuse_taken(names: Collection[str]) -> None:
    if PARTS in names:
        raise TemplateError(f"template.yaml: {PARTS} is a field or a variable too: {{{{{PARTS}.…}}}} would be either",
                            hint="Give that another name.")  # fmt: skip


def _compiled_parts(
    rules: Mapping[str, PartRule], names: Names, places: Mapping[str, str]
) -> list[tuple[str, str, Make]]:
    """Name, engine and body of each part, after those that it uses. Raises TemplateError for a circle."""
    where = {name: places.get(name, f"template.yaml: {PARTS}.{name}.payload") for name in rules}
    waiting = {name: used_parts(rule.body, where[name]) & rules.keys() for name, rule in rules.items()}
    ordered: list[tuple[str, str, Make]] = []
    while waiting:
        free = [name for name, needs in waiting.items() if not needs & waiting.keys()]
        if not free:
            raise TemplateError(f"template.yaml: {PARTS}: {', '.join(sorted(waiting))} need each other in a circle",
                                hint="Make one of them without the others.")  # fmt: skip
        for name in free:
            ordered.append((name, rules[name].engine, compile_body(rules[name].body, names, where[name])))
            del waiting[name]
    return ordered


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
