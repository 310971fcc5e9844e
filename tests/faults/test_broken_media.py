"""Broken media: whatever is in a file, its row ends with a result or a sentence, and nobody crashes or hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from clipmill.domain.media import MediaKind
from clipmill.errors import ClipmillError, MediaError
from clipmill.media.facts.gif import gif_delays
from clipmill.media.facts.prober import Prober
from clipmill.media.fonts.library import FontLibrary
from clipmill.media.workers.sandbox import Sandbox
from clipmill.media.workers.solo import SoloWorker
from clipmill.settings import Settings
from tests.faults.corpus import good_files, mutations

DECODE = "tests.faults.opening:decode"
EACH = 36
#: No process needs more than this for files this small.
MOST_MB = 600


@dataclass
class Line:
    """What a row's media goes through: a prober, then a worker that decodes; each locked in as in a real batch."""

    home: Path
    peak_mb: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.settings = settings = Settings(home=self.home)
        self.prober = Prober(SoloWorker(Sandbox.looking(settings), job_seconds=20.0))
        self.worker = SoloWorker(Sandbox.making(settings), job_seconds=20.0)

    def take(self, name: str, content: bytes) -> str:
        """Send one file through; what came of it. Whatever is neither a result nor an error of the file is raised."""
        path = self.home / "files" / name
        path.write_bytes(content)
        try:
            suffix = self._looked_at(path)
            answer = self.worker.ask(DECODE, {"path": str(path), "suffix": suffix})
        except MediaError as error:
            return f"refused: {error}"
        finally:
            path.unlink()
        self.peak_mb = max(self.peak_mb, answer["peak_mb"])
        return f"decoded: {answer['decoded']}" if "decoded" in answer else f"refused: {answer['refused']}"

    def _looked_at(self, path: Path) -> str:
        """What the main process does with a file before a worker gets it; its suffix by content."""
        if path.suffix == ".ttf":
            FontLibrary((path.parent,), system=False).missing_glyphs("Grüße")
            return path.suffix
        facts = self.prober.probe(path, path.name)
        if facts.kind is MediaKind.IMAGE and facts.width * facts.height > self.settings.limits.image_pixels:
            raise MediaError(f"{path.name} is {facts.width} × {facts.height} pixels")
        if facts.kind is MediaKind.IMAGE:
            self.prober.look_through(path, facts.suffix, path.name)
        if facts.suffix in (".gif", ".webp"):
            gif_delays(path)
        return facts.suffix

    def close(self) -> None:
        self.prober.close()
        self.worker.close()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The whole files."""
    return good_files(tmp_path_factory.mktemp("good"))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    (tmp_path / "files").mkdir()
    made = Line(tmp_path)
    yield made
    made.close()


def test_whole_files_are_decoded(line: Line, good: dict[str, bytes]) -> None:
    for suffix, content in good.items():
        assert line.take(f"good{suffix}", content).startswith("decoded"), suffix


def test_mutated_files_end_in_a_result_or_a_sentence(line: Line, good: dict[str, bytes]) -> None:
    escaped = []
    for name, content in mutations(good, EACH):
        try:
            told = line.take(name, content)
            line.outcomes[told.partition(":")[0]] += 1
        except ClipmillError as error:
            escaped.append(f"{name}: {type(error).__name__}: {error}")
    assert not escaped
    assert sum(line.outcomes.values()) == len(good) * EACH >= 500
    assert min(line.outcomes["decoded"], line.outcomes["refused"]) > 100
    assert line.peak_mb < MOST_MB


SECRET = "a secret of somebody else"
PNG_OF_30000 = (
    b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIHDR" + (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + b"\0\0\0\0"
    b"\0\0\0\0IDAT\0\0\0\0"
)  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
MALICIOUS = {
    "list.mp4": ("#EXTM3U\n#EXTINF:1,\nfile://{secret}\n", "is a playlist"),
    "hidden.mp4": ("\0\0\0\x10ftypisom\n#EXTM3U\n#EXTINF:1,\n{secret}\n", "is damaged: it cannot be opened"),
    "concat.mov": ("ffconcat version 1.0\nfile '{secret}'\n", "neither"),
    "session.mp4": ("v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", "neither"),
    "stream.mp4": ("<?xml version='1.0'?><MPD><BaseURL>file://{secret}</BaseURL></MPD>", "is an XML document"),
    "entity.svg": (f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{{secret}}">]>{SVG}&x;</svg>', "outside of itself"),
    "laughs.svg": (f'<!DOCTYPE svg [<!ENTITY a "{"lol" * 9_999}"><!ENTITY b "{"&a;" * 99}">]>{SVG}&b;</svg>', "grow"),
    "image.svg": (f'{SVG}<image href="{{secret}}"/></svg>', "only #id and pictures"),
    "include.svg": (f'{SVG}<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{{secret}}"/></svg>',
                    "refers to"),
    "huge.svg": (SVG.replace('"9"', '"1000000"') + "</svg>", "1000000 × 1000000 pixels"),
    "deep.svg": (SVG + "<g>" * 5000 + "</g>" * 5000 + "</svg>", "deeper than 64"),
    "page.png": ("<!doctype html><title>404</title>", "is a web page"),
    "nothing.wav": ("", "is an empty file"),
    "huge.png": (PNG_OF_30000, "30000 × 30000 pixels"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALICIOUS)
def test_malicious_file_is_refused_with_the_reason_and_reads_nothing_else(line: Line, name: str) -> None:
    secret = line.home / "files" / "secret.txt"
    secret.write_text(SECRET)
    content, reason = MALICIOUS[name]
    told = line.take(name, content if isinstance(content, bytes) else content.replace("{secret}", str(secret)).encode())
    assert told.startswith("refused: ")
    assert reason in told
    assert SECRET not in told


def test_sound_in_the_clothes_of_a_picture_is_what_it_is(line: Line, good: dict[str, bytes]) -> None:
    assert line.take("cover.png", good[".wav"]).endswith("samples")
    assert line.take("voice.mp3", good[".jpg"]).startswith("decoded: (180, 320")
