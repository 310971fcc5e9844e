"""What of a project costs more to draw than it may: by estimate, or because it took its limit of time once."""

from __future__ import annotations

from clipmill.domain.timeline.elements.visual import PictureVisual, SvgVisual, TextVisual, Visual
from clipmill.domain.timeline.layout import Size, box_size
from clipmill.domain.timeline.project import Project
from clipmill.errors import DearError, OverTime, ProjectError
from clipmill.media.draw.svg import check_svg
from clipmill.media.workers.spent import Spent
from clipmill.settings import Settings

_HINT = "Simplify it, or raise the limit. `clipmill retry` tries it again."


class Dear:
    """What is known of costs; it is asked before a worker is held."""

    def __init__(self, settings: Settings) -> None:
        self._spent = Spent(settings)
        self._seconds = settings.limits.drawing_seconds

    def check(self, project: Project, job: str = "", *, estimated: bool = False) -> None:
        """Raises DearError for a drawing, or all of them together, over the limit, and for what took it before.

        `job` names the whole render; `estimated`: its drawings were found to be within the limit.
        """
        drawn: dict[tuple[str, Size], float] = {}
        for path, visual in project.every_visual():
            if isinstance(visual, SvgVisual) and not estimated:
                drawn.update([self._estimated(visual, project, path)])
            if self._spent:
                self._refuse(f"{path}: ", _key(visual, project), visual)
        whole = sum(drawn.values())
        if whole > self._seconds:
            raise DearError(f"the project's drawings would take about {whole:.0f} seconds of a processor together, "
                            f"over the limit of {self._seconds:g} (limits.drawing_seconds)", hint=_HINT)  # fmt: skip
        if job:
            self._refuse("", job, None)

    def keep(self, project: Project, error: OverTime, job: str = "") -> DearError:
        """Remember what took its limit: the visual that was being drawn, else the whole render; it as a refusal."""
        visual = dict(project.every_visual()).get(error.what)
        told = str(error).removeprefix(f"{error.what}: ")
        self._spent.keep(job if visual is None else _key(visual, project), told)
        return DearError(told, path=error.what, hint=_HINT, **_fed(visual))

    def _estimated(self, visual: SvgVisual, project: Project, path: str) -> tuple[tuple[str, Size], float]:
        """What tells a drawing from others, with the seconds it takes."""
        drawing = check_svg(visual.svg)
        size = box_size(visual, Size(*project.canvas), Size(drawing.width, drawing.height))
        try:
            drawing.check_cost(size.width, size.height, self._seconds)
        except ProjectError as error:
            raise DearError(str(error), path=f"{path}.svg", hint=error.hint, text=visual.svg) from error
        return (visual.svg, size), drawing.cost(size.width, size.height).seconds

    def _refuse(self, where: str, key: str, visual: Visual | None) -> None:
        told = self._spent.told(key)
        if told:
            raise DearError(f"{where}{told}", hint=_HINT, **_fed(visual))


def _key(visual: Visual, project: Project) -> str:
    """What a visual shows, and how large; stored files are named by their content."""
    shown = visual.model_dump(include={"svg", "src", "text", "html", "custom_code", "style", "width", "height",
                                       "resize", "crop_params", "filter", "zoom"})  # fmt: skip
    return f"{visual.type} {project.canvas} {shown!r}"


def _fed(visual: Visual | None) -> dict[str, str]:
    """What of a visual may come out of a cell."""
    if isinstance(visual, PictureVisual):
        return {"source": visual.src}
    if isinstance(visual, TextVisual):
        return {"text": visual.html or visual.text}
    return {"text": visual.svg} if isinstance(visual, SvgVisual) else {}
