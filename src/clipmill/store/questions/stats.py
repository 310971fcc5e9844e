"""How engines, models and versions of templates compare: a query for every question and batch.

None sorts or keeps more than a line for each of few values: of a million rows each is a pass over an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clipmill.domain.batch import Batch
from clipmill.domain.line.comparison import Comparison
from clipmill.store.asking import Ask
from clipmill.stored import PROBLEMS

_STATES = (
    "SELECT rows.lane, rows.state, count(*) AS number, sum(CASE WHEN number < 0 THEN 1 ELSE 0 END) AS parts "
    "FROM rows WHERE batch_id = :batch GROUP BY rows.state, rows.lane"
)
#: One lane at a time: a group of one whole number is sorted three times as quickly as one with names in it.
#: `CROSS` keeps
#: the order of the tables and `||` the index on lanes out of it, or SQLite would look at every attempt there is.
_TOOK = (
    "SELECT CAST(round((attempts.finished_at - attempts.admitted_at) * 100) AS INTEGER) AS took, count(*) AS number, "
    "min(attempts.admitted_at) AS first, max(attempts.finished_at) AS last FROM rows CROSS JOIN attempts "
    "WHERE attempts.row_id = rows.id AND rows.batch_id = :batch AND attempts.lane || '' = :lane GROUP BY 1"
)
_SPENT = (
    "SELECT rows.lane, sum(ledger.amount) AS amount FROM ledger JOIN rows ON rows.id = ledger.row_id "
    "WHERE ledger.batch_id = :batch AND ledger.kind = 'settle' GROUP BY rows.lane"
)
_FAILED = (
    "SELECT rows.number, rows.lane, row_data.problems FROM rows JOIN row_data ON row_data.row_id = rows.id "
    "WHERE rows.batch_id = :batch AND rows.state = 'failed' AND rows.number > :after ORDER BY rows.number LIMIT :page"
)
_REVIEWED = (
    "SELECT rows.lane, events.kind, count(*) AS number FROM events JOIN rows ON rows.batch_id = events.batch_id "
    "AND rows.number = events.number WHERE events.batch_id = :batch "
    "AND events.kind IN ('review', 'approved', 'rejected') GROUP BY rows.lane, events.kind"
)
_LANES = "SELECT id, engine, model FROM lanes"
_PAGE_ROWS = 10_000
_LOWEST = -(2**31)


def compare(ask: Ask, batches: Sequence[Batch]) -> list[Comparison]:
    """What became of the rows of these batches, by template version, engine and model."""
    lanes = {line["id"]: (line["engine"], line["model"]) for line in ask(_LANES, {})}
    found = dict[tuple[str, ...], Comparison]()
    for batch in batches:
        here = dict[str, Comparison]()
        for line in ask(_STATES, {"batch": batch.id}):
            maker = lanes.get(line["lane"], (line["lane"], ""))
            key = (batch.template_name, batch.template_version, *maker)
            entry = here[line["lane"]] = found.setdefault(key, Comparison(*key))
            entry.states[line["state"]] += line["number"]
            entry.parts += line["parts"]
        for entry in {id(entry): entry for entry in here.values()}.values():
            entry.batches += 1
        _add(ask, batch.id, here)
    return sorted(found.values(), key=lambda entry: (entry.template, entry.template_version, entry.engine, entry.model))


def _add(ask: Ask, batch_id: str, here: dict[str, Comparison]) -> None:
    """Add what is asked of one batch, by lane."""
    meant = {"batch": batch_id}
    for lane, entry in here.items():
        lines = ask(_TOOK, {**meant, "lane": lane})
        ended = [line for line in lines if line["took"] is not None]
        entry.attempts += sum(line["number"] for line in lines)
        entry.took.update({line["took"]: line["number"] for line in ended})
        if ended:
            entry.span_seconds += max(line["last"] for line in ended) - min(line["first"] for line in ended)
    for line in ask(_SPENT, meant):
        here[line["lane"]].credits += int(line["amount"])
    for line in ask(_REVIEWED, meant):
        here[line["lane"]].reviews[line["kind"]] += line["number"]
    after = _LOWEST
    while page := ask(_FAILED, {**meant, "after": after, "page": _PAGE_ROWS}):
        for (lane, told), number in Counter((line["lane"], line["problems"]) for line in page).items():
            problems = PROBLEMS.value(told)
            here[lane].causes[problems[0].code if problems else "unknown"] += number
        after = page[-1]["number"]
