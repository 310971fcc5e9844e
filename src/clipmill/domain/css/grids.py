"""Grids: tracks, areas and places of items as CSS writes them, read into values (CSS Grid Layout 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipmill.domain.css.values import INTRINSIC, Length, not_negative, split_commas, split_words

#: No template has more tracks, and no item lies farther out.
MOST_TRACKS = 200
_NAME = re.compile(r"[a-zA-Z_][\w-]*")
_FLEX = re.compile(r"(\d+\.?\d*|\.\d+)fr")
#: Words of a track that is as wide as its content.
_WORDS = ("auto", *INTRINSIC)


@dataclass(frozen=True, slots=True)
class Track:
    """A column or row: its least and its greatest size, each a length or a word."""

    least: Length | str = "auto"
    most: Length | str = "auto"
    #: Shares of the room that is left (`fr`); 0: none.
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks of a template; `repeated` stand at `at` as often as there is room for them."""

    tracks: tuple[Track, ...] = ()
    repeated: tuple[Track, ...] = ()
    at: int = 0
    #: Whether repeated tracks that stay empty are none at all (`auto-fit`).
    fits: bool = False


NO_TRACKS = Tracks()


@dataclass(frozen=True, slots=True)
class GridPlace:
    """Where an item begins or ends: a line, so many tracks, a named area; nothing: wherever there is room."""

    line: int = 0
    span: int = 0
    name: str = ""


ANYWHERE = GridPlace()


def is_name(text: str) -> bool:
    """Whether a place is the name of an area."""
    return text not in ("auto", "span") and _NAME.fullmatch(text) is not None


def read_tracks(text: str) -> Tracks:
    """`120px 1fr`, `repeat(3, 1fr)`, `repeat(auto-fill, minmax(100px, 1fr))`; names of lines are passed over."""
    if text == "none":
        return NO_TRACKS
    found: list[Track] = []
    repeated: tuple[Track, ...] = ()
    at, fits = 0, False
    for word in split_words(re.sub(r"\[[^\]]*\]", " ", text)):
        if not word.startswith("repeat("):
            found.append(_track(word))
            continue
        count, *body = split_commas(word[len("repeat(") : -1])
        tracks = tuple(_track(each) for each in split_words(re.sub(r"\[[^\]]*\]", " ", ", ".join(body))))
        if count in ("auto-fill", "auto-fit"):
            repeated, at, fits = tracks, len(found), count == "auto-fit"
        else:
            found.extend(tracks * min(MOST_TRACKS, int(count)))
    if len(found) + len(repeated) > MOST_TRACKS or not (found or repeated):
        raise ValueError(f"{text[:60]!r} is no list of tracks")
    return Tracks(tuple(found), repeated, at, fits)


def read_areas(text: str) -> tuple[tuple[str, ...], ...]:
    """`"head head" "side main"`: the names of each row."""
    if text == "none":
        return ()
    rows = tuple(tuple(row.strip("'\"").split()) for row in split_words(text))
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ValueError(f"{text[:60]!r} names no areas, as many in each row")
    return rows


def read_flow(text: str) -> frozenset[str]:
    """`row`, `column`, `dense`."""
    words = frozenset(text.split())
    if not words or words - {"row", "column", "dense"}:
        raise ValueError(f"{text!r} is none of row, column, dense")
    return words


def read_place(text: str) -> GridPlace:
    """`2`, `-1`, `span 2`, `auto`, or the name of an area."""
    words = text.split()
    if words == ["auto"]:
        return GridPlace()
    if words[0] == "span" and len(words) == 2:
        return GridPlace(span=_number(words[1], 1))
    if len(words) == 1 and is_name(words[0]):
        return GridPlace(name=words[0])
    if len(words) != 1 or int(words[0]) == 0:
        raise ValueError(f"{text!r} is no place in a grid")
    return GridPlace(line=_number(words[0], -MOST_TRACKS))


def _number(text: str, least: int) -> int:
    number = int(text)
    if not least <= number <= MOST_TRACKS:
        raise ValueError(f"{text!r} is outside {least} to {MOST_TRACKS}")
    return number


def _track(word: str) -> Track:
    if word.startswith("minmax("):
        least, most = split_commas(word[len("minmax(") : -1])
        share = _share(most)
        return Track(_size(least), "auto" if share else _size(most), share)
    if word.startswith("fit-content("):
        return Track("auto", not_negative(word[len("fit-content(") : -1]))
    share = _share(word)
    return Track("auto", "auto", share) if share else Track(_size(word), _size(word))


def _share(word: str) -> float:
    found = _FLEX.fullmatch(word)
    return float(found[1]) if found else 0.0


def _size(word: str) -> Length | str:
    return word if word in _WORDS else not_negative(word)
