"""How a batch is to run, as its user wishes; what cannot be had is refused before there is one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clipmill.deliver.aside import BESIDE
from clipmill.deliver.atomic import own_folder
from clipmill.domain.template import Policy, Template
from clipmill.errors import SettingsError
from clipmill.rights import usual_folder


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a batch is to run, where the user says more than the template."""

    name: str
    out_folder: Path
    budget: int | None = None
    window: int | None = None
    #: Rows to make first and look at; None for all at once.
    sample: int | None = None
    #: An archive of the finished files to write at the end; None for none.
    archive: Path | None = None
    #: An address that is told when the batch is finished, or failed, and what that is signed with; empty for none.
    webhook: str = ""
    webhook_secret: str = field(default="", repr=False)
    #: Whether it may go to a folder that holds another batch's files.
    anyway: bool = False
    #: Whether its rows are taken in as they are, and are checked by whoever works on it.
    unchecked: bool = False
    #: More of `Policy`, by its names.
    steering: Mapping[str, Any] = field(default_factory=dict)

    def policy(self, template: Template) -> Policy:
        """The template's policy with what the user said in its place."""
        said = {"budget": self.budget, "window": self.window, **self.steering}
        return replace(template.policy, **{name: value for name, value in said.items() if value is not None})


def check_wish(wish: RunOptions) -> None:
    """Refuse what cannot be had together. Raises SettingsError."""
    if wish.unchecked and wish.sample:
        raise SettingsError("--sample chooses among rows that are checked, and --detach leaves that to workers",
                            hint="Leave one of them out.")  # fmt: skip


def check_out_folder(folder: Path) -> None:
    """Refuse a place no file can go to, before there is a batch. Raises SettingsError."""
    try:
        usual_folder(folder)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "it may not be written to")
        own_folder(folder, BESIDE)
    except OSError as error:
        why = "it is a file" if isinstance(error, FileExistsError | NotADirectoryError) else error.strerror
        if folder.is_symlink() and not folder.exists():
            why = "it is a link that leads nowhere"
        raise SettingsError(f"--out {folder}: {why}", hint="Name a folder that can be written to.") from error
