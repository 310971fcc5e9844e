"""Visits to the pages without a browser: addresses are opened, and forms filled in and sent as they stand in the page.

No script runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from tests.served import URL, Server


@dataclass
class Form:
    """A form as it stands in a page."""

    action: str
    method: str
    #: Names with what is filled in, or chosen.
    fields: list[tuple[str, str]] = field(default_factory=list)
    #: Name and value of every button, by its words.
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Page(HTMLParser):
    """A page that was answered."""

    answer: Response

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.images: list[str] = []
        self._form: Form | None = None
        self._select = self._button = self._area = ""
        self._value, self._words = "", ""
        self._options: list[tuple[str, bool]] = []
        self.feed(self.html)

    @property
    def html(self) -> str:
        """Its text."""
        return self.answer.text

    @property
    def words(self) -> str:
        """What is read of it."""
        return " ".join(self._words.split())

    def form(self, action: str) -> Form:
        """The form that is sent to an address that ends so."""
        return next(form for form in self.forms if form.action.split("?")[0].endswith(action))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a form has, links and pictures."""
        told = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "img":
            self.images.append(told.get("src", ""))
        elif tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get"))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, told)

    def _control(self, tag: str, told: Mapping[str, str]) -> None:
        assert self._form is not None
        name, value = told.get("name", ""), told.get("value", "")
        kind = told.get("type", "text")
        is_chosen = kind not in ("checkbox", "radio") or "checked" in told
        if tag == "input" and name and kind != "file" and is_chosen:
            self._form.fields.append((name, value))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((value, "selected" in told))
        elif tag == "textarea":
            self._area, self._value = name, ""
        elif tag == "button":
            self._button, self._value = f"{name}\n{value}", ""

    def handle_data(self, data: str) -> None:
        """Take the words."""
        self._words += f" {data}"
        self._value += data

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if self._form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "select" and self._options:
            chosen = next((value for value, is_chosen in self._options if is_chosen), self._options[0][0])
            self._form.fields.append((self._select, chosen))
        elif tag == "textarea":
            self._form.fields.append((self._area, self._value.removeprefix("\n")))
        elif tag == "button":
            name, _, value = self._button.partition("\n")
            self._form.buttons[" ".join(self._value.split())] = (name, value)


class Visitor:
    """Somebody who looks at the pages."""

    def __init__(self, server: Server, key: str = "") -> None:
        self.client = TestClient(server.client.app, base_url=URL, raise_server_exceptions=False)
        if key:
            self.sign_in(key)

    def sign_in(self, key: str) -> Page:
        """Show a key."""
        return self.post("/dashboard/sign-in", {"key": key})

    def open(self, path: str) -> Page:
        """Open an address, whatever is answered."""
        return Page(self.client.get(path))

    def post(self, path: str, fields: Any = None, origin: str = URL, **more: Any) -> Page:
        """Send something from a page of this server."""
        return Page(self.client.post(path, data=fields or {}, headers={"Origin": origin} if origin else {}, **more))

    def send(self, form: Form, button: str = "", files: Any = None, **filled: Any) -> Page:
        """Send a form with other values in some of its fields, by this button."""
        fields: dict[str, list[str]] = {}
        for name, value in form.fields:
            fields.setdefault(name, []).append(value)
        fields |= {name: value if isinstance(value, list) else [str(value)] for name, value in filled.items()}
        if button:
            name, value = form.buttons[button]
            fields.setdefault(name, []).append(value)
        if form.method == "get":
            return Page(self.client.get(form.action, params=fields))
        return self.post(form.action, fields, files=files)
