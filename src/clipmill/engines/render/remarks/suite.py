"""The suite of remarks: what was brief for and will not be done, one sentence each. Nothing is left out silently."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clipmill.engines.render.remarks import (
    captions,
    drawings,
    fields,
    formats,
    letters,
    sources,
    styles,
    transitions,
    unseen,
)
from clipmill.engines.render.remarks.brief import Brief

#: Each sentence begins with the path of its field, where it is about one; in the order they are read.
REMARKS: tuple[Callable[[Brief], Iterator[str]], ...] = (
    letters.remarks, fields.remarks, formats.remarks, unseen.remarks, sources.remarks, transitions.remarks,
    captions.remarks, styles.remarks, drawings.remarks,
)  # fmt: skip


def remarks(brief: Brief) -> Iterator[str]:
    """Every remark. Raises GlyphError for characters that no font has, ProjectError for html that may not be drawn."""
    return (remark for question in REMARKS for remark in question(brief))
