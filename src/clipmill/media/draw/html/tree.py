"""The tree of an html text: its tags and texts, read with the standard parser; what could run or load is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from clipmill.domain.css.declarations import WRITTEN, Declared, read_declarations, split_declarations
from clipmill.domain.css.entities import with_short_numbers
from clipmill.domain.css.undrawn import undrawn

#: Characters of one text beside the pictures written into it, and with them.
MOST_CHARACTERS, MOST_WITH_PICTURES = 200_000, 8_000_000
MOST_NODES = 2_000
MOST_DEPTH = 48
#: Tags that are drawn.
TAGS = frozenset({
    "a", "b", "big", "blockquote", "br", "button", "caption", "code", "col", "colgroup", "dd", "div", "dl", "dt", "em",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "mark", "ol", "p", "pre", "q", "s", "small",
    "span", "strong", "sub", "sup", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "wbr",
})  # fmt: skip
#: Tags of others whose words mean one of ours.
ALIASES: Mapping[str, str] = {
    "del": "s", "strike": "s", "ins": "u", "cite": "i", "dfn": "i", "var": "i", "kbd": "code", "samp": "code",
    "tt": "code", "section": "div", "article": "div", "header": "div", "footer": "div", "main": "div", "aside": "div",
    "nav": "div", "hgroup": "div", "figcaption": "div", "address": "div", "center": "div", "body": "div",
    "html": "div", "font": "span", "label": "span", "time": "span", "abbr": "span", "bdi": "span",
    "data": "span", "output": "span",
    "picture": "span", "fieldset": "div", "form": "div", "details": "div", "summary": "div", "search": "div",
}  # fmt: skip
#: Tags that would run or load something.
FORBIDDEN = frozenset({
    "script", "iframe", "object", "embed", "applet", "frame", "frameset", "link", "base", "foreignobject", "portal",
})  # fmt: skip
#: Tags that are not drawn with all that is in them, and those among them that nothing is in.
UNSEEN = frozenset({"template", "video", "audio", "select", "datalist", "textarea", "title", "noscript", "input",
                    "source", "track", "meta"})  # fmt: skip
_UNSEEN_VOID = frozenset({"input", "source", "track", "meta"})
#: Attributes that are read beside what selectors ask for.
ATTRIBUTES = frozenset({
    "style", "class", "id", "src", "alt", "width", "height", "dir", "colspan", "rowspan", "border", "cellpadding",
    "cellspacing", "align", "valign", "bgcolor", "color", "face", "size", "span", "noshade",
})  # fmt: skip
#: Attributes that change nothing in a picture.
_QUIET = re.compile(r"(?:data-|aria-)[\w-]+|title|lang|href|target|rel|role|name|spellcheck|contenteditable|xmlns|"
                    r"tabindex|translate|draggable|loading|decoding|itemprop|datetime|type|value|"
                    r"start|cite|for|disabled|hidden|slot")  # fmt: skip
_VOID = frozenset({"br", "img", "hr", "wbr", "col", "area", "param"})
#: Opening one of these ends what it stands in, up to the nearest of the others.
_TABLE_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr", "caption"}), frozenset({"tbody", "thead", "tfoot", "table"})),
    **dict.fromkeys(("tbody", "thead", "tfoot"),
                    (frozenset({"tbody", "thead", "tfoot", "tr", "caption"}), frozenset({"table"}))),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
}  # fmt: skip
#: Opening one of these closes an open paragraph.
_ENDS_PARAGRAPH = frozenset({
    "div", "p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "pre", "hr",
    "blockquote", "figure", "dl", "header", "footer", "main", "nav", "aside", "address",
})  # fmt: skip
_NOTHING = Declared()
#: A tag that is begun and not ended before the next one; the parser takes the square of their number to read them.
_UNCLOSED = re.compile(r"</?[a-zA-Z][^<>]*(?=<|\Z)")
_MOST_UNCLOSED = 100
#: What begins something that is no tag, and what ends it: behind the last of these the first is a plain `<`, or the
#: parser would look for an end from each of them to the end of the text.
_ENDED = (
    (re.compile("<(?=!--)"), re.compile(r"--!?\s*+>")),
    (re.compile(r"<(?=!\[\s*+(?:cdata|rcdata|temp|ignore|include))", re.IGNORECASE), re.compile(r"\]\s*+\]\s*+>")),
    (re.compile(r"<(?=!\[)"), re.compile(r"\]\s*+>")),
    (re.compile("<(?=[!?/])"), re.compile(">")),
)
_SCHEME = re.compile(r"\s*(?:javascript|vbscript|file)\s*:", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Node:
    """An element of the tree; the root is a `div` that nobody wrote."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    #: Elements and texts, in order.
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = None
    #: What its `style` says.
    declared: Declared = _NOTHING
    #: The source of an inline drawing.
    source: str = ""
    #: `before` or `after` where rules made it up.
    made: str = ""
    #: The element before it, and its place among its siblings: from the start and the end, then among those of its tag.
    before: Node | None = None
    place: tuple[int, int, int, int] = (1, 1, 1, 1)

    @property
    def classes(self) -> frozenset[str]:
        """Names in its `class`."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, not even a blank."""
        return not any(self.children) and not self.source

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, from the top."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(child for child in reversed(node.children) if isinstance(child, Node))


