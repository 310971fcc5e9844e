"""What people get to see of text that others wrote: characters that steer a screen made visible, secrets cut.

Everything that is printed, and every file that is written for people, goes through `shown` or `json_line`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: Characters that are told of a long text.
_WORD = 60
#: Controls, marks of direction, separators of lines, what has no width, tags, halves of characters, private use. Not
#: joiners and variation selectors, which words and emoji are made of.
_HIDDEN = (
    "\x0b\x0c\x0e-\x1f\0-\x08\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff"
    "\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e00ff\U000e01f0-\U0010ffff"
)
#: The flags of England, Scotland and Wales, which are spelt with tags.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
)
_IN_LINE = re.compile(f"{_FLAGS}|[{_HIDDEN}\t\n\r]")
_IN_TEXT = re.compile(f"{_FLAGS}|[{_HIDDEN}]|\r(?!\n)")

#: What may be in a text that holds a secret, words and what stands between them.
_SUSPECT = re.compile(r"[?#@=]|%(?:25)*3a|[\\/]{2}[^\s\\/:]*:\D", re.IGNORECASE)
_BETWEEN = re.compile(r'([\s"<>]+)')
#: Where the host of an address begins; the same where its signs are escaped.
_HOST = re.compile(r"\bhttps?:[\\/]*|(?<![\\/])[\\/]{2,}", re.IGNORECASE)
_ESCAPED_HOST = re.compile(r"%(?:25)*3a(?:%(?:25)*(?:2f|5c))+", re.IGNORECASE)
_HOST_END = re.compile(r"[\\/?#]")
#: Signs that close what an address stands in.
_CLOSERS = ")]}'.,;:!"
_QUERY = re.compile(rf"[?#](?![{re.escape(_CLOSERS)}]*$)")
_PAIRS = re.compile(r"[?#](?=[\w.~%\[\]-]{1,100}=)")
_SECRET = re.compile(r"((?:signature|\bsig|token|passwo?r?d|\bpwd|secret|(?:api|access)[_-]?key(?:[_-]?id)?|credential)"
                     r"""s?["']?(?:=|%3d)'?)[^&;,']+""", re.IGNORECASE)  # fmt: skip
_PASSWORD_REACH = 256
#: A piece of a query that somebody broke into lines, or wrote blanks into.
_GOES_ON = re.compile(r"[\d=%&+]")
_NEXT_PAIR = re.compile(r"&[\w.~%\[\]-]{1,100}=")


def shown(text: str, *, lines: bool = False) -> str:
    """The text as it may be shown: legible and discreet; in one line, unless it is a text of several `lines`."""
    return legible(discreet(text), lines=lines)


def legible(text: str, *, lines: bool = False) -> str:
    r"""The text with every character that is not seen, or steers a screen, written out: `\x1b`, `\u202e`.

    With `lines`, ends of lines and tabs stay.
    """
    if text.isprintable():
        return text
    return (_IN_TEXT if lines else _IN_LINE).sub(_written_out, text)


def discreet(text: str) -> str:
    """The text with `…` for the user, password, query and fragment of every address, and for values called secrets.

    The same again changes nothing.
    """
    return "".join(_without_secrets(text)) if _SUSPECT.search(text) else text


def restored(back: str, before: str) -> str:
    """A cell that came back, with what was cut of it put back from what it was before."""
    if back == discreet(before):
        return before
    for word in _BETWEEN.split(before):
        if (cut := discreet(word)) != word:
            back = back.replace(cut, word)
    return back


def json_line(value: Mapping[str, Any]) -> str:
    """JSON in one line, letters of every script as they are, whatever is not seen as JSON's own escapes; discreet."""
    text = json.dumps(discreet_all(value), ensure_ascii=False, separators=(",", ":"))
    return text if text.isprintable() else _IN_LINE.sub(_json_escape, text)


def shortened(text: str, most: int = _WORD) -> str:
    """The text, its end left out where it is longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _written_out(found: re.Match[str]) -> str:
    if len(found[0]) > 1:
        return found[0]
    return r"\x0d" if found[0] == "\r" else found[0].encode("unicode_escape").decode()


def _json_escape(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else json.dumps(found[0])[1:-1]


def discreet_all(value: Any) -> Any:
    """The value with every text in it discreet."""
    if isinstance(value, str):
        return discreet(value)
    if isinstance(value, Mapping):
        return {key: discreet_all(item) for key, item in value.items()}
    return [discreet_all(item) for item in value] if isinstance(value, list | tuple) else value


def _without_secrets(text: str) -> Iterator[str]:
    """The words, and what stands between them; a query ends where nothing of it can follow any more."""
    pieces = _BETWEEN.split(text)
    in_query = False
    for at in range(0, len(pieces), 2):
        between, word = pieces[at - 1] if at else "", pieces[at]
        if in_query and between.isspace() and _continues(between, word):
            continue
        yield between
        cut, in_query = _cut(word) if _SUSPECT.search(word) else (word, False)
        yield cut


def _continues(between: str, word: str) -> bool:
    is_new = _HOST.search(word) or _ESCAPED_HOST.search(word)
    return not is_new and bool((" " not in between and _GOES_ON.search(word)) or _NEXT_PAIR.search(word))


def _cut(word: str) -> tuple[str, bool]:
    """The word without secrets, and whether it ended in a query."""
    if escaped := _ESCAPED_HOST.search(word):
        head, is_cut = _cut(word[: escaped.start()])
        return (head if is_cut else f"{head}{escaped[0]}{_ending(word)}"), True
    word = _without_users(word)
    host = _HOST.search(word)
    query = _QUERY.search(word, host.end()) if host else None
    if query is None:
        word = _SECRET.sub(r"\1…", word)
        query = _PAIRS.search(word)
    return (f"{word[: query.end()]}{_ending(word)}", True) if query else (word, False)


def _ending(word: str) -> str:
    """What stands for the end of a word that is cut: the signs that close something stay."""
    return "…" + word[len(word.rstrip(_CLOSERS)) :]


def _without_users(word: str) -> str:
    """The word with `…` for what stands before the `@` of its addresses."""
    parts, at = [], 0
    for host in _HOST.finditer(word):
        if host.start() >= at and (sign := _sign_after(word, host.end())) >= 0:
            parts += [word[at : host.end()], "…"]
            at = sign
    return "".join([*parts, word[at:]])


def _sign_after(word: str, at: int) -> int:
    """Where the `@` is that ends the user of the address whose host begins here; -1 for none.

    A password may have slashes, and the `@` may have been cut off with the rest of the address.
    """
    found = _HOST_END.search(word, at)
    end = found.start() if found else len(word)
    sign = word.rfind("@", at, end)
    _, colon, port = word[at:end].rstrip(f"{_CLOSERS}…").rpartition(":")
    if sign < 0 and colon and not port.isdigit() and "[" not in word[at:end]:
        sign = max(word.rfind("@", end, end + _PASSWORD_REACH), end)
    return sign


def megabytes(size: int) -> str:
    """A size for people: `25 MB`, `1.4 MB`, `6,400 bytes`."""
    return f"{size:,} bytes" if size < 100_000 else f"{round(size / 1024**2, 1):g} MB"
