"""A template's body at work: compiled once, then run for every row to give a payload as plain JSON values.

`condition` on a mapping drops it when it is false, 0, "", null or leads nowhere. `iterate: path` in a list repeats a
mapping for each item, under the name `iterateAs` (`item`), with `{{index}}` from 0; its `id` becomes `<id>-<index>`.
`variables` may stand at the top and in scenes. Values that are the same for every row are made once and shared: a
payload is never changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clipmill.errors import TemplateError
from clipmill.templates.filtering.allowance import NameScope, OverAllowanceError
from clipmill.templates.placeholders import Make, Names, Placeholder, lookup, parse
from clipmill.templates.reading.shape import check_name, place
from clipmill.templates.strings import Compiled, compile_text, inlined, named

_CONTROLS = frozenset({"condition", "iterate", "iterateAs"})
#: Keys whose text is markup: what a placeholder puts inside is escaped.
_MARKUP = frozenset({"svg", "html"})
_PASSES = 10
#: So many names of a circle are told.
_TOLD = 10
#: A condition that leads nowhere takes longer than one that is false: it counts as so many values.
_NOWHERE = 4
_DROPPED = object()


@dataclass(frozen=True, slots=True)
class Variables:
    """Compiled variables: the fixed ones, and those a row has its part in, in the order of their needs."""

    fixed: Mapping[str, Any]
    made: tuple[tuple[str, Make], ...]

    def put_into(self, scope: NameScope) -> NameScope:
        """The scope with every variable in it."""
        scope.update(self.fixed)
        for name, make in self.made:
            scope[name] = make(scope)
        return scope


def compile_body(body: Mapping[str, Any], names: Names, where: str) -> Make:
    """Make payload bodies out of scopes that hold every name. Raises TemplateError naming the place."""
    stray = next((key for key in _CONTROLS if key in body), None)
    if stray:
        raise TemplateError(f"{place(where, stray)} cannot stand at the top", hint="Put it into an element or a scene.")
    return _in_own_variables(body, names, where)


def compile_variables(variables: Mapping[str, Any], names: Names, where: str) -> Variables:
    """Variables may name fields and each other, ten deep. Raises TemplateError."""
    twice = next((name for name in variables if name in names.fields), None)
    if twice:
        raise TemplateError(f"{place(where, twice)} is a field of the contract too",
                            hint="Give one of them another name.")  # fmt: skip
    inner = names.with_variables(variables)
    waiting = {name: named(value, place(where, name)) & variables.keys() for name, value in variables.items()}
    fixed: dict[str, Any] = {}
    made: list[tuple[str, Make]] = []
    for _ in range(_PASSES):
        ready = [name for name, needs in waiting.items() if not any(need in waiting for need in needs)]
        for name in ready:
            part = _compile(variables[name], inner, place(where, name))
            if part.fixed:
                fixed[name] = part.make(NameScope())
            else:
                made.append((name, part.make))
            del waiting[name]
    if waiting:
        told = ", ".join(sorted(waiting)[:_TOLD]) + (", …" if len(waiting) > _TOLD else "")
        raise TemplateError(f"{where}: {told} name each other in a circle, or more than ten deep",
                            hint="Write one of them out.")  # fmt: skip
    return Variables(fixed, tuple(made))


def _compile(value: Any, names: Names, where: str, key: str = "") -> Compiled:
    if isinstance(value, dict):
        return _compile_element(value, names, where)
    if isinstance(value, list):
        return _compile_list(value, names, where, key)
    if not isinstance(value, str):
        return Compiled(lambda scope: value, fixed=True, size=(0, 1))
    if key in _MARKUP:
        return compile_text(inlined(value, names, where), names, where, markup=True)
    return compile_text(value, names, where)


def _compile_list(items: list[Any], names: Names, where: str, key: str) -> Compiled:
    parts = [_compile_item(item, names, f"{where}[{number}]", key) for number, item in enumerate(items)]
    (values, characters), is_repeated = _size(parts), bool(names.loops)
    if all(part.fixed for part in parts):
        fixed = [part.make(NameScope()) for part in parts]
        return Compiled(lambda scope: fixed, fixed=True, size=(values, characters))

    def make(scope: NameScope) -> list[Any]:
        if is_repeated:  # elsewhere it is there once, as the template has it
            scope.allowance.count(values, where)
            scope.allowance.text(characters, where)
        result = []
        for part in parts:
            value = part.make(scope)
            if part.many:
                result.extend(value)
            elif value is not _DROPPED:
                result.append(value)
        return result

    return Compiled(make)


def _size(parts: Collection[Compiled]) -> tuple[int, int]:
    """Values and characters that are there before any row is."""
    return len(parts) + sum(part.size[0] for part in parts), sum(part.size[1] for part in parts)


def _compile_item(item: Any, names: Names, where: str, key: str) -> Compiled:
    if isinstance(item, dict) and "iterate" in item:
        return _compile_loop(item, names, where, key)
    if key == "scenes" and isinstance(item, dict):
        return _compile_scene(item, names, where)
    return _compile(item, names, where)


def _compile_element(element: dict[str, Any], names: Names, where: str) -> Compiled:
    """A mapping, with its condition."""
    if "iterate" in element or "iterateAs" in element:
        raise TemplateError(f"{where}: iterate and iterateAs belong to the items of a list",
                            hint="`iterate` names a list; `iterateAs` goes with it.")  # fmt: skip
    part = _compile_mapping({key: value for key, value in element.items() if key != "condition"}, names, where)
    if "condition" not in element:
        return part
    return _conditional(part, _compile(element["condition"], names, place(where, "condition")), where)


def _compile_mapping(items: dict[str, Any], names: Names, where: str) -> Compiled:
    parts = {key: _compile(value, names, place(where, key), key) for key, value in items.items()}
    start = {key: part.make(NameScope()) if part.fixed else None for key, part in parts.items()}
    made = [(key, part.make) for key, part in parts.items() if not part.fixed]
    (values, characters), is_repeated = _size(parts.values()), bool(names.loops)
    characters += sum(map(len, parts))
    if not made:
        return Compiled(lambda scope: start, fixed=True, size=(values, characters))

    def make(scope: NameScope) -> dict[str, Any]:
        if is_repeated:
            scope.allowance.count(values, where)
            scope.allowance.text(characters, where)
        result = start.copy()
        for key, run in made:
            value = run(scope)
            if value is _DROPPED:
                del result[key]
            else:
                result[key] = value
        return result

    return Compiled(make)


def _conditional(part: Compiled, condition: Compiled, where: str) -> Compiled:
    def make(scope: NameScope) -> Any:
        try:
            holds = condition.make(scope)
        except OverAllowanceError:
            raise
        except TemplateError:
            scope.allowance.count(_NOWHERE, where)
            return _DROPPED
        return _DROPPED if holds is None or holds == "" or (isinstance(holds, (int, float)) and not holds) else (
            part.make(scope))  # fmt: skip

    return Compiled(make)


def _compile_scene(scene: dict[str, Any], names: Names, where: str) -> Compiled:
    """A mapping that may have variables of its own."""
    if "variables" not in scene:
        return _compile_element(scene, names, where)
    rest = {key: value for key, value in scene.items() if key != "condition"}
    part = Compiled(_in_own_variables(rest, names, where))
    if "condition" not in scene:
        return part
    return _conditional(part, _compile(scene["condition"], names, place(where, "condition")), where)


def _in_own_variables(body: Mapping[str, Any], names: Names, where: str) -> Make:
    own = body.get("variables", {})
    if not isinstance(own, dict):
        raise TemplateError(f"{place(where, 'variables')} must be names with values")
    for name in own:
        check_name(name, place(where, "variables"))
    variables = compile_variables(own, names, place(where, "variables"))
    rest = {key: value for key, value in body.items() if key != "variables"}
    part = _compile_mapping(rest, names.with_variables(own), where)
    return _with_variables(part.make, variables) if own else part.make


def _with_variables(make: Make, variables: Variables) -> Make:
    names = [*variables.fixed, *(name for name, _ in variables.made)]

    def run(scope: NameScope) -> Any:
        before = scope.held(names)
        try:
            return make(variables.put_into(scope))
        finally:
            scope.restore(before, names)

    return run


def _compile_loop(element: dict[str, Any], names: Names, where: str, key: str) -> Compiled:
    """A mapping that is repeated for every item of a list."""
    alias = element.get("iterateAs", "item")
    if not isinstance(alias, str):
        raise TemplateError(f"{place(where, 'iterateAs')} must be a name")
    check_name(alias, place(where, "iterateAs"))
    items = _compile_list_path(element["iterate"], names, place(where, "iterate"))
    rest = {name: value for name, value in element.items() if name not in {"iterate", "iterateAs"}}
    compile_one = _compile_scene if key == "scenes" else _compile_element
    part = compile_one(rest, names.inside(alias), where)

    def make(scope: NameScope) -> list[Any]:
        found, before = items(scope), scope.held((alias, "index"))
        scope.allowance.count(len(found), where)
        made = []
        try:
            for index, item in enumerate(found):
                scope[alias], scope["index"] = item, index
                one = part.make(scope)
                if part.fixed:
                    scope.allowance.count(part.size[0], where)
                    scope.allowance.text(part.size[1], where)
                if one is not _DROPPED:
                    scope.allowance.take(one.get("id"), where)
                    made.append(_with_number(one, index))
        finally:
            scope.restore(before, (alias, "index"))
        return made

    return Compiled(make, many=True)


def _with_number(element: dict[str, Any], index: int) -> dict[str, Any]:
    return {**element, "id": f"{element['id']}-{index}"} if "id" in element else element


def _compile_list_path(path: Any, names: Names, where: str) -> Make:
    """The list that `iterate` names, as `features` or `{{features}}`."""
    text = path.strip() if isinstance(path, str) else ""
    pieces = parse(text if text.startswith("{{") else f"{{{{{text}}}}}", where)
    if len(pieces) != 1 or not isinstance(pieces[0], Placeholder) or pieces[0].calls:
        raise TemplateError(f"{where} must be the path of a list", hint="Write `iterate: features`.")
    names.check(pieces[0].path, where)
    source = names.source(pieces[0].path)
    if pieces[0].path[0] in names.fields or not (source is None or isinstance(source, (list, str))):
        raise TemplateError(f"{where}: {text} is no list", hint="Name a variable that holds a list.")
    run = lookup(pieces[0].path)

    def items(scope: NameScope) -> list[Any]:
        found = run(scope)
        if not isinstance(found, list):
            raise TemplateError(f"{where}: {text} is no list", hint="Name a variable that holds a list.")
        return found

    return items
