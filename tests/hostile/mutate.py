"""Mutations: good inputs of every kind, changed in ways that parsers fall over, the same ones for the same seed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from tests.faults.corpus import MUTATIONS
from tests.hostile import media, projects
from tests.hostile.case import ROWS, TEMPLATE, body, text

KINDS = ("media", "tables", "templates", "projects", "subtitles", "drawings", "html")
#: No text becomes longer than this, characters: what takes long for its length alone is not looked for here.
_LONGEST = 120_000

_NUMBERS = (
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "99999999999999999999",
    "2147483648",
    "NaN",
    "inf",
    "0x7f",
    "1e5",
    ".5.",
    "-0",
)
_SIGNS = (
    "\0",
    "\ud800",
    "\ufeff",
    "\u202e",
    "\u2028",
    "\x85",
    "\r",
    "\x1b[2J",
    "🏳️‍🌈",
    "\u0301" * 50,
    "ﷺ",
    "\U0010ffff",
    "a" * 5000,
)
_TOKENS: Mapping[str, tuple[str, ...]] = {
    "tables": (",", ";", "\t", '"', '""', "\r\n", "\n", "=1+1", "sku", '{"', "]}", "\\u0000", "NULL", "'", "|"),
    "templates": ("{{", "}}", "|replace:'a','aa'", "|default:", "|money:'EUR'", "variables:", "iterate: v0", "condition: ", "<<: *a",
                  "&a ", "*a", "!!int ", "? ", "- ", ": ", "{? [a] : 1}", "|\n", ">\n", "%YAML 1.1", "---", "\t", "kind: table", "''"),
    "projects": ('"type":"TEXT"', '"src":"a.png"', "[", "]", "{", "}", "null", "true", '"\\ud800"', '"\\u0000"', '"scenes":[{}]',
                 '"subtitle":{}', '"iterate":"a"', '"duration":-1', '"style":{"transform":"rotate(1turn)"}', ",", ":"),
    "subtitles": ("-->", "00:00:01,000", "\n\n", "WEBVTT\n", "NOTE", "STYLE\n", "{\\k50}", "{\\p1}", "<i>", "</i>", "<00:00:01.000>",
                  "&amp;", "\\N", "Dialogue: ", "[Events]\n", "Format: ", "99:99:99", "::cue("),
    "drawings": ("<g>", "</g>", "<use href='#a'/>", "<mask id='m' mask='url(#m)'>", "<text>a</text>", "<!--", "-->", "<![CDATA[", "&lt;", "&x;",
                 "<!DOCTYPE svg [<!ENTITY x 'y'>]>", "fill='url(#m)'", "transform='scale(1e9)'", "stroke-dasharray='1 1e-9'", "viewBox='0 0 0 0'",
                 "<filter id='m'>", "href='data:image/png;base64,AAAA'", "style='fill:url(", "d='M0 0A", "<style>", "width='100%'"),
    "html": ("<div>", "</div>", "<table>", "<td colspan=9999>", "<svg", "</svg>", "style='", "display:grid;", "display:flex;", "float:left;",
             "var(--a)", "--a:var(--b);", "calc(", "linear-gradient(", "url(", "<style>", "</style>", "{", "}", "@media", ":not(", "&nbsp;",
             "<img src=", "position:absolute;", "<!--", "counter(a)", "<ol><li>", "width:1e9px;", "columns:9", "\\"),
}  # fmt: skip
_SRT = "1\n00:00:00,000 --> 00:00:01,500\n<i>Hello</i> world\n\n2\n00:00:01,500 --> 00:00:02,000\nGrüße\n"
_VTT = "WEBVTT\n\nSTYLE\n::cue(b) { color: red }\n\nNOTE a\n\n1\n00:00.000 --> 00:01.000 align:start\n<00:00.100>a <c.x>b</c>&amp;\n"
_ASS = ("[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:00.00,0:00:01.30,Default,,0,0,0,,{\\k50}one {\\k20}two\\N{\\b1}three\n")  # fmt: skip
_SVG = ('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 64 48"><defs><linearGradient id="g"><stop '
        'offset="0" stop-color="#f40"/></linearGradient><filter id="f"><feGaussianBlur stdDeviation="2"/></filter><mask id="m"><rect '
        'width="9" height="9" fill="#fff"/></mask><path id="p" d="M4 40C20 8 44 8 60 40Z"/></defs><style>.a{fill:url(#g)}</style><rect '
        'class="a" width="64" height="48" mask="url(#m)"/><g transform="rotate(12 32 24)" filter="url(#f)"><circle cx="32" cy="24" r="14" '
        'stroke-dasharray="3 1"/></g><text x="8" y="20" font-size="10">Gr<tspan dx="1">ü</tspan><textPath href="#p">ße</textPath></text>'
        '<use href="#p"/></svg>')  # fmt: skip
_HTML = ('<style>:root{--a:4px} .b > i:nth-child(2n+1)::before{content:counter(n) "x";color:#f00}</style><div class="b" style="display:flex;'
         'gap:var(--a)"><i>one</i><b style="padding:calc(1px + 2%)">two&nbsp;&#x1F600;</b></div><table><tr><td colspan="2">three</td></tr></table>'
         '<ol start=3><li>four</ol><p style="background:linear-gradient(90deg,red,blue 50%);float:left">five</p><svg width=9><rect '
         'width="9" height="9"/></svg><div style="display:grid;grid-template-columns:repeat(2,1fr)"><u>six</u></div>')  # fmt: skip
_YAML = """\
name: small
variables: {paper: "#fff", list: [a, b, c], deep: {x: 1}}
contract:
  sku: {kind: text, required: true, unique: true}
  title: {kind: text, max_length: 40, fallback: none}
  price: {kind: money, minimum: 0.01}
  day: {kind: date}