@dataclass(slots=True)
class Tree:
    """A text's elements, and what of it is not drawn, one sentence each."""

    root: Node
    unsupported: tuple[str, ...] = ()
    #: What its <style> elements hold.
    css: str = ""


def _undrawn_tag(tag: str) -> str:
    """The sentence on a tag that is not drawn."""
    if tag in UNSEEN:
        return f"<{tag}> is not drawn" + (
            "; use an element of type VIDEO or AUDIO" if tag in ("video", "audio") else ""
        )
    if tag in _VOID:
        return f"<{tag}> is not drawn"
    return f"<{tag}> is not drawn; its content is"


def read_tree(html: str) -> Tree:
    """Read an html text. Raises ValueError, a sentence, for what is not allowed or is too much."""
    written = len(html) if len(html) <= MOST_CHARACTERS else len(WRITTEN.sub("", html))
    if written > MOST_CHARACTERS:
        raise ValueError(f"the html has {written:,} characters; at most {MOST_CHARACTERS:,} are allowed")
    if len(html) > MOST_WITH_PICTURES:
        raise ValueError(f"the html has {len(html):,} characters with the pictures in it; at most "
                         f"{MOST_WITH_PICTURES:,} are allowed")  # fmt: skip
    unclosed = sum(1 for _ in _UNCLOSED.finditer(html))
    if unclosed > _MOST_UNCLOSED:
        raise ValueError(f"the html has {unclosed:,} tags without their >; close them, or write &lt; for a plain <")
    html = _ended(with_short_numbers(html))
    reader = _Reader(html)
    try:
        reader.feed(html)
        reader.close()
    except AssertionError as error:  # how the parser says that a declaration is broken
        raise ValueError(f"the html cannot be read: {error}") from error
    for node in reader.root.walk():
        place_children([child for child in node.children if isinstance(child, Node)])
    return Tree(reader.root, tuple(dict.fromkeys(reader.unsupported)), "\n".join(reader.styles))


def _ended(html: str) -> str:
    """The text without beginnings of comments and declarations that never end: what begins one is a plain `<`."""
    for begins, ends in _ENDED:
        behind = max((found.end() for found in ends.finditer(html)), default=0)
        html = html[:behind] + begins.sub("&lt;", html[behind:])
    return html


def place_children(nodes: list[Node]) -> None:
    """Number the children of an element."""
    totals, seen = Counter(node.tag for node in nodes), Counter[str]()
    for number, node in enumerate(nodes):
        seen[node.tag] += 1
        last = totals[node.tag] - seen[node.tag] + 1
        node.place = (number + 1, len(nodes) - number, seen[node.tag], last)
        node.before = nodes[number - 1] if number else None


