"""The contact sheet: what was made, a picture of each, to be looked at, approved and rejected."""

from __future__ import annotations

from starlette.responses import Response

from clipmill.domain.row import RowState
from clipmill.web.asking import Ask, whole
from clipmill.web.cards import cards_of
from clipmill.web.rooms.batch import seen

#: Cards on a page.
SHOWN = 24
#: What can be looked at, in the order of the tabs.
PLACES = (RowState.REVIEW, RowState.DONE, RowState.FAILED)


def sheet(ask: Ask) -> Response:
    """A page of cards: those that wait for a person where there are any, else what is done."""
    batch = ask.batch()
    numbers = seen(ask, batch.id)
    counts = {str(state): numbers["progress"].count(state) for state in PLACES}
    place = ask.query.get("state", "") or ("review" if counts["review"] else "done")
    state = RowState(place) if place in counts else RowState.DONE
    after = whole(ask.query.get("after", ""), "after") or 0
    cards = cards_of(ask, batch, [state], SHOWN + 1, after)
    if not cards and after:
        cards, after = cards_of(ask, batch, [state], SHOWN + 1), 0
    return ask.page("sheet.html", **numbers, tab="sheet", cards=cards[:SHOWN], more=len(cards) > SHOWN,
                    place=str(state), after=after, counts=counts)  # fmt: skip
