"""From a request to a project that can be made: filled in, checked and bounded, without a look at its media."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from clipmill.api.dialects.zvid.words import Detail, said
from clipmill.domain.payload import canonical_json
from clipmill.domain.timeline.loading import load_project, payload_problems, unknown_fields
from clipmill.domain.timeline.project import Project
from clipmill.errors import ProjectError
from clipmill.pipeline.use_cases.serving.requests.estimating import Estimate, estimate
from clipmill.settings import Settings
from clipmill.templates.bare import bare_project

#: A resolved project, and all that one request is resolved to, characters of JSON.
PROJECT_CHARACTERS, REQUEST_CHARACTERS = 2_000_000, 32_000_000
_TOLD = 20
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_PLACED = re.compile(r"([a-zA-Z]\w*(?:\[\d+\]|\.\w+)*): (.+)", re.DOTALL)
_URL_CHARACTERS = 2048
_PORTS = (None, 80, 443)


class InvalidError(ProjectError):
    """A project that cannot be made: each wrong field with what is wrong with it."""

    def __init__(self, details: Iterable[Detail], hint: str = "") -> None:
        self.details = tuple(islice(details, _TOLD))
        path, message = self.details[0]
        super().__init__(message, path=path, hint=hint)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A project as it will be made."""

    body: dict[str, Any]
    project: Project
    #: What was left out, and what is not known yet.
    warnings: tuple[str, ...]
    price: Estimate


@dataclass(slots=True)
class Resolver:
    """Resolves the projects of one request, whose work is bounded; addresses are looked at once."""

    settings: Settings
    #: `image`, `video`; empty: whatever the project says.
    kind: str = ""
    _left: int = REQUEST_CHARACTERS
    _known: dict[str, str] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)

    def resolve(
        self, payload: Mapping[str, Any], variables: Mapping[str, Any], overrides: Mapping[str, Any]
    ) -> Resolved:
        """The project with these values. Raises InvalidError."""
        if self._left <= 0:
            raise InvalidError([("", "the items of this request come to too much together")],
                          hint="Send fewer of them at once.")  # fmt: skip
        self._left -= self._size(payload)
        limits = self.settings.limits
        request = {"payload": {"type": self.kind, **payload} if self.kind == "image" else payload,
                   "variables": dict(variables), "overrides": dict(overrides)}  # fmt: skip
        try:
            body = bare_project(request, limits=limits)
            self._left -= self._measured(body)
            project = load_project(body, limits)
            self._check_kind(project)
            price = estimate(project, self.settings)
        except InvalidError:
            raise
        except ProjectError as error:
            raise _with_others(error, locals().get("body")) from error
        self._check_sources(project)
        warnings = tuple(said(sentence) for sentence in unknown_fields(project))
        if not price.is_sure:
            warnings += ("its length is known when its clips and sounds are fetched: the credits are an estimate",)
        return Resolved(_stripped(body, project) if warnings else body, project, warnings, price)

    def _size(self, payload: Mapping[str, Any]) -> int:
        """Characters of what is to be resolved, which is looked at once."""
        if id(payload) not in self._sizes:
            self._sizes[id(payload)] = len(canonical_json(payload))
        return self._sizes[id(payload)]

    def _measured(self, body: Mapping[str, Any]) -> int:
        size = len(canonical_json(body))
        if size > PROJECT_CHARACTERS:
            raise ProjectError(f"the resolved project has {size:,} characters of JSON; {PROJECT_CHARACTERS:,} are "
                               "allowed", hint="Name pictures by address, and leave out what is not seen.")  # fmt: skip
        return size

    def _check_kind(self, project: Project) -> None:
        if self.kind and project.type != self.kind:
            path = "/api/render/image/api-key" if project.is_image else "/api/render/api-key"
            raise ProjectError(f"{project.type!r} projects are not rendered here", path="type",
                               hint=f"Send it to {path}.")  # fmt: skip

    def _check_sources(self, project: Project) -> None:
        """Raises InvalidError for media that are named by anything but an address of the public network."""
        wrong = [(path, why) for path, source in project.sources.items() if (why := self._wrong(source))]
        if wrong:
            raise InvalidError(wrong, hint="Name media by a public http or https address.")

    def _wrong(self, source: str) -> str:
        if source not in self._known:
            self._known[source] = wrong_address(source, self.settings.egress_allow)
        return self._known[source]


def wrong_address(source: str, allowed: Iterable[str] = ()) -> str:
    """What is wrong with the address of media, told from its text alone; empty for nothing."""
    if not source or source.startswith("asset:"):
        return ""
    try:
        parts = urlsplit(source)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "is no address"
    wrong = (
        (parts.scheme.lower() not in ("http", "https") or not host, "is no http or https address"),
        (len(source) > _URL_CHARACTERS, f"is longer than {_URL_CHARACTERS} characters"),
        (parts.username is not None or parts.password is not None, "has a user name or a password in it"),
        (f"{host}:{port}" in allowed, ""),
        (port not in _PORTS, f"is on port {port}; only 80 and 443 are asked"),
        (_is_private(host), "is on a private network"),
    )
    return next((why for holds, why in wrong if holds), "")


def _is_private(host: str) -> bool:
    """Whether a host is said to be none of the public network; names are looked at again when they are resolved."""
    if host.lower() == "localhost" or host.lower().endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _with_others(error: ProjectError, body: Any) -> InvalidError:
    """The error with whatever else is wrong in the project."""
    others = list(islice(payload_problems(body), _TOLD)) if isinstance(body, Mapping) else []
    path, message = error.path, str(error).removeprefix(f"{error.path}: ")
    if not path and (told := _PLACED.match(message)):  # by a template, whose errors say the place in their words
        path, message = told[1], told[2]
    first = [] if (path, message) in others else [(path, message)]
    return InvalidError([*first, *others], hint="" if others else error.hint)


def _stripped(body: dict[str, Any], project: Project) -> dict[str, Any]:
    """The project without the fields that mean nothing."""
    body = deepcopy(body)  # parts of it are those of other items
    for path, part in project.parts():
        place: Any = body
        for name, index in _STEP.findall(path) if part.unknown else ():
            place = place[int(index)] if index else place[name]
        for name in part.unknown:
            place.pop(name, None)
    return body