payload: &p
  width: 64
  height: 64
  frameRate: 5
  duration: 0.4
  visuals:
    - {type: TEXT, text: "{{title|upper|truncate:20}} {{price|money:'EUR'}} {{day|date:'%d.%m.'}}", width: 60, height: 60, condition: "title != ''"}
    - {type: TEXT, text: "{{item}}", iterate: list, iterateAs: item, style: {fontSize: 9, color: "{{paper}}"}}
output: {name: "{{sku}}-{{title|slug}}.mp4"}
verify: {black_percent: 50}
"""


@lru_cache(maxsize=1)
def good() -> dict[str, list[bytes]]:
    """Good inputs of every kind that is text."""
    shown = {**projects.BARE, "scenes": [{"duration": 0.2, "visuals": [text(text="b")], "transition": "fade"}]}
    found: dict[str, list[str]] = {
        "tables": [ROWS, 'sku;title;price\n1;"a ""b""";2,50\n2;"c\nd";3\n', "sku\ttitle\n1\tx\n", '{"sku": 1, "title": "a"}\n{"sku": "b"}\n',
                   "\ufeffsku,title,day\n1,Ä,2026-01-31\n2,ü,1.2.26\n"],
        "templates": [_YAML, json.dumps(TEMPLATE)],
        "projects": [json.dumps(projects.BARE), json.dumps(shown), json.dumps(body(text(html="<b>a</b>")))],
        "subtitles": [_SRT, _VTT, _ASS],
        "drawings": [_SVG],
        "html": [_HTML],
    }  # fmt: skip
    return {kind: [each.encode() for each in texts] for kind, texts in found.items()}


def mutated(kind: str, seed: str, number: int) -> tuple[str, bytes]:
    """A name that says which it is, with its suffix, and the bytes."""
    chance = random.Random(f"{seed}/{kind}/{number}")
    if kind == "media":
        return _medium(chance)
    content = chance.choice(good()[kind]).decode()
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        content = chance.choice(_CHANGES)(content, chance, kind)[:_LONGEST]
    data = content.encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        data = _bytes_changed(data, chance)
    suffix = {"tables": ".jsonl" if content.lstrip("\ufeff").startswith("{") else ".csv", "templates": ".yaml", "projects": ".json",
              "subtitles": ".srt", "drawings": ".svg", "html": ".html"}[kind]  # fmt: skip
    return f"{kind}-{number:05}{suffix}", data


