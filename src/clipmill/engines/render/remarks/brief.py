"""What is asked for: a project, and all that is known of it before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clipmill.domain.timeline.clip import Clips
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import Schedule
from clipmill.media.fonts.library import FontLibrary


@dataclass(frozen=True, slots=True)
class Brief:
    """What remarks are made on. The captions of a subtitle's file are in the project."""

    project: Project
    clips: Clips
    times: Schedule
    fonts: FontLibrary
    #: The text of a stored file by its reference.
    read: Callable[[str], str]
