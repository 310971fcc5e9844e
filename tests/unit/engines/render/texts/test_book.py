from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.timeline.loading import load_project
from clipmill.engines.render.texts.book import TextBook
from clipmill.errors import RoomError, WorkerCrash
from clipmill.media.fonts.library import FontLibrary
from clipmill.settings import Limits, Settings
from clipmill.testing import InProcessCrew
from tests.rendering import project

TITLE = {"fontSize": 56, "minFontSize": 36, "maxLines": 4, "lineHeight": 1.12, "fontWeight": 600}
LONG = "An awfully long title that goes on and on and never fits " * 4


class _Worker:
    """Answers as told, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[Any] = []
        self._answer = answer

    def ask(self, call: str, arguments: Any) -> Any:
        self.asked.append(arguments["paths"])
        if isinstance(self._answer, Exception):
            raise self._answer
        return [self._answer for _ in arguments["paths"]]

    def close(self) -> None:
        pass


#: The state folder of the latest book.
_home: list[Path] = []


def _cut(book: TextBook, *texts: dict[str, Any]) -> list[str]:
    body = project(*({"type": "TEXT", "x": 10, "y": 10, "width": 300, **text} for text in texts), width=640, height=360)
    fonts = {"folders": [], "system": False, "cache": str(_home[-1] / "cache" / "fonts")}
    arguments = {"body": body, "assets": {}, "limits": Limits().model_dump(), "fonts": fonts}
    return list(book.cut(load_project(body), lambda: arguments))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[TextBook]:
    for folder in ("scratch", "cache", "frames", "files", "fonts"):
        (tmp_path / folder).mkdir()
    _home[:] = [tmp_path]
    found = TextBook(Settings(home=tmp_path), FontLibrary(system=False), InProcessCrew())
    yield found
    found.close()


@pytest.mark.parametrize(
    "text",
    [
        {"text": "Coral Dome Lamp with Brass Stem", "height": 260, "style": TITLE},
        {"text": "No box", "style": {"fontSize": 400}},
        {"text": "three\nlines\nfit", "height": 116, "style": {"fontSize": 32}},
        {"text": LONG, "height": 20, "style": {"overflow": "visible"}},
        {"text": "seen", "style": {"maxLines": 1}},
        {"html": "<b>as high as it is</b> " * 40},
    ],
)
def test_most_texts_are_proven_to_fit_without_asking(book: TextBook, text: dict[str, Any]) -> None:
    book._worker = worker = _Worker(RuntimeError("nobody needs to be asked"))  # type: ignore[assignment]
    assert _cut(book, text) == []
    assert worker.asked == []


@pytest.mark.parametrize(
    "text",
    [
        {"text": LONG, "height": 260, "style": TITLE},
        {"text": "مرحبا", "height": 260, "style": TITLE},
        {"text": "four\nlines\ndo\nnot", "height": 116, "style": {"fontSize": 32}},
        {"text": "gypsy", "style": {"overflow": "hidden"}},
        {"html": "<div style='overflow:hidden'>x</div>"},
        {"html": "x", "height": 20},
        {"text": "a b", "style": {"maxLines": 1, "whiteSpace": "pre"}},
    ],
)
def test_what_is_not_proven_is_asked_once(book: TextBook, text: dict[str, Any]) -> None:
    book._worker = worker = _Worker({"cut": "it is cut"})  # type: ignore[assignment]
    assert _cut(book, text) == _cut(book, text) == ["it is cut"]
    assert worker.asked == [["visuals[0]"]]
    assert _cut(book, text | {"y": 20}) == ["it is cut"]
    assert len(worker.asked) == 2


def test_without_a_process_nothing_is_said(book: TextBook) -> None:
    book._worker = _Worker(WorkerCrash("it died"))  # type: ignore[assignment]
    assert _cut(book, {"text": LONG, "height": 20}) == []


def test_texts_are_laid_out_in_a_locked_in_process(book: TextBook) -> None:
    told = _cut(
        book,
        {"text": "word " * 30, "height": 80},
        {"text": "gypsy", "height": 40, "style": {"overflow": "hidden", "fontSize": 40, "lineHeight": 1}},
        {"html": "<p>fits</p>", "height": 80},
        {"html": "<p>word</p>" * 9, "height": 80},
    )
    assert [sentence.split(":")[0] for sentence in told] == ["visuals[0]", "visuals[1]", "visuals[3]"]
    assert all("was cut off" in sentence for sentence in told)
    with pytest.raises(RoomError, match=r"^visuals\[0\]: 'An awfully .* does not fit its box") as caught:
        _cut(book, {"text": LONG, "height": 100, "style": TITLE})
    assert (caught.value.path, caught.value.text) == ("visuals[0]", LONG)
    assert "lower minFontSize" in caught.value.hint
