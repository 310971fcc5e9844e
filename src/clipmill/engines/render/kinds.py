"""Which kind of file each field of a project may name, told by the stored file's suffix, which is its content's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from clipmill.domain.css.declarations import pictures_of
from clipmill.domain.timeline.elements.visual import PictureVisual, TextVisual
from clipmill.domain.timeline.project import Project
from clipmill.errors import ProjectError
from clipmill.media.draw.html.reading import assets_in

_PICTURE, _CLIP, _SOUND, _SUBTITLE = "a picture", "a video", "a sound", "a subtitle file"
#: Suffix of a stored file → what it is.
_KINDS = {
    **dict.fromkeys((".png", ".jpg", ".webp", ".gif", ".svg"), _PICTURE),
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mkv", ".ogv"), _CLIP),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".flac", ".ogg"), _SOUND),
    **dict.fromkeys((".srt", ".vtt", ".ass"), _SUBTITLE),
}
_ELEMENTS = {"IMAGE": _PICTURE, "GIF": _PICTURE, "VIDEO": _CLIP}
#: What is better used for a file in the wrong place.
_BETTER = {_PICTURE: "an IMAGE element", _CLIP: "a VIDEO element", _SOUND: "audios", _SUBTITLE: "subtitle.src"}


def check_kinds(project: Project) -> None:
    """Raises ProjectError for the first field that names a file of another kind than it can use."""
    for path, source, wanted in _wanted(project):
        suffix = PurePosixPath(source).suffix
        found = _KINDS.get(suffix)
        if found is not None and found not in wanted:
            called, better = ("a GIF", "a GIF element") if suffix == ".gif" else (found, _BETTER[found])
            raise ProjectError(f"the file is {called}, and {' or '.join(wanted)} is needed here", path=path,
                               hint=f"Use {better} for {called}.")  # fmt: skip


def _wanted(project: Project) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Path, source, and what it may be."""
    for path, visual in project.every_visual():
        if isinstance(visual, PictureVisual):
            yield f"{path}.src", visual.src, (_ELEMENTS[visual.type],)
    for path, audio in project.every_audio():
        yield f"{path}.src", audio.src, (_SOUND, _CLIP)
    if project.subtitle is not None and project.subtitle.src:
        yield "subtitle.src", project.subtitle.src, (_SUBTITLE,)
    if project.thumbnail:
        yield "thumbnail", project.thumbnail, (_PICTURE,)


def pictures_in_texts(project: Project) -> Iterator[str]:
    """`asset:` references of the pictures in and behind texts."""
    for _, visual in project.every_visual():
        if isinstance(visual, TextVisual):
            css = visual.custom_code.css if visual.custom_code is not None else ""
            behind = (picture.source for picture in pictures_of(visual.style.declared.values))
            yield from assets_in("\n".join((visual.html or "", css, *behind)))
