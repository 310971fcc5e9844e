"""What must hold of a line whatever happened to its workers, by name: the store's books beside those of the engines."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from clipmill.store.database import Database
from clipmill.store.line.admission import RATE_SLACK_SECONDS
from tests.e2e.emulated import Books, Terms

LOST, TWICE, WITHOUT = "lost", "paid twice", "paid without an attempt"
WINDOW, RATE, LEDGER = "over the window", "over the rate", "the ledger is not exact"
PART, DEADLOCK = "a part made twice", "deadlock"
#: Two clocks of one machine, of which one was read over a connection, may differ by so much, seconds.
_CLOCKS_SECONDS = 0.02


@dataclass
class Audit:
    """What was found: (name, what exactly); and figures worth telling."""

    offences: list[tuple[str, str]] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The names of what does not hold."""
        return {name for name, _ in self.offences}


def audit(database: Database, books: Books, terms: Sequence[Terms]) -> Audit:
    """Hold a line at rest to everything."""
    ask, found = _Ask(database), Audit()
    for name, offences in (
        (LOST, _lost(ask, terms)), (TWICE, _twice(books)), (WITHOUT, _without(ask, books)), (LEDGER, _ledger(ask)),
        (LEDGER, _settled(ask, books)), (PART, _parts(ask, books)), (DEADLOCK, _deadlocks(ask)),
    ):  # fmt: skip
        found.offences += [(name, what) for what in offences]
    for each in terms:
        most = books.in_flight(each.name)
        if most > each.window:
            found.offences.append((WINDOW, f"{most} jobs of {each.name} at once, {each.window} allowed"))
        late = _lateness(ask, books, each)
        found.offences += [(RATE, what) for what in _over_rate(books, each, late)]
        ((rows,),) = books.ask("SELECT max(n) FROM (SELECT count(*) AS n FROM items JOIN jobs ON jobs.id = items.job "
                               "WHERE engine = ? GROUP BY job)", each.name)  # fmt: skip
        found.told[each.name] = {"in flight": most, "of": each.window, "sends": len(late), "rows a call": rows,
                                 "latest": round(max(late.values(), default=0.0), 2)}  # fmt: skip
    return found


