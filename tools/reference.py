"""Writes the generated pages of `docs/reference` from the code; a test fails when they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from clipmill.cli.commands import COMMANDS, loaded
from clipmill.cli.main import application
from clipmill.cli.wording import in_words
from clipmill.domain.css.layers import Listed
from clipmill.domain.css.properties import PROPERTIES, WITHOUT_EFFECT
from clipmill.domain.css.shorthands import SHORTHANDS
from clipmill.domain.css.values import Keywords
from clipmill.domain.failure import PATIENCE, TABLE, Halts, Rule
from clipmill.domain.line.lane import FAILURES_ALLOWED, halt_seconds
from clipmill.media.draw.html import tree
from clipmill.media.draw.html.reading import MOST_CUSTOM
from clipmill.media.draw.html.sheet import MOST_RULES, MOST_STEPS
from clipmill.settings import Limits, Settings

ROOT = Path(__file__).parents[1] / "docs" / "reference"
EXIT_CODES = """\
## Exit codes

The first that applies.

| code | meaning |
|---|---|
| 0 | all done |
| 1 | an error inside clipmill, or the store failed |
| 2 | the command, a setting, the table or the template cannot be used as given |
| 130 | interrupted (Ctrl-C, SIGTERM …), or paused by a person: `clipmill resume` goes on; or cancelled, rows not made |
| 5 | stopped by the budget |
| 3 | finished with failed rows, or paused by a failure |
| 8 | waiting for review: a sample, or rows outside the template's limits |
| 4 | finished; some rows are blocked |
"""


COMPLETION = """\
## Completion

`clipmill --install-completion` teaches your shell (bash, zsh, fish or PowerShell) to complete commands and options at
the tab key; it takes effect in the next terminal. `clipmill --show-completion` prints the script, to put where you
want it.
"""


GLOBAL = "These stand before the command, as in `clipmill --home state status`."


def commands() -> str:
    """`cli.md`."""
    parts = ["# Commands\n\nGenerated from the code by `tools/reference.py`.\n", COMPLETION, EXIT_CODES]
    parts.append(_command("", typer.main.get_command(application), "Global options", GLOBAL))
    for name in COMMANDS:
        command = loaded(name)
        for below, part in getattr(command, "commands", {"": command}).items():
            parts.append(_command(f"{name} {below}".strip(), part))
    return "\n".join(parts).rstrip() + "\n"


def _command(name: str, command: Any, title: str = "", about: str = "") -> str:
    """The part of `cli.md` about one command, or about those options that all have."""
    context = typer.Context(command, info_name=name)
    head = f"## {title or f'clipmill {name}'}\n\n{about or command.help}"
    parts = [f"{head}\n\n| argument or option | meaning |\n|---|---|"]
    for parameter in command.get_params(context):
        record = getattr(parameter, "get_help_record", lambda _c: None)(context)
        label = record[0] if record else parameter.make_metavar(context)
        words = (record[1] if record else getattr(parameter, "help", "")) or ""
        parts.append(f"| `{label.replace('|', '/')}` | {words.replace('|', '/')} |")
    return "\n".join([*parts, ""])


SETTINGS = """\
# Settings

Generated from the code by `tools/reference.py`. A flag wins over the environment, that over the project's
`clipmill.toml`, that over your own, that over the default. `clipmill doctor` shows each value and where it comes from.
A name that is no setting is refused, in a file and in a variable that begins with `CLIPMILL_`.

The project's `clipmill.toml` and the state folder `.clipmill` are looked for in the working folder, then in the folders
above it, as git looks for `.git`. The search ends at a folder that anybody may write to, such as `/tmp`. Where
neither is found, the state folder is made in the working folder. Your own file is
`$XDG_CONFIG_HOME/clipmill/clipmill.toml`, by default `~/.config/clipmill/clipmill.toml`; on macOS
`~/Library/Application Support/clipmill/clipmill.toml`, on Windows `%APPDATA%\\clipmill\\clipmill.toml`. Relative paths
in either count from its folder.

## What a folder may not say

