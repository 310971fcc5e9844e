"""A style sheet: rules with simple selectors, and which of them an element follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clipmill.domain.css.declarations import Declared, read_declarations, split_declarations
from clipmill.domain.css.undrawn import undrawn
from clipmill.media.draw.html.tree import Node

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PART = re.compile(r"(?P<tag>[a-zA-Z][\w-]*|\*)?(?P<more>(?:[.#][\w-]+)*)")
_MORE = re.compile(r"([.#])([\w-]+)")
MOST_RULES = 2_000
#: Longest selector shown in a warning.
_SHOWN = 60
#: At-rule → what its author is told.
_AT_RULES: Mapping[str, str] = {
    "@keyframes": "is not animated; use enterAnimation and exitAnimation of the element",
    "@font-face": "is not loaded; add the font with `clipmill fonts add FILE`",
    "@media": "is not followed; write its rules without it",
    "@supports": "is not followed; write its rules without it",
    "@layer": "is not followed; write its rules without it",
}


@dataclass(frozen=True, slots=True)
class Simple:
    """One part of a selector: a tag, an id and classes, all of which an element must have."""

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]

    def fits(self, node: Node) -> bool:
        """Whether an element is meant."""
        return (
            (self.tag in ("", "*") or self.tag == node.tag)
            and self.ids <= {node.attributes.get("id", "")}
            and self.classes <= node.classes
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """Declarations for the elements a selector means."""

    #: From the outermost; each with whether the next one must be its direct child.
    parts: tuple[Simple, ...]
    direct: tuple[bool, ...]
    declared: Declared

    @property
    def weight(self) -> tuple[int, int, int]:
        """Specificity: how many ids, classes and tags it names."""
        return (
            sum(len(part.ids) for part in self.parts),
            sum(len(part.classes) for part in self.parts),
            sum(part.tag not in ("", "*") for part in self.parts),
        )

    def fits(self, node: Node) -> bool:
        """Whether an element is meant, by itself and by what it lies in."""
        if not self.parts[-1].fits(node):
            return False
        current: Node | None = node
        for part, direct in zip(self.parts[-2::-1], self.direct[::-1], strict=True):
            current = current.parent if current else None
            while current is not None and not part.fits(current) and not direct:
                current = current.parent
            if current is None or not part.fits(current):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rules in their order, and what of the text is not followed, one sentence each."""

    rules: tuple[Rule, ...] = ()
    unsupported: tuple[str, ...] = ()

    def declarations(self, node: Node) -> Iterator[tuple[str, Any]]:
        """What an element's rules and its own `style` say, the strongest last."""
        found = sorted((rule for rule in self.rules if rule.fits(node)), key=lambda rule: rule.weight)
        all_of_them = [*(rule.declared for rule in found), node.declared]
        for important in (False, True):
            for declared in all_of_them:
                yield from (pair for pair in declared.values if (pair[0] in declared.important) is important)


def read_sheet(css: str) -> Sheet:
    """Read the text of a style sheet. Raises ValueError, a sentence, for what is not allowed."""
    rules: list[Rule] = []
    unsupported: list[str] = []
    for head, body in _blocks(_COMMENT.sub(" ", css)):
        if head.startswith("@"):
            unsupported.append(_unfollowed(head.split()[0].split("(")[0].lower()))
            continue
        declared = read_declarations(split_declarations(body))
        unsupported.extend(map(undrawn, declared.unsupported))
        for selector in head.split(","):
            rule = _rule(" ".join(selector.split()), declared)
            if rule is None:
                unsupported.append(f"the selector {' '.join(selector.split())[:_SHOWN]} is not followed")
            else:
                rules.append(rule)
        if len(rules) > MOST_RULES:
            raise ValueError(f"the css has more than {MOST_RULES:,} rules")
    return Sheet(tuple(rules), tuple(dict.fromkeys(unsupported)))


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """What stands before a brace and what between it and its partner; statements such as @import have no body."""
    depth, begin, opened, head = 0, 0, 0, ""
    for place, char in enumerate(css):
        if char == "{":
            if depth == 0:
                head, opened = css[begin:place].strip(), place + 1
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if depth == 0:
                yield head, css[opened:place]
                begin = place + 1
        elif char == ";" and depth == 0:
            yield _statement(css[begin:place].strip()), ""
            begin = place + 1


def _unfollowed(rule: str) -> str:
    """The sentence on an at-rule."""
    return f"{rule} {_AT_RULES.get(rule, 'is not followed')}"


def _statement(text: str) -> str:
    """What ends with a semicolon outside of any block, as an at-rule."""
    if text.lower().startswith("@import"):
        raise ValueError("the css contains @import, which is not allowed; take it out")
    return text if text.startswith("@") else f"@{text}"


def _rule(selector: str, declared: Declared) -> Rule | None:
    """The rule of one selector, None for one of a kind that is not known."""
    words = selector.replace(">", " > ").split()
    parts: list[Simple] = []
    direct: list[bool] = []
    child = False
    for word in words:
        if word == ">":
            if child or not parts:
                return None
            child = True
            continue
        part = _simple(word)
        if part is None:
            return None
        if parts:
            direct.append(child)
        parts.append(part)
        child = False
    return Rule(tuple(parts), tuple(direct), declared) if parts and not child else None


def _simple(word: str) -> Simple | None:
    found = _PART.fullmatch(word)
    if found is None or not word:
        return None
    more = _MORE.findall(found["more"])
    return Simple(
        (found["tag"] or "").lower(),
        frozenset(name for mark, name in more if mark == "#"),
        frozenset(name for mark, name in more if mark == "."),
    )
