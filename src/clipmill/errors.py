"""Every error clipmill raises across a boundary, drawn as one tree.

    ClipmillError
    ├── InputError          the data or the question is wrong: fix it, never retry
    │   ├── SourceError         the table cannot be read
    │   ├── TemplateError       the template folder is wrong
    │   ├── MediaError          a picture, sound or video is unusable
    │   │   ├── NoNetworkError      nothing outside this machine can be reached
    │   │   └── OutsideError        a file lies where nobody said that files may be taken from
    │   ├── ProjectError        the timeline JSON is wrong or uses what this version lacks
    │   │   ├── GlyphError          no font has some characters of a text
    │   │   ├── RoomError           a text does not fit its box
    │   │   └── DearError           something takes longer to draw than it may
    │   ├── SettingsError       a setting or a flag is wrong
    │   └── ConflictError       it cannot be done with a batch as that stands
    ├── NotFoundError       there is no such batch, row or file
    ├── EngineError         an engine failed; `failure` says what happens next
    │   └── AnswerLost          a paid send went out and its answer never came
    ├── StoreError          the database or the disk failed; nothing is lost, work stops
    │   ├── StoreAway           the database takes nothing now, whatever it is; it may again
    │   └── UnstorableError     a value that no database keeps
    └── WorkerCrash         a worker process died under a job
        └── OverTime            it was ended, for the job took its limit of time

Blocked rows and bad files are values (`Problem`, `Verdict`), not exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clipmill.shown import discreet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clipmill.domain.failure import Failure


#: The hint of an error that nobody but us can correct.
BUG = "This is a bug in clipmill: please report it, with the project or the row it came with."
#: Longer messages and hints lose their middle, whatever they quote.
_LONGEST, _LONGEST_HINT = 450, 2_000


def _told(text: str, most: int) -> str:
    """A text that can be printed: without its middle where it is long, halves of characters spelt out."""
    if len(text) > most:
        text = f"{text[: most * 2 // 3]} … {text[-most // 4 :]}"
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


class ClipmillError(Exception):
    """Something went wrong; the message says what and where, `hint` says what to do next, over what is `listed`.

    None of them holds a secret; each is one line, and so is every one that is listed.
    """

    exit_code = 1

    listed: Sequence[str] = ()

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(_told(discreet(message) or (type(self).__doc__ or "").strip(), _LONGEST))
        self.hint = _told(discreet(hint), _LONGEST_HINT)


class InputError(ClipmillError):
    """What was given cannot be used as it is."""

    exit_code = 2


class SourceError(InputError):
    """The table cannot be read."""


class TemplateError(InputError):
    """The template cannot be used; `path` names the field of its payload where one is wrong for every row."""

    def __init__(self, message: str = "", *, hint: str = "", path: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class MediaError(InputError):
    """A media file cannot be used."""


class NoNetworkError(MediaError):
    """Nothing outside this machine can be reached."""


class OutsideError(MediaError):
    """A file is named that lies outside of the folders whose files may be named."""


class ProjectError(InputError):
    """The timeline JSON cannot be rendered; `path` names the field, as in `visuals[2].zoom`."""

    def __init__(self, message: str = "", *, hint: str = "", path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message, hint=hint)
        self.path = path


class GlyphError(ProjectError):
    """No font has some characters of a text; `characters` are those, each once."""

    def __init__(self, message: str = "", *, hint: str = "", path: str = "", characters: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.characters = characters


class RoomError(ProjectError):
    """A text does not fit its box at its smallest size, or takes more lines than it may; `text` is that text."""

    def __init__(self, message: str = "", *, hint: str = "", path: str = "", text: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.text = text


class DearError(ProjectError):
    """Something takes longer to draw than it may: a `text` or drawing, or the stored file `source`."""

    def __init__(self, message: str = "", *, hint: str = "", path: str = "", text: str = "", source: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.text, self.source = text, source


class SettingsError(InputError):
    """A setting or a flag cannot be used."""


class ConflictError(InputError):
    """It cannot be done as things stand."""


class NotFoundError(ClipmillError):
    """There is no such thing here, or several that may be meant, which are `listed`."""

    exit_code = 2

    def __init__(self, message: str = "", *, hint: str = "", listed: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.listed = [_told(discreet(line), _LONGEST) for line in listed]


class EngineError(ClipmillError):
    """An engine failed; the failure table decides what happens next."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class AnswerLost(ClipmillError):  # noqa: N818 - it names what happened; nobody knows whether it is an error
    """A paid request was sent and its answer never came."""


class StoreError(ClipmillError):
    """The store failed; nothing is lost, work stops."""


class UnstorableError(StoreError):
    """A value that no database keeps, as a text with the character NUL: whoever sent it is to blame."""


class StoreAway(StoreError):  # noqa: N818 - as above
    """The database cannot be reached, is busy or full: what was asked of it is not to blame, and may be asked again."""


class WorkerCrash(ClipmillError):  # noqa: N818 - as above
    """A worker process died while it worked on a job."""


class OverTime(WorkerCrash):
    """A job took its limit of time; `what` of it was drawn then, as in `visuals[2]`, where that is known."""

    def __init__(self, message: str = "", *, hint: str = "", what: str = "") -> None:
        super().__init__(message, hint=hint)
        self.what = what