class _Reader(HTMLParser):
    """Builds the tree while the parser walks over the text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self.unsupported: list[str] = []
        self.styles: list[str] = []
        #: The open tag whose content is not drawn; "style" among them.
        self._unseen = ""
        self._html = html
        self._lines = [0, *(found.end() for found in re.finditer("\n", html))]
        self._open = [self.root]
        self._count = 0
        #: Where an open drawing begins, and how many are open inside it.
        self._drawing = (0, 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        begin, inside = self._drawing
        if inside:
            self._drawing = (begin, inside + (tag == "svg"))
            return
        if tag in FORBIDDEN:
            raise ValueError(f"the html contains <{tag}>, which is not allowed; take it out")
        if self._unseen or tag in UNSEEN or tag == "style":
            self._pass_over(tag, attrs)
            return
        if tag in _ENDS_PARAGRAPH:
            self._close_paragraph()
        if tag in _TABLE_ENDS:
            self._close_to(*_TABLE_ENDS[tag])
        if tag == "svg":
            self._drawing = (self._place(), 1)
        self._append(tag, attrs)

    def _pass_over(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is not drawn; what it may not have is refused all the same."""
        told = len(self.unsupported)
        self._attributes(tag, attrs)
        del self.unsupported[told:]
        if not self._unseen:
            self._unseen = "" if tag in _UNSEEN_VOID else tag
            if tag not in ("style", "title", "meta"):
                self.unsupported.append(_undrawn_tag(tag))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself: only in drawings and without content does that mean anything."""
        self.handle_starttag(tag, attrs)
        if tag == "svg":
            self._end_drawing(self._place() + len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        """Close the element and whatever was left open inside it; an end without a beginning closes nothing."""
        if self._drawing[1]:
            if tag == "svg":
                close = self._html.find(">", self._place())
                self._end_drawing(close + 1 if close >= 0 else len(self._html))
            return
        if self._unseen:
            self._unseen = "" if tag == self._unseen else self._unseen
        elif any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """A text."""
        if self._unseen == "style":
            self.styles.append(data)
        elif not self._drawing[1] and not self._unseen:
            self._open[-1].children.append(data)

    def unknown_decl(self, data: str) -> None:
        """A declaration such as CDATA is no part of html."""

    def close(self) -> None:
        """End of the text: a drawing that was never closed cannot be drawn."""
        super().close()
        if self._drawing[1]:
            raise ValueError("the html contains <svg> without </svg>; close it")

    def _append(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise ValueError(f"the html has more than {MOST_NODES:,} elements")
        if len(self._open) > MOST_DEPTH:
            raise ValueError(f"the html is nested deeper than {MOST_DEPTH} elements")
        attributes, declared = self._attributes(tag, attrs)
        if tag not in TAGS and tag not in ALIASES:
            self.unsupported.append(_undrawn_tag(tag))
        node = Node(tag, attributes, [], self._open[-1], declared)
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> tuple[dict[str, str], Declared]:
        read, declared = {}, Declared()
        for name, raw in attrs:
            value = raw or ""
            if name.startswith("on"):
                raise ValueError(f"<{tag}> has the event attribute {name}, which is not allowed; take it out")
            if _SCHEME.match(value):
                raise ValueError(f"<{tag}> refers to {value.strip()[:40]!r}, which is not allowed")
            if name == "style":
                declared = read_declarations(split_declarations(value))
                self.unsupported.extend(map(undrawn, declared.unsupported))
            read[name] = value
            if name not in ATTRIBUTES and tag != "svg" and not _QUIET.fullmatch(name):
                self.unsupported.append(f"the attribute {name} of <{tag}> is not followed; use its style")
        return read, declared

    def _close_paragraph(self) -> None:
        if self._open[-1].tag == "p":
            self._open.pop()

    def _close_to(self, ended: frozenset[str], around: frozenset[str]) -> None:
        """A new item, cell or row ends the one before it in the same list or table."""
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag in around:
                return
            if self._open[place].tag in ended:
                del self._open[place:]
                if not ended & {node.tag for node in self._open}:
                    return
                self._close_to(ended, around)
                return

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _end_drawing(self, end: int) -> None:
        begin, inside = self._drawing
        self._drawing = (begin, inside - 1)
        if inside == 1:
            self._open.pop().source = self._html[begin:end]
