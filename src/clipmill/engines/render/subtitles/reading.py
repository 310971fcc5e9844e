"""Reading subtitle files: SRT, WebVTT, ASS and SSA in whatever encoding they come, as the captions of a project."""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice

from clipmill.domain.timeline.elements.subtitle import Caption, Word
from clipmill.domain.timeline.project import Project
from clipmill.engines.render.subtitles.cues import read_cues
from clipmill.engines.render.subtitles.words import clean
from clipmill.errors import MediaError, NotFoundError
from clipmill.opening import read_regular
from clipmill.settings import Limits

#: No subtitle file that is one is larger, bytes.
_MOST_BYTES = 4 * 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
#: Encodings old subtitle files really have, commonest first.
_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "gb18030", "big5", "cp949")
_ASS = re.compile(r"^[^\S\n]*\[(script info|v4\+? styles|events)\]", re.IGNORECASE | re.MULTILINE)
#: What stands in braces says how the text after it looks.
_OVERRIDES = re.compile(r"\{([^}]*)\}")
#: `{\k50}`, `{\kf50}`: the word that follows is sung for so many hundredths of a second.
_SUNG = re.compile(r"\\(?:k[fo]?|K)(\d{1,6})")
#: `{\p1}`: what follows is a drawing, until `{\p0}`.
_PEN = re.compile(r"\\p(\d)")
#: No heading of a section is longer, and no caption has more words than characters.
_LONGEST_HEADING, _MOST_WORDS = 100, 1000
#: `Dialogue: 0,0:00:01.00,0:00:03.00,…`: its two times.
_DIALOGUE = re.compile(r"\s*Dialogue:[^,]*,([^,]*),([^,]*),(?:[^,]*,){6}", re.IGNORECASE)
_ASS_TIME = re.compile(r"\s*(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?\s*")


def with_captions(project: Project, assets: Mapping[str, str], limits: Limits | None = None) -> Project:
    """The project with the captions of its subtitle's file in the place of the file.

    `assets`: `asset:` reference → path. The same project where it names none. Raises MediaError, NotFoundError.
    """
    subtitle = project.subtitle
    if subtitle is None or not subtitle.src:
        return project
    path = assets.get(subtitle.src)
    if path is None:
        raise NotFoundError(f"subtitle.src: {subtitle.src} is not stored")
    captions = _stored(path, (limits or Limits()).captions)
    filled = subtitle.model_copy(update={"src": "", "captions": captions})
    return project.model_copy(update={"subtitle": filled})


@lru_cache(maxsize=16)
def _stored(path: str, most: int) -> tuple[Caption, ...]:
    """The captions of a stored file, whose name is its content."""
    try:
        data = read_regular(path, _MOST_BYTES + 1)
    except OSError as error:
        raise NotFoundError(f"subtitle.src: the stored file cannot be read: {error.strerror or error}") from error
    return read_captions(data, where="subtitle.src", most=most)


def read_captions(data: bytes, *, where: str, most: int) -> tuple[Caption, ...]:
    """The captions of a subtitle file, at most so many, in order of time. Raises MediaError with line and remedy."""
    if len(data) > _MOST_BYTES:
        raise MediaError(f"{where}: the file is larger than {_MOST_BYTES:,} bytes, which no subtitle file is")
    text = decoded(data, where)
    found = _scripted(text, where) if _ASS.search(text) else read_cues(text, where)
    captions: list[Caption] = []
    for caption in found:
        if len(captions) == most:
            raise MediaError(f"{where}: the file has more captions than the limit of {most:,}",
                             hint="Shorten it, or raise limits.captions.")  # fmt: skip
        captions.append(caption)
    if not captions:
        raise MediaError(f"{where}: there is no caption in the file; SRT, VTT, ASS and SSA are read",
                         hint="A caption begins with a line like 00:00:01,500 --> 00:00:04,000.")  # fmt: skip
    return tuple(sorted(captions, key=lambda caption: caption.start))


