"""For operators: whether the server is there, whether it can work, and its numbers as Prometheus reads them."""

from __future__ import annotations

from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import CollectorRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipmill.api.served import Served, served_of
from clipmill.api.surface import router
from clipmill.domain.credits import as_number
from clipmill.errors import ClipmillError

routes = router(tags=["operating"])
#: A worker that said nothing for so many leases is not counted.
_LEASES = 3


@routes.get("/health", operation_id="health")
def health(request: Request) -> dict[str, Any]:
    """Whether the process answers; asks nothing else."""
    return {"status": "ok", "sandbox": served_of(request).app.gaps or "whole"}


@routes.get("/ready", operation_id="ready", responses={503: {}})
def ready(request: Request) -> Response:
    """Whether requests are taken: the database answers, and nobody told the server to stop."""
    served = served_of(request)
    if served.stopping.is_set():
        return JSONResponse({"status": "stopping"}, 503)
    try:
        served.app.tail.newest()
    except ClipmillError as error:
        return JSONResponse({"status": "no database", "reason": str(error)}, 503)
    return JSONResponse({"status": "ready", "workers": _workers(served)})


@routes.get("/metrics", operation_id="metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """Numbers of everybody together, in Prometheus' text format; they name no tenant."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(served_of(request)))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Numbers:
    """What the database says at this moment."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def collect(self) -> Any:
        """The families, as Prometheus calls them."""
        told = self._served.app.tail.spending()
        rows = GaugeMetricFamily("clipmill_rows", "Rows by state.", labels=["state"])
        for state, number in sorted(told.rows.items()):
            rows.add_metric([state], number)
        yield rows
        spent, reserved = (float(as_number(amount) or 0) for amount in (told.spent, told.reserved))
        yield CounterMetricFamily("clipmill_credits_spent", "Credits spent.", value=spent)
        yield GaugeMetricFamily("clipmill_credits_reserved", "Credits held.", value=reserved)
        mismatches = "Batches whose rows do not add up; must be 0."
        yield CounterMetricFamily("clipmill_accounting_mismatch", mismatches, value=told.mismatches)
        yield GaugeMetricFamily("clipmill_workers", "Workers that serve all batches.", value=_workers(self._served))


def _workers(served: Served) -> int:
    since = served.app.time.now() - _LEASES * served.app.settings.lease_seconds
    return sum(worker.heartbeat > since for worker in served.app.readonly.serving())
