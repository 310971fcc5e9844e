"""Requests made up from our OpenAPI, and what of the answers it does not promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from tests.served import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass(frozen=True)
class Broken:
    """A promise that an answer broke."""

    operation: str
    status: int
    why: str


def probe(server: Server, openapi: Mapping[str, Any], examples: int, real: Mapping[str, Any],
          among: Callable[[str], bool] = lambda _: True, seed: int = 1) -> list[Broken]:  # fmt: skip
    """Ask every operation so often; `real` are values for paths that lead to something, taken two times of three."""
    schema = schemathesis.openapi.from_dict(dict(openapi))
    broken: list[Broken] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if among(operation.label):
            _probe(server, operation, (examples, seed), real, broken)
    return broken


def _probe(
    server: Server, operation: Any, often: tuple[int, int], real: Mapping[str, Any], broken: list[Broken]
) -> None:
    asked = 0

    @settings(max_examples=often[0], deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        if asked % 3 and case.path_parameters:
            case.path_parameters.update({name: real[name] for name in case.path_parameters if name in real})
        answer = send(server, case)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            broken.extend(Broken(operation.label, answer.status_code, str(each)) for each in group.exceptions)

    hypothesis.seed(often[1])(ask)()


def send(server: Server, case: Any) -> Any:
    """Send a made-up request as it is."""
    kwargs = case.as_transport_kwargs(base_url="http://testserver")
    headers = {name: value for name, value in dict(kwargs.get("headers") or {}).items()
               if name.lower() not in ("authorization", "x-api-key", "user-agent")}  # fmt: skip
    asked = {name: kwargs[name] for name in ("json", "files", "params") if kwargs.get(name) is not None}
    if files := asked.get("files"):
        asked["files"] = [(name, _file(value)) for name, value in (files.items() if isinstance(files, dict) else files)]
    if (data := kwargs.get("data")) is not None:
        asked["data" if isinstance(data, dict | list) else "content"] = data
    answer = server.client.request(kwargs["method"], kwargs["url"], headers={**headers, **server.headers()}, **asked)
    answer.request.read()  # a form is made as it is sent
    return answer


def _file(value: Any) -> Any:
    """A part of a form as the client takes it, whatever was made up for it."""
    if isinstance(value, tuple):
        return value[0], _file(value[1]), *value[2:]
    return value if isinstance(value, str | bytes) else f"{value}"


def told(broken: Sequence[Broken]) -> str:
    """What was broken, each once."""
    return "\n\n".join(dict.fromkeys(f"{each.operation} {each.status}: {each.why[:600]}" for each in broken))