def decoded(data: bytes, where: str) -> str:
    """The text of a file: by its byte order mark, as UTF-8, as UTF-16 without a mark, or by the look of it.

    Raises MediaError for what is no text.
    """
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or _wide(data) or "utf-8")
    except UnicodeDecodeError as error:
        if marked:
            raise MediaError(f"{where}: the file is broken: it is not the {marked.upper()} it says it is") from error
        text = data.decode(_guessed(data), "replace")
    if "\0" in text:
        raise MediaError(f"{where}: the file is no text", hint="SRT and VTT files can be used.")
    return text


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: the characters of times are ASCII, so that many other bytes are zero."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) < len(data[:4096]) / 20 or min(even, odd) > max(even, odd) / 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _guessed(data: bytes) -> str:
    """The likeliest of the older encodings; Windows-1252, which can be read as anything, where none stands out."""
    import charset_normalizer  # noqa: PLC0415 - few files need it, and every worker would load it

    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:16384]
    scores = {
        codec: (round(match.chaos, 2), -round(match.coherence, 1), _LEGACY.index(codec))
        for match in charset_normalizer.from_bytes(telling, cp_isolation=list(_LEGACY))
        for codec in match.could_be_from_charset
        if codec in _LEGACY
    }
    return min(scores, key=scores.__getitem__, default="cp1252")


def _scripted(text: str, where: str) -> Iterator[Caption]:
    """The captions of an ASS or SSA script; sung syllables are words."""
    import pysubs2  # noqa: PLC0415 - few files need it, and every worker would load it

    _check_dialogue(text, where)
    script, texts = _without_texts(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            events = pysubs2.SSAFile.from_string(script, "ass" if "v4+" in text.lower() else "ssa").events
    except Exception as error:  # the library lets whatever its parser meets through
        raise MediaError(f"{where}: the ASS script cannot be read: {str(error)[:100] or type(error).__name__}",
                         hint="Save it anew in a subtitle editor, or as SRT.") from error  # fmt: skip
    for event in events:
        parts = _parted(texts[int(event.text)]) if event.type == "Dialogue" else [""]
        said = "" if any(map(_draws, parts[1::2])) else clean(_plain("".join(parts[::2])))[:1000]
        if said:
            words = tuple(islice(_sung(parts, event.start, event.end), _MOST_WORDS))
            yield Caption(start=event.start / 1000, end=event.end / 1000, text=said, words=words)


def _without_texts(text: str) -> tuple[str, list[str]]:
    """A script with numbers in the place of what is said, and what is said: the library squares it."""
    lines, texts = list[str](), list[str]()
    for line in text.split("\n"):
        found = _DIALOGUE.match(line) if line.lstrip().startswith("Dialogue:") else None
        if found is not None:
            lines.append(f"{found[0]}{len(texts)}")
            texts.append(line[found.end() :].rstrip())
        elif len(line) <= _LONGEST_HEADING or "[" not in line[:8]:
            lines.append(line)
    return "\n".join(lines), texts


def _parted(text: str) -> list[str]:
    """The texts of a line, with what stands in braces between each two of them."""
    end = text.rfind("}") + 1  # a brace that is never closed is not looked for again and again
    *parts, last = _OVERRIDES.split(text[:end])
    return [*parts, last + text[end:]]


def _draws(override: str) -> bool:
    found = _PEN.findall(override)
    return bool(found) and found[-1] != "0"


def _plain(text: str, line_end: str = "\n") -> str:
    return text.replace("\\h", " ").replace("\\n", line_end).replace("\\N", line_end)


def _check_dialogue(text: str, where: str) -> None:
    """Raises MediaError for the first line of a script whose times are none, or run backwards."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().lower().startswith("dialogue:"):
            continue
        found = _DIALOGUE.match(line)
        times = [_ASS_TIME.fullmatch(time) for time in found.groups()] if found else [None]
        if None in times:
            raise MediaError(f"{where}: line {number} is no line of dialogue: {line.strip()[:60]!r}",
                             hint="Write it as Dialogue: 0,0:00:01.50,0:00:04.00,Default,,0,0,0,,Text.")  # fmt: skip
        # All of one width, so that they are in order as texts are.
        start, end = ([*(part.zfill(2) for part in time.groups()[:3]), (time[4] or "").ljust(3, "0")]
                      for time in times if time)  # fmt: skip
        if end < start:
            raise MediaError(f"{where}: line {number}: the caption ends before it begins: {line.strip()[:60]!r}",
                             hint="Swap the two times.")  # fmt: skip


def _sung(parts: list[str], begin: int, last: int) -> Iterator[Word]:
    """The syllables of a line with their times (milliseconds)."""
    syllables: list[tuple[int, list[str]]] = []
    for override, text in zip(parts[1::2], parts[2::2], strict=True):
        found = _SUNG.search(override)
        if found is not None:
            syllables.append((int(found[1]), []))
        if syllables:
            syllables[-1][1].append(text)
    for hundredths, texts in syllables:
        end = min(begin + 10 * hundredths, last)
        text = clean(_plain("".join(texts), " "))
        if text:
            yield Word(start=begin / 1000, end=max(begin, end) / 1000, text=text[:100])
        begin = max(begin, end)
