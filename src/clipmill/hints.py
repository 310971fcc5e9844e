"""Actions in sentences: what somebody can do next, said once for every surface.

An action stands in a text as a mark, `⟦retry batch:bat_1 rows:3⟧`, and is stored with it; whoever shows the text puts
it into words (`worded`), a command or a call. Texts of others may hold marks too: an action is told, never done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote


class Deed(StrEnum):
    """What can be done, or looked at."""

    RUN = "run"
    RESUME = "resume"
    RETRY = "retry"
    APPROVE = "approve"
    REJECT = "reject"
    FAILURES = "failures"
    STATUS = "status"
    BATCHES = "batches"
    DOCTOR = "doctor"
    SCHEMA = "schema"
    ADD_FONT = "add_font"


#: The value of an option that whoever acts has to give.
ASKED = "?"
_PLAIN = ",/?"
_MARK = re.compile(r"⟦(\w+)((?: \w+:[^\s⟧]*)*)⟧")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; as text it is its mark."""

    deed: Deed
    #: Id of the batch it is about; empty: the one at hand.
    batch: str = ""
    rows: Sequence[int] = ()
    #: By name, `table`, `again`; empty for what has no value.
    options: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        at = {"batch": self.batch, "rows": ",".join(map(str, self.rows))}
        told = {name: value for name, value in at.items() if value} | dict(self.options)
        return f"⟦{' '.join([self.deed, *(f'{name}:{quote(value, _PLAIN)}' for name, value in told.items())])}⟧"


#: How a surface says an action.
Wording = Callable[[Action], str]
#: What is told more than once.
RESUME, RETRY, DOCTOR, SCHEMA = map(Action, (Deed.RESUME, Deed.RETRY, Deed.DOCTOR, Deed.SCHEMA))
START = Action(Deed.RUN, options={"table": ASKED, "template": ASKED})
FEED_BACK = Action(Deed.RUN, options={"table": ASKED, "into": ASKED})
ADD_FONT = Action(Deed.ADD_FONT, options={"file": ASKED})


def worded(text: str, say: Wording) -> str:
    """A text with its actions in words."""

    def said(found: re.Match[str]) -> str:
        told = {name: unquote(value) for name, _, value in (one.partition(":") for one in found[2].split())}
        try:
            batch, rows = told.pop("batch", ""), tuple(map(int, filter(None, told.pop("rows", "").split(","))))
            return say(Action(Deed(found[1]), batch, rows, told))
        except ValueError:  # no mark of ours
            return found[0]

    return _MARK.sub(said, text) if "⟦" in text else text
