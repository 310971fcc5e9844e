"""Showing: pages by Jinja, their texts escaped, legible and discreet, under a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from clipmill.api.errors import Told
from clipmill.shown import shortened, shown
from clipmill.web import wording
from clipmill.web.session import PATH

#: What a browser may load for a page: what comes from here.
_POLICY = "default-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
SECURE: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
}  # fmt: skip
#: The cookie that brings a page what was done before it, once.
_NOTE, _LONGEST_NOTE = "clipmill_note", 600
#: What a page loads beside itself: name → type, package and path.
_BESIDE = {
    "pages.css": ("text/css; charset=utf-8", "clipmill.web", "static/pages.css"),
    "pages.js": ("text/javascript; charset=utf-8", "clipmill.web", "static/pages.js"),
    "mark.svg": ("image/svg+xml", "clipmill.web", "static/mark.svg"),
    "manrope.ttf": ("font/ttf", "font_manrope", "files/Manrope-VariableFont_wght.ttf"),
}


class Looking(Protocol):
    """Whoever looks at a page (asking.Ask)."""

    @property
    def request(self) -> Request:
        """What was asked."""


@dataclass(frozen=True, slots=True)
class BesidePage:
    """A file that pages load."""

    kind: str
    content: bytes
    digest: str


@dataclass
class Show:
    """Makes pages."""

    _assets: dict[str, BesidePage] = field(default_factory=dict)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("clipmill.web", "templates"), autoescape=True, finalize=_told,
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        environment.filters |= {**wording.FILTERS, "raw": _raw}
        environment.globals |= {"static": self.static, **wording.GLOBALS}
        return environment

    def text(self, name: str, /, **values: Any) -> str:
        """A page, or a part of one, as HTML."""
        return self._environment.get_template(name).render(values)

    def page(self, name: str, status: int = 200, /, *, ask: Looking | None, **values: Any) -> Response:
        """A page."""
        note = read_note(ask.request) if ask else ""
        response = HTMLResponse(self.text(name, ask=ask, note=note, **values), status, dict(SECURE))
        if note:
            response.delete_cookie(_NOTE, path=PATH)
        return response

    def refusal(self, told: Told, ask: Looking | None) -> Response:
        """The page that says why something cannot be had, and what can be done about it."""
        response = self.page("refused.html", told.status, ask=ask, told=told)
        response.headers.update(told.headers)
        return response

    @staticmethod
    def note(response: Response, text: str) -> None:
        """Have the next page say something, once; it is shown, never believed."""
        said = urlsafe_b64encode(json.dumps(shortened(text, _LONGEST_NOTE)).encode()).decode()
        response.set_cookie(_NOTE, said, max_age=60, path=PATH, httponly=True, samesite="lax")

    def asset(self, name: str) -> BesidePage | None:
        """A file that pages load; None for another name."""
        if name not in _BESIDE:
            return None
        if name not in self._assets:
            kind, package, path = _BESIDE[name]
            content = files(package).joinpath(path).read_bytes()
            if name == "pages.css":
                content = content.replace(b"{font}", self.static("manrope.ttf").encode())
            self._assets[name] = BesidePage(kind, content, hashlib.sha256(content).hexdigest()[:16])
        return self._assets[name]

    def static(self, name: str) -> Markup:
        """The address of such a file, which changes with its content."""
        found = self.asset(name)
        assert found is not None, name
        return Markup(f"{PATH}/static/{found.digest}/{name}")


def read_note(request: Request) -> str:
    """What was done before this page; empty for nothing."""
    try:
        said = json.loads(urlsafe_b64decode(request.cookies.get(_NOTE, "")))
    except ValueError:
        return ""
    return shortened(said, _LONGEST_NOTE) if isinstance(said, str) else ""


def _told(value: Any) -> Any:
    """What is written into a page, unless it is markup of ours."""
    if value is None:
        return ""
    return shown(value, lines=True) if isinstance(value, str) and not isinstance(value, Markup) else value


def _raw(text: str) -> Markup:
    """A text as it is, escaped and nothing else: for fields that are sent back."""
    return Markup(escape(text))
