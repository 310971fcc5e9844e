"""A batch at hand: what it is, what becomes of it, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clipmill.client.failures import ApiFailure
from clipmill.client.flows import Bound, Fetch, Flow, Question, R, Wait, flow
from clipmill.client.told import BatchSeen, RowSeen

#: Rows that are asked for at once, and seconds between two looks at a batch.
_PAGE, _LOOK_SECONDS = 200, 2.0


class BatchHandle(Bound[R]):
    """A batch of a server; `told` is how it stood when it was last asked for."""

    def __init__(self, runner: R, told: BatchSeen) -> None:
        super().__init__(runner)
        self.told = told

    @property
    def id(self) -> str:
        """Its id, which outlives every retry."""
        return self.told.id

    @property
    def state(self) -> str:
        """importing, running, paused, finished, cancelled, failed."""
        return self.told.state

    @flow
    def refresh(self) -> Flow[BatchHandle[R]]:
        """Question how it stands."""
        self.told = BatchSeen.of((yield Question(method="GET", path=self._path())))
        return self

    @flow
    def wait(self, timeout: float | None = None, every: float = _LOOK_SECONDS) -> Flow[BatchHandle[R]]:
        """Wait until nothing of it moves until somebody acts: finished, paused, or failed.

        `timeout` in seconds. Raises TimeoutError.
        """
        began = self._runner.now()
        while True:
            self.told = BatchSeen.of((yield Question(method="GET", path=self._path())))
            if self.told.is_at_rest:
                return self
            if timeout is not None and self._runner.now() - began >= timeout:
                raise TimeoutError(f"{self.id} is {self.state} after {timeout:g} s")
            yield Wait(every)

    @flow
    def start(self) -> Flow[BatchHandle[R]]:
        """Let it go, where it was checked and priced alone (`dry_run`)."""
        return (yield from self._do("start"))

    @flow
    def pause(self) -> Flow[BatchHandle[R]]:
        """Admit no more rows; what is under way finishes."""
        return (yield from self._do("pause"))

    @flow
    def resume(self, /, **changes: Any) -> Flow[BatchHandle[R]]:
        """Let it go on; `budget`, `window` and others are changed where they are given."""
        return (yield from self._do("resume", changes))

    @flow
    def cancel(self) -> Flow[BatchHandle[R]]:
        """Cancel what is not under way or finished."""
        return (yield from self._do("cancel"))

    @flow
    def retry(self, /, rows: Sequence[int] = (), **how: Any) -> Flow[int]:
        """Make failed rows again, or those named; `cause`, `new_seeds`, `seed`, `seeds`: how. How many rows."""
        answer = yield self._ask("retry", {"rows": list(rows), **how} if rows else how)
        return int(answer["rows"])

    @flow
    def approve(self, rows: Sequence[int] = ()) -> Flow[int]:
        """Deliver rows that wait for a person; without numbers all of them. How many."""
        return int((yield self._ask("approve", {"rows": list(rows)} if rows else {}))["rows"])

    @flow
    def reject(self, rows: Sequence[int], reason: str = "", *, again: bool = False) -> Flow[int]:
        """Drop rows, or have them made again with new seeds. How many."""
        wish = {"rows": list(rows), "reason": reason, "again": again}
        return int((yield self._ask("reject", wish))["rows"])

    @flow
    def amend(self, rows: Sequence[Mapping[str, Any]]) -> Flow[Mapping[str, Any]]:
        """Put corrected rows in the place of blocked or failed ones, each with its number as `_row`."""
        answer: Mapping[str, Any] = yield self._ask("amend", {"rows": [dict(row) for row in rows]})
        return answer

    @flow
    def rows(self, state: str = "", cause: str = "") -> Flow[list[RowSeen]]:
        """Its rows in the order of the table: all, those in a state, or those of a cause."""
        return (yield from self._rows(state=state, cause=cause))

    @flow
    def causes(self) -> Flow[list[Mapping[str, Any]]]:
        """Why rows are blocked or failed, grouped: how many, an example, who can fix it and how."""
        found: list[Mapping[str, Any]] = (yield Question(method="GET", path=self._path("causes")))["data"]
        return found

    @flow
    def download_all(self, folder: str | Path, name: str = "{file}") -> Flow[list[Path]]:
        """Write every finished file into a folder, each checked by its sha256; one that is there already stays.

        `name` says how files are called, with the columns of the table, `{row}`, `{file}` and `{batch}` in it.
        Raises ApiFailure for a file that came otherwise than it was made.
        """
        written = []
        for row in (yield from self._rows(state="done")):
            path = Path(folder) / called(name, row, self.id)
            if not path.exists():
                yield from _fetched(row, path)
            written.append(path)
        return written

    def _rows(self, **among: Any) -> Flow[list[RowSeen]]:
        found: list[RowSeen] = []
        after: str | None = ""
        while after is not None:
            page = yield Question(
                method="GET", path=self._path("rows"), params={**among, "limit": _PAGE, "after": after}
            )
            found += map(RowSeen.of, page["data"])
            after = page["next"]
        return found

    def _do(self, verb: str, wish: Mapping[str, Any] | None = None) -> Flow[BatchHandle[R]]:
        self.told = BatchSeen.of((yield self._ask(verb, wish)))
        return self

    def _ask(self, verb: str, wish: Mapping[str, Any] | None = None) -> Question:
        return Question(method="POST", path=self._path(verb), json=None if wish is None else dict(wish))

    def _path(self, of: str = "") -> str:
        return f"/v1/batches/{self.id}{f'/{of}' if of else ''}"

    def __repr__(self) -> str:
        """`<BatchHandle bat_1 finished 50 rows>`."""
        return f"<BatchHandle {self.id} {self.state} {self.told.rows} rows>"


def _fetched(row: RowSeen, path: Path) -> Flow[None]:
    if not row.url:
        raise ApiFailure(f"row {row.row} has no file", code="no_file")
    found = yield Fetch(row.url, path)
    if row.sha256 and found != row.sha256:
        path.unlink()
        raise ApiFailure(f"the file of row {row.row} came as {found}, and was made as {row.sha256}", code="altered")


def called(name: str, row: RowSeen, batch: str) -> str:
    """The name of a row's file; values from the table become safe parts of a name. Raises KeyError for no column."""
    suffix = Path(row.file or "").suffix
    values = {key: slug(value) for key, value in row.fields.items()} | {
        "row": str(row.row), "file": row.file or str(row.row), "batch": batch}  # fmt: skip
    made = name.format_map(values)
    return made if made.endswith(suffix) else made + suffix


def slug(text: str, most: int = 60) -> str:
    """`A red scarf, flying!` as `a-red-scarf-flying`: letters and digits of any script, and hyphens."""
    return "-".join(_words(text))[:most].strip("-")


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text.lower():
        if letter.isalnum():
            word += letter
        elif word:
            yield word
            word = ""
    if word:
        yield word