A folder with tables may come from somebody else, and its `clipmill.toml` with it. That file may shape the work and be
stricter than you are. What would guard your machine less is refused by name: a weaker `sandbox`, more in
`egress_allow`; `home`, `font_folders` and `allow_files` outside the file's folder; more `workers` than there are
processors; a larger `worker_keep_bytes`, `reuse_bytes` or limit than yours. Say such things by a flag,
by the environment, or in your own file.

A state folder says where files go and what is in them. One that was not made in its place by clipmill, that belongs to
another user or that is a link is refused until you name it: once with `--home`, or for good in the environment or your
own file. One that was restored from a backup, or copied to another disk, is such a one. Links in it are refused in any
case.

## All settings
"""


def settings() -> str:
    """`settings.md`."""
    tables = [_table(Settings, "CLIPMILL_"), "\n## Limits\n", _table(Limits, "CLIPMILL_LIMITS__")]
    return "\n".join([SETTINGS, *tables]) + "\n"


def _table(model: type[BaseModel], prefix: str) -> str:
    rows = ["| setting | environment | default | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if name != "limits":
            shown = field.default if field.default not in ((), None) else ""
            rows.append(f"| `{name}` | `{prefix}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


SILENCE = """
## When nobody answers

The same send, under the same key, or the same question goes out again; each wait is as long as the silence before
it. An engine may want longer. What may have been paid for is `unknown` when it is given up, and waits for a person;
what was surely never sent is a failure of kind `engine`. `clipmill events --row N` says what happened.

A send that may have gone out longer ago than that, as when the machine was off in between, is not repeated: engines
forget keys. A job that nobody asked for meanwhile is asked for as if for the first time. An engine that refuses a
question or a download because of its rate, our key or our account has said nothing of the job, which is asked for
again.
"""


_FIRST, _LONGEST = halt_seconds(FAILURES_ALLOWED), halt_seconds(99)
HOLDS = f"""
## What halts

A failure that halts the batch pauses it. One that halts the lane holds the lane, of whatever batches its rows are,
and leaves their states as they are: no new row goes by it until somebody resumes a batch of it, or until the time is
over that the engine said. What is under way goes on.

Of the kinds marked *many: the lane*, {FAILURES_ALLOWED} in a row hold the lane for {_FIRST:g} seconds. Then one call
is let through to try: once it succeeds all go on, and each that fails doubles the wait, up to {_LONGEST:g} seconds.
"""


def _halts(rule: Rule) -> str:
    """What a failure of this kind stops."""
    if rule.is_of_the_engine:
        return "many: the lane"
    if rule.halts is Halts.NOTHING:
        return "nothing"
    time = "" if rule.halt_seconds is None else f", {rule.halt_seconds:g} s"
    return f"the {rule.halts}{time}"


def failures() -> str:
    """`failures.md`."""
    rows = ["# Failures\n\nGenerated from the code by `tools/reference.py`: the one retry table.\n",
            "| kind | tried again | counts as an attempt | new seed | halts | who acts | what to do |",
            "|---|---|---|---|---|---|---|"]  # fmt: skip
    for kind, rule in TABLE.items():
        told = ["yes" if value else "no" for value in (rule.retried, rule.counts, rule.new_seed)]
        told[0] += f", {rule.tries} times in all" if rule.tries else ""
        rows.append(f"| {kind} | {' | '.join(told)} | {_halts(rule)} | {rule.who} | {in_words(rule.fix)} |")
    rows += [
        HOLDS.rstrip(),
        SILENCE,
        "| state | asked again after, seconds | at most | given up after |",
        "|---|---|---|---|",
    ]
    for state, patience in PATIENCE.items():
        times = (patience.first_wait, patience.longest_wait, patience.ends_after)
        rows.append(f"| {state} | {' | '.join(f'{seconds:g}' for seconds in times)} |")
    return "\n".join(rows) + "\n"


HTML = """\
# Text, html and its style

Generated from the code by `tools/reference.py`. No browser draws a TEXT element; this page lists what is drawn.
Whatever else is asked for is named in a warning for its element, and what could run or load something is refused.

