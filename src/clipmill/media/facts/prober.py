"""The prober: measures stored media for the main process, which reads no more of a file than what tells its kind.

All are measured by a worker process, which may break over one. It also looks through pictures, to their ends, where
somebody wants to know before they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from clipmill.domain.media import MediaKind
from clipmill.errors import ClipmillError, MediaError, OverTime, SettingsError, WorkerCrash
from clipmill.media.facts.facts import Facts
from clipmill.media.facts.sniff import recognise
from clipmill.media.workers.crew import ProcessCrew
from clipmill.media.workers.solo import SoloWorker
from clipmill.media.workers.wire import understood

_LOOK_THROUGH = "clipmill.media.facts.whole:look_through"
_MEASURE = "clipmill.media.facts.whole:measure"
_PROBE = "clipmill.media.facts.probe:probe_stored"
_ANYTHING = "clipmill.media.workers.sandbox:state_of_locks"
SIMPLER = "Use a simpler picture, or a smaller one."
_ANEW = "Save the file anew, or use another one."
_Taken = TypeVar("_Taken")


class Prober:
    """Facts of stored files; for one thread. The worker starts with the first of them."""

    def __init__(self, worker: SoloWorker | ProcessCrew, drawing_seconds: float = 0.0) -> None:
        self._worker = worker
        #: Processor time for looking through one picture; 0 for no limit.
        self._drawing_seconds = drawing_seconds

    def probe(self, path: Path, name: str = "") -> Facts:
        """Measure a file; errors call it `name`.

        Raises MediaError for whatever is wrong with the file, WorkerCrash when no worker process works on this machine.
        """
        name = name or path.name
        kind, suffix = recognise(path, name)
        if kind is MediaKind.IMAGE:
            question = {"path": str(path.absolute()), "name": name, "suffix": suffix}
            width, height = self._answer(_MEASURE, question, lambda sides: map(int, sides))
            return Facts(kind=kind, suffix=suffix, width=width, height=height)
        if kind is MediaKind.SUBTITLE:
            return Facts(kind=kind, suffix=suffix)
        return self._answer(_PROBE, {"path": str(path.absolute()), "name": name}, Facts.from_dict)

    def look_through(self, path: Path, suffix: str, name: str) -> tuple[str, ...]:
        """Have a picture decoded to its end; `suffix` by content. What is not drawn of it, as sentences.

        Raises MediaError where it has no end, or may not be drawn, or took too long,
        and WorkerCrash as `probe` does.
        """
        question = {"path": str(path.absolute()), "name": name, "suffix": suffix, "seconds": self._drawing_seconds}
        return self._answer(_LOOK_THROUGH, question, lambda remarks: tuple(map(str, remarks)))

    def close(self) -> None:
        """End the worker, where it is a process of its own."""
        if isinstance(self._worker, SoloWorker):
            self._worker.close()

    def _answer(self, call: str, question: Mapping[str, Any], taken: Callable[[Any], _Taken]) -> _Taken:
        """The worker's answer about a file, taken apart; what goes wrong, but for the machine, is the file's fault."""
        name = question["name"]
        try:
            answer = self._ask_twice(call, question)
            with understood():
                return taken(answer)
        except TimeoutError as error:
            raise MediaError(f"{name} is damaged: reading it took too long and was stopped", hint=_ANEW) from error
        except OverTime as error:
            raise MediaError(str(error), hint=SIMPLER) from error
        except WorkerCrash as error:
            self._worker.ask(_ANYTHING, {})  # where this fails too, it is not the file
            raise MediaError(f"{name} is damaged: reading it stopped the process that tried", hint=_ANEW) from error
        except (MediaError, SettingsError):
            raise
        except ClipmillError as error:
            raise MediaError(f"{name} is damaged: reading it failed ({error})", hint=_ANEW) from error

    def _ask_twice(self, call: str, question: Mapping[str, Any]) -> Any:
        """A worker may die for reasons of its own; a file that ends two is to blame."""
        try:
            return self._worker.ask(call, question)
        except OverTime:
            raise
        except WorkerCrash:
            return self._worker.ask(call, question)
