"""What the file cannot hold: sides that are odd, a length its scenes do not have, what its format knows nothing of."""

from __future__ import annotations

from collections.abc import Iterator

from clipmill.domain.files.formats import format_of, quality_warning, sound_warning, thumbnail_warning
from clipmill.domain.media import MediaKind
from clipmill.domain.timeline.timing import exact
from clipmill.engines.render.remarks.brief import Brief


def remarks(brief: Brief) -> Iterator[str]:
    """A sentence for each of them."""
    project, times = brief.project, brief.times
    width, height = project.canvas
    is_seen = format_of(project.format).kind is not MediaKind.AUDIO
    if is_seen and not project.is_image and (width, height) != (project.width, project.height):
        yield (f"{project.width} × {project.height} has an odd side, and pictures of a video are drawn with even "
               f"ones; it is {width} × {height}")  # fmt: skip
    asked_for = None if project.duration is None or not project.scenes else exact(project.duration)
    if asked_for is not None and abs(times.seconds - asked_for) > 1 / times.fps:
        yield "duration: left out, for scenes decide how long a video is; give each of them its own"
    if project.thumbnail and (told := thumbnail_warning(project.format)):
        yield told
    if not project.is_image and project.quality and (told := quality_warning(project.format)):
        yield told
    if any(True for _ in project.every_audio()) and (told := sound_warning(project.format)):
        yield told