`text` is drawn as it is written: blanks and line breaks are kept, letters are 32 px high. `html` wins over `text`
where both are given, and begins as in browsers: 16 px, blanks collapse. `style` is the style of the box around
either, which may be whatever a `div` may: a grid, a flex box, a table. `width` and `height` of the element are those
of its content: padding and border lie outside, unless `box-sizing` says otherwise, in its style or in a `*` rule. Where
a height is set, lines, boxes and pictures that lie wholly outside of it are left out and named in a warning, unless
`overflow` is `visible`; everything else is drawn whole: tails and accents, shadows, what is turned or hangs over.
`overflow: hidden` cuts as a browser does, and what letters lose by it is named too. Inner elements follow the
browser's rules. With `minFontSize` (and `maxLines`) all letters shrink together until they and their ink fit.

Accents are put together with their letters where there is one character for both. No space of `letter-spacing` goes
between letters that join (Arabic, Syriac, N'Ko, Mongolian …) or hang from one line (Devanagari, Bengali, Gurmukhi).
No hyphen is added where a word is broken, but at a soft hyphen (`&shy;`). No line is broken after a slash.

`customCode.css` and `<style>` in the html (which comes later and wins) may hold rules with all of: tags, `.classes`,
`#ids`, `[attributes]` with every operator, `:first-child` and its kin, `:nth-child(2n+1)` and its kin, `:not()`,
`:is()`, `:where()`, `:root`, `:empty`, `::before` and `::after`, blanks, `>`, `+`, `~`, commas, rules inside rules, and
`!important`. What `:root` and `body` say is inherited by the whole text. `@media` is followed for a screen as large as
the canvas, `@supports` for what is drawn here. `content` may hold strings, `attr()`, counters and quotes.

As in browsers, a declaration or a rule that means nothing is left out, and named in a warning: other selectors
(`:has()`, `::first-line`), `@keyframes`, `@font-face`. States such as `:hover` mean nothing in a
picture and are left out without a word. `customCode.js` is not run.

Pictures lie behind boxes (`background`, `background-image`) and over them as masks where an `<img>` may show them, in
`style`, rules and the style of the element: `url(…)` of a path beside the project, an http or https address, a stored
file, or a `data:` URL of a PNG or JPEG. Any other is named in a warning; colours and gradients beside it are drawn.

Inside an `<svg>`, `currentColor`, `fill`, `stroke`, fonts and the like come from the html around it, and rules may name
its parts.

Boxes are laid out as blocks, lines, `flex`, `grid` (templates with `fr`, `minmax()` and `repeat()`, areas, spans) and
tables, with text around `float`s (not around those of the blocks before, where these hide what leaves them);
`position` with insets and `z-index` is followed. The whole element is what `absolute` and `fixed` boxes are
placed in where nothing nearer is. Each way is held to what Chromium draws of the same cards with the same fonts
([why](../decisions/html-engine.md)).

Not quite as in a browser: an outline follows the shape of a whole word, not every stroke of a letter; margins of
the whole element are left out (place it with `x` and `y`); a part of a line that is moved with
`position: relative`, or has a `filter`, a `clip-path` or `opacity` with a background, is not broken; names of grid
lines are passed over.

An `html` text runs from left to right unless `direction` or `dir` says otherwise, as in browsers; a `text`, whatever
its style, runs the way its first letter does, so that Arabic or Hebrew stands at the right of its box.
"""
#: Reader of a property → what its values are.
KINDS = {
    "read_length": "length", "not_negative": "length", "read_size": "length, `auto`", "read_colour": "colour",
    "read_line_width": "length, `thin`, `medium`, `thick`", "read_shadows": "shadows", "read_transform": "functions",
    "read_pictures": "`url()`, "
    "`linear-gradient()`, `radial-gradient()`, `conic-gradient()`, each also `repeating-`",
    "read_filter": "functions", "read_layer_size": "lengths, `auto`, `cover`, `contain`", "read_repeat": "`repeat`, "
    "`repeat-x`, `repeat-y`, `no-repeat`, `space`, `round`", "read_position": "a place in a box",
    "read_shape": "`inset()`, `circle()`, `ellipse()`, `polygon()`", "_offset": "length, `auto`",
    "_numerals": "`tabular-nums` and its kin", "_features": "features such as `\"tnum\"`",
    "read_radius": "one or two lengths",
    "read_origin": "two places",
    "read_tracks": "tracks, `none`", "read_areas": "names of areas", "read_flow": "`row`, `column`, `dense`",
    "read_place": "line, `span` and number, name of an area", "_ratio": "width / height", "_level": "number, `auto`",
    "_pair": "one or two lengths", "_room_between": "length",
    "_font_size": "length, `small` … `xx-large`", "_weight": "1–1000, names",
    "_line_height": "number, length, `normal`", "_spacing": "length, `normal`", "_family": "names",
    "_lines": "`underline`, `overline`, `line-through`", "_thickness": "length, `auto`",
    "_order": "`normal`, `stroke`", "_own_align": "as `align-items`, `auto`", "_rise": "names, length",
}  # fmt: skip


def html() -> str:
    """`html.md`."""
    rows = [
        f"| `{name}` | {_values(prop.read)} | {'yes' if prop.inherited else ''} |"
        for name, prop in sorted(PROPERTIES.items())
    ]
    parts = [
        HTML, "## Tags\n", "Drawn: " + _listed(sorted(tree.TAGS | {"canvas"})) + ". A `<canvas>` is an empty box.\n",
        "Drawn as others: " + ", ".join(f"`{tag}` as `{other}`" for tag, other in sorted(tree.ALIASES.items())) + ".\n",
        "Left out with what is in them, and named: " + _listed(sorted(tree.UNSEEN)) + ".\n",
        "Refused: " + _listed(sorted(tree.FORBIDDEN)) + ", attributes that begin with `on`.\n",
        "Of any other tag the content is drawn. Attributes that are read: " + _listed(sorted(tree.ATTRIBUTES)) + ". "
        "`src`, in quotes, is a path beside\nthe project, an http or https address, a stored file (`asset:…`), or a "
        "`data:` URL of a PNG or JPEG; paths and\naddresses are stored before anything is drawn.\n",
        f"An html has at most {tree.MOST_CHARACTERS:,} characters ({tree.MOST_WITH_PICTURES:,} with the pictures "
        f"written into it), {tree.MOST_NODES:,} elements,\n{tree.MOST_DEPTH} of them in one another, {MOST_RULES:,} "
        f"rules and {MOST_CUSTOM:,} custom properties.\nRules that must ask more than {MOST_STEPS:,} times whether an "
        "element is meant are refused. What begins a comment or\na declaration and never ends it is drawn as it "
        "is written.\n",
        "## Properties\n", "Names may be in camelCase and with `-webkit-`. Lengths: `px`, `em`, `rem`, `ex`, `ch`, "
        "`vw`, `vh`, `vmin`, `vmax` (of the\ncanvas), `pt`, `pc`, `in`, `cm`, `mm`, `Q`, `%`; a bare number is pixels. "
        "`calc()`, `min()`, `max()`, `clamp()` and\n`var()` stand wherever a length, a number or an angle "
        "does. Colours: "
        "all of CSS Color 4 but `lab()` and `lch()`.\nRefused in any value: addresses with a host in `url()`, "
        "`@import`, "
        "`expression()`, `javascript:`.\n",
        "| property | values | inherited |\n|---|---|---|", *rows, "",
        "Shorthands: " + _listed(sorted(SHORTHANDS)) + ". `stroke` and its kin are ours: an outline behind "
        "the letters.\n",
        "Accepted, and without effect in a picture: " + _listed(sorted(WITHOUT_EFFECT)) + ".",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _values(read: object) -> str:
    if isinstance(read, Listed):
        return f"{_values(read.one)}; several with commas"
    if isinstance(read, Keywords):
        return _listed(read.known)
    return KINDS.get(getattr(read, "__name__", ""), "number")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


API = """\
# The native API

Generated from the code by `tools/reference.py`; a running server tells the same as `/openapi.json`. How to begin:
[the server](../guides/server.md).

Every request shows a key: `Authorization: Bearer KEY`, or `x-api-key: KEY`; never in the address. Times are seconds
since 1970, amounts are credits with up to three decimals. Lists are read by the page: `limit` (at most 200) and
`after`, which is the `next` of the page before. Every POST heeds `Idempotency-Key`: the same key again is the same
request, and is answered as the first was, for 30 days; a new key or a webhook's secret is told once all the same.
`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say what is left of a key's requests. Links to files need
no key, are good for a while (the setting `link_seconds`) and support ranges, `ETag` and `HEAD`.

A row that came over HTTP names media by an http or https address, by the id of an upload or by its reference; in a
form or a zip also by a path beside its table. Any other path blocks the row with the code `media.local`.

## Refusals

Every refusal has one shape: `{"error": {"code", "message", "param", "hint", "doc"}}`, with `details` where several
fields are wrong.
"""


def api() -> str:
    """`api.md`."""
    from types import SimpleNamespace  # noqa: PLC0415 - only this page loads a server

    from clipmill.api import files  # noqa: PLC0415
    from clipmill.api.native import NATIVE, native_routers  # noqa: PLC0415
    from clipmill.api.native.codes import CODES  # noqa: PLC0415

    routers = [*native_routers(), files.routes]
    told = NATIVE.app(SimpleNamespace(), *routers).openapi()  # type: ignore[arg-type]
    scopes = {(method, route.path): _scope(route.dependant) for each in routers for route in each.routes
              for method in route.methods}  # fmt: skip
    parts = [API]
    parts += [f"### {code.replace('_', '-')}\n\n`{code}`, {status}. {why}\n" for code, (status, why) in CODES.items()]
    tags = dict.fromkeys(tag for path in told["paths"].values() for each in path.values() for tag in each["tags"])
    for tag in tags:
        parts.append(f"## {tag.capitalize()}\n")
        for path, methods in told["paths"].items():
            parts += [_route(method.upper(), path, each, scopes[method.upper(), path])
                      for method, each in methods.items() if tag in each["tags"]]  # fmt: skip
    parts.append("## Shapes\n")
    parts += [_shape(name, schema) for name, schema in sorted(told["components"]["schemas"].items())
              if "properties" in schema and "ValidationError" not in name]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def _scope(dependant: Any) -> str:
    found = str(getattr(dependant.call, "scope", ""))
    return found or next((scope for each in dependant.dependencies if (scope := _scope(each))), "")


def _route(method: str, path: str, told: Any, scope: str) -> str:
    needs = f"Needs the scope `{scope}`." if scope else "Needs no key."
    parts = [f"### {method} {path}\n\n{' '.join(told['description'].split())} {needs}\n"]
    if given := [each for each in told.get("parameters", ()) if each["name"] != "Idempotency-Key"]:
        rows = [f"| `{each['name']}` | {each['in']} | {_kind(each['schema'])} | {each.get('description', '')} |"
                for each in given]  # fmt: skip
        parts.append("\n".join(["| parameter | in | kind | meaning |", "|---|---|---|---|", *rows, ""]))
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        each = content["schema"].get("oneOf", [content["schema"]])
        named = [_kind(one) for one in each if not one.get("properties")]
        parts.append(f"Body, `{kind}`: {' or '.join(named)}.\n" if named else f"Body, `{kind}`:\n")
        parts += [_fields(one) for one in each if one.get("properties")]
    good = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    kinds = [f"`{kind}` {_kind(content['schema'])}" for kind, content in good.get("content", {}).items()]
    if kinds:
        parts.append(f"Answer: {', or '.join(kinds)}.\n")
    return "\n".join(parts)


def _shape(name: str, schema: Any) -> str:
    return f"### {name}\n\n{' '.join(schema.get('description', '').split())}\n\n{_fields(schema)}"


def _fields(schema: Any) -> str:
    rows = [f"| `{field}` | {_kind(told)} | {told.get('description', '').replace('|', '/')} |"
            for field, told in schema["properties"].items()]  # fmt: skip
    return "\n".join(["| field | kind | meaning |", "|---|---|---|", *rows, ""])


def _kind(schema: Any) -> str:
    """A schema in a few words."""
    if ref := schema.get("$ref"):
        return f"[{ref.rpartition('/')[2]}](#{ref.rpartition('/')[2].lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_kind(each) for each in schema[several]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and schema.get("properties"):
        return ", ".join(f"`{name}` ({_kind(each)})" for name, each in schema["properties"].items())
    return str(schema.get("format") or schema.get("type") or "any")


PAGES = {"api.md": api, "cli.md": commands, "settings.md": settings, "failures.md": failures, "html.md": html}


def main() -> None:
    """Write every page."""
    ROOT.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (ROOT / name).write_text(page())
        print(f"wrote {ROOT / name}", file=sys.stderr)


if __name__ == "__main__":
    main()