class _Ask:
    """Questions to the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_postgres = not database._is_sqlite

    def __call__(self, sql: str) -> Sequence[Any]:
        with self._database.read() as connection:
            return connection.execute(text(sql)).all()


def _lost(ask: _Ask, terms: Sequence[Terms]) -> Iterator[str]:
    """Rows that are not done, or whose file is not there or says something else; a lane may not know of its own."""
    blind = {each.name for each in terms if each.recovery.value == "none"}
    rows = ask("SELECT r.batch_id, r.number, r.state, r.lane, r.file_name, r.owner, b.out_folder FROM rows r "
               "JOIN batches b ON b.id = r.batch_id")  # fmt: skip
    for row in rows:
        where = f"row {row.number} of {row.batch_id}"
        if row.state == "unknown" and row.lane in blind:
            continue
        if row.state != "done" or row.owner:
            yield f"{where} is {row.state}"
        elif row.number > 0 and not _says(Path(row.out_folder) / row.file_name, row.number):
            yield f"the file of {where} is not what was asked for"


def _says(path: Path, number: int) -> bool:
    return path.exists() and f'"n":"{number}"' in path.read_text()


def _twice(books: Books) -> Iterator[str]:
    yield from (f"{row} was paid {times} times" for row, times in books.rows_paid().items() if times > 1)


def _without(ask: _Ask, books: Books) -> Iterator[str]:
    """What was paid for that no attempt is known of, no credits were reserved for, or before that was written."""
    known = {row.key: row.at for row in ask("SELECT a.key, l.at FROM attempts a JOIN ledger l ON l.row_id = a.row_id "
                                            "AND l.attempt = a.number AND l.kind = 'reserve'")}  # fmt: skip
    for key, begun in books.ask("SELECT key, begun FROM items JOIN jobs ON jobs.id = items.job"):
        if known.get(key, begun + 1) > begun + _CLOCKS_SECONDS:
            yield f"nobody knew of {key}"


def _ledger(ask: _Ask) -> Iterator[str]:
    """Every line says the sums of those before it, and what is reserved is reserved and closed once."""
    sums: dict[str, list[int]] = {}
    lines: dict[tuple[int, int], dict[str, int]] = {}
    for line in ask("SELECT * FROM ledger ORDER BY id"):
        now, of = sums.setdefault(line.batch_id, [0, 0]), lines.setdefault((line.row_id, line.attempt), {})
        if line.kind in of or (line.kind != "reserve" and (len(of) != 1 or "reserve" not in of)):
            yield f"row {line.row_id}, attempt {line.attempt}: {line.kind} after {sorted(of)}"
        of[line.kind] = line.amount
        now[0] += line.amount if line.kind == "reserve" else -of.get("reserve", 0)
        now[1] += line.amount if line.kind == "settle" else 0
        if [line.reserved, line.spent] != now:
            yield f"line {line.id} says {line.reserved} and {line.spent}, the lines come to {now[0]} and {now[1]}"


def _settled(ask: _Ask, books: Books) -> Iterator[str]:
    """What an engine charged for a call is what its attempts are settled at; what is done was settled once."""
    lines = ask("SELECT a.key, l.amount FROM attempts a JOIN ledger l ON l.row_id = a.row_id AND "
                "l.attempt = a.number AND l.kind = 'settle'")  # fmt: skip
    settled = {line.key: line.amount for line in lines}
    for job, charged in books.ask("SELECT id, charged FROM jobs"):
        keys = [key for (key,) in books.ask("SELECT key FROM items WHERE job = ?", job)]
        amounts = [settled[key] for key in keys if key in settled]
        if amounts and sum(amounts) != charged:
            yield f"job {job} was charged {charged} and settled at {sum(amounts)}"
    for row in ask("SELECT r.id, r.batch_id, r.number, count(l.id) AS times FROM rows r LEFT JOIN ledger l ON "
                   "l.row_id = r.id AND l.kind = 'settle' WHERE r.state = 'done' GROUP BY 1, 2, 3"):  # fmt: skip
        if row.times != 1:
            yield f"row {row.number} of {row.batch_id} was settled {row.times} times"


def _parts(ask: _Ask, books: Books) -> Iterator[str]:
    """What several rows need is one part, made of one payload, which was paid for once."""
    for row in ask("SELECT batch_id, digest, count(*) AS times FROM rows WHERE digest IS NOT NULL GROUP BY 1, 2"):
        if row.times > 1:
            yield f"{row.times} parts of one digest in {row.batch_id}"
    paid = Counter(payload for (payload,) in books.ask("SELECT payload FROM items WHERE payload LIKE '%\"scene\"%'"))
    yield from (f"{payload} was made {times} times" for payload, times in paid.items() if times > 1)


def _deadlocks(ask: _Ask) -> Iterator[str]:
    if ask.is_postgres:
        ((times,),) = ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        if times:
            yield f"{times} deadlocks"


def _lateness(ask: _Ask, books: Books, terms: Terms) -> Mapping[float, float]:
    """When each send arrived → how much later than the store has it, which counts it from the moment it was taken."""
    taken: dict[str, list[float]] = {}
    for row in ask(f"SELECT a.key, a.admitted_at AS at FROM attempts a WHERE a.lane = '{terms.name}' UNION ALL SELECT "
                   "a.key, s.at FROM resends s JOIN attempts a ON a.row_id = s.row_id AND a.admitted_at <= s.at "
                   f"WHERE s.lane = '{terms.name}'"):  # fmt: skip
        bisect.insort(taken.setdefault(row.key, []), row.at)
    late = {}
    for at, call in books.ask(
        "SELECT at, call FROM sends WHERE engine = ? AND answer <> 'late' ORDER BY at", terms.name
    ):
        of = taken.get(call, [])
        place = bisect.bisect_right(of, at + _CLOCKS_SECONDS)
        late[at] = at - of[place - 1] if place else 0.0
    return late


def _over_rate(books: Books, terms: Terms, late: Mapping[float, float]) -> Iterator[str]:
    """More sends in a period than may be: what left later than the store allows for shortens the period by that."""
    at = sorted(late)
    for rate in terms.rates:
        for first, last in zip(at, at[rate.count :], strict=False):
            over = max(late[each] for each in at[at.index(first) : at.index(last) + 1]) - RATE_SLACK_SECONDS
            if last - first < rate.seconds - max(over, 0.0) - _CLOCKS_SECONDS:
                yield f"{rate.count + 1} sends to {terms.name} within {last - first:.2f} s, {rate} allowed"
