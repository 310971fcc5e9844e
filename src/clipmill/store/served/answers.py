"""Answers over the database: what was answered to requests that may come again under their keys."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select, text

from clipmill.domain.access import Said
from clipmill.domain.batch import LOCAL
from clipmill.ports import Clock
from clipmill.store.database import Database
from clipmill.store.served.tables import answers

_BEGIN = text(
    "INSERT INTO answers (tenant, route, key, body, status, answer, until) "
    "VALUES (:tenant, :route, :key, :body, NULL, '', :until) ON CONFLICT (tenant, route, key) DO NOTHING"
)
#: Old ones that are forgotten with each new one.
_FORGOTTEN = 50


class SqlAnswers:
    """The answers that a tenant was given (server_ports.Answers)."""

    def __init__(self, database: Database, clock: Clock, tenant: str = LOCAL) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant

    def begin(self, route: str, key: str, body: str, seconds: float) -> Said | None:
        """Be the one who answers, for so long; None where we are, else what somebody has answered, or is at."""
        now = self._clock.now()
        values = {"tenant": self._tenant, "route": route, "key": key, "body": body, "until": now + seconds}

        def work(connection: Connection) -> Said | None:
            old = select(answers.c.tenant, answers.c.route, answers.c.key).where(answers.c.until <= now)
            for line in connection.execute(old.limit(_FORGOTTEN)).all():
                connection.execute(answers.delete().where(
                    answers.c.tenant == line.tenant, answers.c.route == line.route, answers.c.key == line.key,
                    answers.c.until <= now))  # fmt: skip
            if connection.execute(_BEGIN, values).rowcount:
                return None
            line = connection.execute(select(answers).where(*self._meant(route, key))).one()
            if line.until <= now:  # there were more than are forgotten at once
                connection.execute(answers.update().where(*self._meant(route, key)).values(
                    body=body, status=None, answer="", until=values["until"]))  # fmt: skip
                return None
            return Said(line.status, line.body, line.answer)

        return self._database.write(work)

    def end(self, route: str, key: str, status: int, answer: str, seconds: float) -> None:
        """Remember the answer for so long."""
        values = {"status": status, "answer": answer, "until": self._clock.now() + seconds}
        mine = answers.update().where(*self._meant(route, key)).values(**values)
        self._database.write(lambda connection: connection.execute(mine))

    def drop(self, route: str, key: str) -> None:
        """Forget it: whoever asks again is answered anew."""
        mine = answers.delete().where(*self._meant(route, key))
        self._database.write(lambda connection: connection.execute(mine))

    def _meant(self, route: str, key: str) -> tuple[ColumnElement[bool], ...]:
        return answers.c.tenant == self._tenant, answers.c.route == route, answers.c.key == key