def _medium(chance: random.Random) -> tuple[str, bytes]:
    """One of the mutations of media files, made anew by chance."""
    whole = media.good()
    suffix = chance.choice(sorted(whole))
    content = whole[suffix]
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change = chance.choice(MUTATIONS)
        content = change(content or b"\0", chance, whole[chance.choice(sorted(whole))])
    return f"{chance.getrandbits(32):08x}{suffix}", content


def _bytes_changed(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(chance.choice((1, 4, 16))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _place(content: str, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def _cut(content: str, chance: random.Random, _kind: str) -> str:
    return content[: _place(content, chance)]


def _removed(content: str, chance: random.Random, _kind: str) -> str:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 2, 8, 64)) :]


def _token(content: str, chance: random.Random, kind: str) -> str:
    at = _place(content, chance)
    return content[:at] + chance.choice(_TOKENS[kind]) * chance.choice((1, 1, 1, 2, 50, 3000)) + content[at:]


def _sign(content: str, chance: random.Random, _kind: str) -> str:
    at = _place(content, chance)
    return content[:at] + chance.choice(_SIGNS) + content[at:]


def _number(content: str, chance: random.Random, _kind: str) -> str:
    found = list(re.finditer(r"\d+(\.\d+)?", content))
    if not found:
        return content
    one = chance.choice(found)
    return content[: one.start()] + chance.choice(_NUMBERS) + content[one.end() :]


def _repeated(content: str, chance: random.Random, _kind: str) -> str:
    begin, end = sorted((_place(content, chance), _place(content, chance)))
    return content[:end] + content[begin : min(end, begin + 400)] * chance.choice((1, 2, 20, 200)) + content[end:]


def _spliced(content: str, chance: random.Random, kind: str) -> str:
    other = chance.choice(good()[kind]).decode()
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _nested(content: str, chance: random.Random, kind: str) -> str:
    """Something opened again and again, and sometimes closed as often."""
    opened, closed = chance.choice({
        "tables": (('{"a":', "}"), ("[", "]"), ('"', '"')), "templates": (("[", "]"), ("{a: ", "}"), ("- ", ""), ("{{", "}}"), ("(", ")")),
        "projects": (('{"scenes":[', "]}"), ("[", "]"), ('{"a":', "}")), "subtitles": (("<b>", "</b>"), ("{", "}"), ("(", ")")),
        "drawings": (("<g>", "</g>"), ("<svg>", "</svg>"), ("<mask>", "</mask>"), ("<text>", "</text>")),
        "html": (("<div>", "</div>"), ("<table><tr><td>", "</table>"), ("<i style='display:inline-block'>", "</i>"),
                 ("<p style='display:grid'>", "</p>"), ("(", ")"), ("{", "}"), ("<ul><li>", "</ul>"))}[kind])  # fmt: skip
    times, at, end = chance.choice((2, 20, 70, 500, 4000)), _place(content, chance), _place(content, chance)
    begin, end = min(at, end), max(at, end)
    return (
        content[:begin]
        + opened * times
        + content[begin:end]
        + (closed * times if chance.random() < 0.7 else "")
        + content[end:]
    )


def _swapped(content: str, chance: random.Random, _kind: str) -> str:
    """Two words change places."""
    found = list(re.finditer(r"[\w#.-]+", content))
    if len(found) < 2:
        return content
    one, other = sorted(chance.sample(found, 2), key=re.Match.start)
    return content[: one.start()] + other[0] + content[one.end() : other.start()] + one[0] + content[other.end() :]


_CHANGES: tuple[Callable[[str, random.Random, str], str], ...] = (
    _cut, _removed, _token, _token, _sign, _number, _number, _repeated, _spliced, _nested, _swapped, _swapped,
)  # fmt: skip
