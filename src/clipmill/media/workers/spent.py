"""What took its limit of time once: it is not tried again, in this run or a later one, until somebody asks for that.

Kept as small files beneath the state folder, where no worker process writes; another version of clipmill, or other
limits, try again.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import clipmill
from clipmill.making import becoming
from clipmill.settings import Settings

#: Sentences that are kept; the oldest go.
_KEPT = 2_000


class Spent:
    """Sentences by what they are about; safe for several processes at once. A disk that takes nothing keeps nothing."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.home / "spent"
        limits = settings.limits
        self._made_by = f"{clipmill.__version__} {limits.drawing_seconds} {limits.job_seconds}"

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return self._folder.is_dir()

    def told(self, what: str) -> str:
        """What was said of this, nothing where it never took its limit."""
        try:
            return self._place(what).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def keep(self, what: str, sentence: str) -> None:
        """Remember that it took its limit; "" is nothing."""
        if not what:
            return
        place = self._place(what)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with becoming(place) as part:
                part.write_text(sentence, encoding="utf-8", errors="replace")
            there = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for old in there[:-_KEPT]:
                old.unlink(missing_ok=True)

    def forget(self) -> None:
        """Let all of it be tried again."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
            self._folder.rmdir()

    def _place(self, what: str) -> Path:
        return self._folder / hashlib.sha256(f"{self._made_by}\n{what}".encode(errors="surrogatepass")).hexdigest()
