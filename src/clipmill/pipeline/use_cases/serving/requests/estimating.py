"""What a project may cost, told from itself alone: before its media are fetched, and before there is a row of it."""

from __future__ import annotations

from dataclasses import dataclass

from clipmill.domain.line.prices import render_price
from clipmill.domain.timeline.project import Project
from clipmill.domain.timeline.schedule import schedule
from clipmill.errors import ProjectError
from clipmill.settings import Settings


@dataclass(frozen=True, slots=True)
class Estimate:
    """A price ahead."""

    #: Thousandths of a credit.
    credits: int
    #: Of the video; 0 for an image.
    seconds: float
    #: Whether it is what the job will cost; else scenes wait for the length of their clips and sounds.
    is_sure: bool


def estimate(project: Project, settings: Settings) -> Estimate:
    """What one attempt may cost. Raises ProjectError for scenes that are too long together."""
    seconds = float(schedule(project, {}).seconds)
    if not project.is_image and seconds > settings.limits.video_seconds:
        raise ProjectError(f"the scenes are {seconds:g} seconds long together, over the limit of "
                           f"{settings.limits.video_seconds:g}", path="scenes")  # fmt: skip
    price = render_price(settings).quote(1.0 if project.is_image else seconds, *project.canvas)
    moving = ("VIDEO", "GIF")
    is_sure = not any(
        scene.duration is None and (scene.audios or any(visual.type in moving for visual in scene.visuals))
        for scene in project.scenes
    )
    return Estimate(price, 0.0 if project.is_image else seconds, is_sure)
