"""`clipmill deliveries`: what was sent out of a batch, and what came of it; sent once more where that is asked for."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

import typer

from clipmill.cli import options
from clipmill.cli.session import session_of
from clipmill.cli.terminal import data, plural, say, show, table
from clipmill.domain.line.delivery import Delivery
from clipmill.errors import NotFoundError
from clipmill.ports import Outbox
from clipmill.shown import discreet


def deliveries(
    context: typer.Context,
    batch_id: options.BatchId = "",
    again: Annotated[
        str, typer.Option(metavar="ID", help="Send this again: a delivery, or all that an endpoint has not got.")
    ] = "",
    as_json: options.AsJson = False,
) -> None:
    """List what was sent out of a batch, with its tries; with `--again`, have a worker send it once more."""
    session = session_of(context)
    batch, outbox = session.batch(batch_id), session.app.outbox
    if again:
        say(f"Again   {plural(_again(outbox, again), 'webhook')}: whatever worker comes next sends what is due")
        return
    found = [_told(delivery) for delivery in outbox.deliveries(batch.id)]
    if as_json:
        data({"deliveries": found})
        return
    if not found:
        say(f"Nothing is sent out of {batch.name}  {batch.id}: `clipmill run --webhook URL` tells an address.")
        return
    columns = ["id", "endpoint", "event", "to", "state", "tries", "last answer"]
    show(table(columns, map(_cells, found), right=["tries"]), to_pipe=True)


def _again(outbox: Outbox, meant: str) -> int:
    """Send a delivery once more, or what did not reach an endpoint; how many. Raises NotFoundError for none."""
    with suppress(NotFoundError):
        moved = outbox.again(meant) if meant.startswith("msg_") else outbox.again(endpoint_id=meant)
        if moved:
            return moved
    raise NotFoundError(f"there is no delivery {meant}, and no endpoint {meant} that something did not reach",
                        hint="`clipmill deliveries` lists them.")  # fmt: skip


def _told(line: Delivery) -> dict[str, Any]:
    """A delivery as JSON."""
    log = [{"at": each.at, "status": each.status, "seconds": each.seconds, "answer": each.text} for each in line.log]
    return {
        "id": line.id, "kind": str(line.kind), "endpoint": line.endpoint_id, "event": line.type,
        "to": discreet(line.target), "state": str(line.state), "due_at": line.due_at, "log": log,
    }  # fmt: skip


def _cells(told: dict[str, Any]) -> list[object]:
    last = told["log"][-1] if told["log"] else None
    said = f"{datetime.fromtimestamp(last['at']):%Y-%m-%d %H:%M:%S}  {last['status'] or last['answer']}" if last else ""
    return [told["id"], told["endpoint"], told["event"], told["to"], told["state"], len(told["log"]), said]
