import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.domain.timeline.layout import Size
from clipmill.engines.render.subtitles.content import SubtitleContent, WordLook
from clipmill.engines.render.subtitles.picture import PagePicture
from clipmill.media.draw.planes import to_rgba
from clipmill.media.fonts.library import FontLibrary

Made = Callable[..., Subtitle]
Picture = NDArray[np.int64]
CANVAS = Size(480, 120)
#: Three words, a second each.
WORDS = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(("HHH", "OOO", "MMM"))]
WHITE, RED, BLACK = (255, 255, 255), (255, 0, 0), (0, 0, 0)


def _frames(subtitle: Subtitle, *seconds: float, canvas: Size = CANVAS) -> list[Picture]:
    """The canvas at these moments: sRGB with opacity, straight."""
    content = SubtitleContent(subtitle, Fraction(100))
    picture = PagePicture(content.programme.pages[0], subtitle, canvas)
    frames = []
    for moment in seconds:
        showing = content.at(round(moment * 100))
        assert showing is not None
        sprite = picture.sprite(content.looks.each(showing, picture.count))
        whole = np.zeros((int(canvas.height), int(canvas.width), 4), np.int64)
        rect = sprite.rect
        whole[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width] = to_rgba((*sprite.planes, *sprite.alpha))
        frames.append(whole)
    return frames


def _count(picture: Picture, colour: tuple[int, int, int]) -> int:
    """Opaque pixels of about this colour."""
    return int((np.abs(picture[..., :3] - colour).max(axis=2) < 24)[picture[..., 3] > 250].sum())


def _columns(picture: Picture, least: int = 128) -> tuple[int, int]:
    """First and last column in which something is seen."""
    seen = np.flatnonzero((picture[..., 3] >= least).any(axis=0))
    return int(seen[0]), int(seen[-1])


@pytest.fixture
def spoken(subtitle: Made) -> Callable[..., Subtitle]:
    """An animation → three words with a red active word."""
    return lambda animation, **fields: subtitle(
        captions=[{"start": 0, "end": 4, "words": WORDS}],
        animation=animation,
        **{"font": {"size": 40, "bold": True}, "activeWord": {"color": "#ff0000"}, **fields},
    )


@pytest.mark.parametrize("animation", ["normal", "none"])
def test_a_still_caption_is_never_marked(spoken: Made, animation: str) -> None:
    first, last = _frames(spoken(animation), 0, 3.5)
    assert (first == last).all()
    assert _count(first, RED) == 0
    assert _count(first, WHITE) > 1000


def test_karaoke_colours_what_is_said_and_all_before_it(spoken: Made) -> None:
    red = [_count(frame, RED) for frame in _frames(spoken("karaoke"), 0.5, 1.5, 2.5, 3.5)]
    assert red[0] < red[1] < red[2] == red[3]
    assert _count(_frames(spoken("karaoke"), 2.5)[0], WHITE) == 0


def test_a_highlight_is_one_word_at_a_time(spoken: Made) -> None:
    frames = _frames(spoken("highlight"), 0.5, 1.5, 2.5, 3.5)
    reds = [frame[..., 0] - frame[..., 1] > 128 for frame in frames]
    lefts = [int(np.flatnonzero(red.any(axis=0))[0]) for red in reds[:3]]
    assert lefts == sorted(set(lefts))
    assert not reds[3].any()
    assert all((one[..., 3] == other[..., 3]).all() for one, other in pairwise(frames))


def test_fill_runs_from_left_to_right_and_otherwise_where_one_reads_otherwise(subtitle: Made) -> None:
    for text, leftwards in (("HHHHHH", False), ("שלום", True), ("مرحبا", True)):
        made = subtitle(text, animation="fill", activeWord={"color": "#ff0000"}, font={"size": 60, "bold": True})
        (frame,) = _frames(made, 2)
        red = np.flatnonzero(((frame[..., 0] - frame[..., 1] > 200) & (frame[..., 3] > 200)).any(axis=0))
        white = np.flatnonzero(((frame[..., 1] > 230) & (frame[..., 3] > 200)).any(axis=0))
        assert bool(red.mean() > white.mean()) is leftwards
        assert red.size == pytest.approx(white.size, rel=0.3)


def test_fill_is_continuous(spoken: Made) -> None:
    red = [_count(frame, RED) for frame in _frames(spoken("fill"), *(n / 10 for n in range(31)))]
    assert red == sorted(red)
    assert max(later - earlier for earlier, later in pairwise(red)) < red[-1] / 6


def test_a_popping_word_swells_and_no_other_moves(spoken: Made) -> None:
    rest, swollen, after = _frames(spoken("pop", activeWord={}), 0.9, 1.09, 1.5)
    assert swollen[..., 3].sum() > 1.02 * rest[..., 3].sum()
    first_word = slice(0, _columns(rest)[0] + 60)
    assert (rest[:, first_word] == swollen[:, first_word]).all()
    assert (rest == after).all()


def test_a_bouncing_word_hops(spoken: Made) -> None:
    def top(frame: Picture) -> int:
        return int(np.flatnonzero((frame[..., 3] > 128).any(axis=1))[0])

    rest, high, after = _frames(spoken("bounce", activeWord={}), 0.9, 1.12, 1.9)
    assert top(rest) - top(high) == pytest.approx(0.3 * 40, abs=2)
    assert (rest == after).all()


def _mark(picture: Picture) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the red box behind a word, where it is at least half there."""
    red = (picture[..., 0] - picture[..., 1] > 150) & (picture[..., 3] >= 128)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


BOXED = {"background": "#ff0000"}


def test_the_box_hops_with_its_word(spoken: Made) -> None:
    high, after = map(_mark, _frames(spoken("bounce", activeWord=BOXED), 1.12, 1.9))
    assert [after[side] - high[side] for side in range(4)] == pytest.approx([0, 12, 0, 12], abs=1)


def test_the_box_swells_with_its_word_and_leaves_a_gap(spoken: Made) -> None:
    picture = _frames(spoken("pop", activeWord=BOXED), 1.08, 1.9)
    swollen, after = map(_mark, picture)
    assert swollen[2] - swollen[0] > 1.05 * (after[2] - after[0])
    assert swollen[3] - swollen[1] > 1.05 * (after[3] - after[1])
    assert (picture[0][..., 3][:, [swollen[0] - 3, swollen[2] + 2]] == 0).all()


def test_the_box_slides_and_fades_in_with_its_word(spoken: Made) -> None:
    begun, after = _frames(spoken("slide", direction="left", activeWord=BOXED), 1.1, 1.9)
    assert _mark(begun)[0] > _mark(after)[0] + 1
    frames = _frames(spoken("fade", activeWord=BOXED), 1.1, 1.9)
    half, whole = (frame[..., 3][:, _mark(after)[0] + 1] for frame in frames)
    assert half.max() == pytest.approx(128, abs=3)
    assert whole.max() == 255


def test_the_box_grows_with_the_letters_that_are_typed(spoken: Made) -> None:
    one, two, three = map(_mark, _frames(spoken("typewriter", activeWord=BOXED), 1.1, 1.5, 1.9))
    assert one[0] == two[0] == three[0]
    assert [one[2] - one[0], two[2] - two[0]] == pytest.approx([(three[2] - three[0]) * n for n in (0.4, 0.7)], rel=0.1)


def test_a_box_leaves_nothing_behind_on_its_way(spoken: Made) -> None:
    made = spoken("bounce", activeWord=BOXED)
    steps = [n / 20 for n in range(60)]
    for step, frame in zip(steps, _frames(made, *steps), strict=True):
        assert (frame == _frames(made, step)[0]).all()


@pytest.mark.parametrize("animation", ["progressive", "fade", "slide", "typewriter"])
def test_words_appear_in_their_places_and_stay_there(spoken: Made, animation: str) -> None:
    one, two, three = _frames(spoken(animation, activeWord={}), 0.99, 1.99, 3.5)
    whole = _frames(spoken("normal"), 1)[0]
    assert (three == whole).all()
    assert _columns(one)[1] < _columns(two)[1] < _columns(three)[1]
    edge = _columns(one)[1]
    assert (two[:, :edge] == whole[:, :edge]).all()


def test_a_word_fades_in(spoken: Made) -> None:
    none, half, all_of_it = _frames(spoken("fade", activeWord={}), 1.0, 1.1, 1.25)
    sums = [int(frame[..., 3].sum()) for frame in (none, half, all_of_it)]
    assert sums[1] - sums[0] == pytest.approx((sums[2] - sums[0]) / 2, rel=0.03)


@pytest.mark.parametrize(
    ("direction", "axis", "before"), [("up", 0, 1), ("down", 0, -1), ("left", 1, 1), ("right", 1, -1)]
)
def test_a_word_slides_towards_its_direction(spoken: Made, direction: str, axis: int, before: int) -> None:
    base, coming, there = _frames(spoken("slide", activeWord={}, direction=direction), 0.99, 1.08, 1.5)
    middles = [np.nonzero((frame - base)[..., 3] > 40)[axis].mean() for frame in (coming, there)]
    assert (middles[0] - middles[1]) * before > 1


def test_letters_are_typed_one_by_one(spoken: Made) -> None:
    frames = _frames(spoken("typewriter", activeWord={}), 0.1, 0.4, 0.8)
    edges = [_columns(frame)[1] for frame in frames]
    assert edges == sorted(set(edges))
    whole = _frames(spoken("normal"), 1)[0]
    assert (np.abs(frames[1][..., 3] - whole[..., 3])[:, : edges[1] - 1] <= 1).all()


def test_one_word_stands_alone_in_the_middle(spoken: Made) -> None:
    (frame,) = _frames(spoken("one-word"), 0.5)
    left, right = _columns(frame)
    assert (left + right) / 2 == pytest.approx(240, abs=2)
    assert right - left < 150
    assert _count(frame, WHITE) == 0
    assert _count(frame, RED) > 300


def test_the_active_word_takes_a_yellow_where_no_colour_is_given(spoken: Made) -> None:
    (frame,) = _frames(spoken("karaoke", activeWord={}), 3.5)
    assert _count(frame, (0xFA, 0xDD, 0x46)) > 500


def test_the_box_of_the_active_word_lies_behind_its_letters(spoken: Made) -> None:
    (frame,) = _frames(spoken("highlight", activeWord={"background": "#ff0000", "radius": 10}), 1.5)
    red = np.argwhere((frame[..., 0] - frame[..., 1] > 200) & (frame[..., 3] > 250))
    (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0)
    assert 45 <= bottom - top <= 50
    assert frame[top + 1, left + 1, 3] < 200
    inside = frame[top:bottom, left:right]
    assert _count(inside, WHITE) > 200
    assert _count(frame[:, :left], WHITE) > 200


def test_a_stroke_lies_behind_the_letters(spoken: Made) -> None:
    plain, stroked = (
        _frames(spoken("normal", stroke=stroke), 1)[0] for stroke in (None, {"color": "#000000", "width": 4})
    )
    assert _count(stroked, BLACK) > 1500
    assert _count(stroked, WHITE) == pytest.approx(_count(plain, WHITE), rel=0.1)
    spread = _columns(stroked)[1] - _columns(stroked)[0] - (_columns(plain)[1] - _columns(plain)[0])
    # Four pixels on each side, and two blanks that are wider by as much.
    assert spread == pytest.approx(2 * 4 + 2 * 4, abs=2)


def test_the_background_has_its_opacity_padding_and_corners(spoken: Made) -> None:
    (frame,) = _frames(
        spoken("normal", background={"color": "#000000", "opacity": 0.5, "padding": 10, "radius": 12}), 1
    )
    seen = np.argwhere(frame[..., 3] > 100)
    (top, left), (bottom, right) = seen.min(axis=0), seen.max(axis=0)
    assert bottom - top + 1 == pytest.approx(50 + 20, abs=1)
    assert frame[(top + bottom) // 2, left + 3, 3] == pytest.approx(128, abs=2)
    assert frame[top + 1, left + 1, 3] == 0
    letters = _columns(_frames(spoken("normal"), 1)[0], least=1)
    assert (right - left) - (letters[1] - letters[0]) == pytest.approx(20, abs=1)


def test_colours_may_be_translucent(spoken: Made) -> None:
    (frame,) = _frames(spoken("normal", font={"size": 40, "bold": True, "color": "#ffffff80"}), 1)
    assert int(frame[..., 3].max()) == pytest.approx(128, abs=1)


@pytest.mark.parametrize("animation", list(SubtitleAnimation))
def test_what_is_redrawn_in_part_is_what_is_drawn_anew(spoken: Made, animation: SubtitleAnimation) -> None:
    """Frames drawn one after the other, back and forth, equal frames drawn alone."""
    made = spoken(animation, stroke={"color": "#000", "width": 3}, activeWord={"color": "#f00", "background": "#00f"})
    moments = [0.0, 0.05, 0.12, 0.5, 0.99]
    if animation is not SubtitleAnimation.ONE_WORD:
        moments += [1.04, 1.12, 1.3, 2.07, 2.9, 3.9, 1.3]
    for moment, frame in zip(moments, _frames(made, *moments), strict=True):
        assert (frame == _frames(made, moment)[0]).all(), moment


@pytest.mark.parametrize("position", ["top-left", "center", "bottom-right"])
@pytest.mark.parametrize("canvas", [Size(480, 120), Size(120, 480), Size(64, 64)])
def test_a_page_never_leaves_the_canvas(spoken: Made, position: str, canvas: Size) -> None:
    made = spoken("slide", position=position, font={"size": 300}, background={"color": "#000", "padding": 30})
    picture = PagePicture(SubtitleContent(made, Fraction(10)).programme.pages[0], made, canvas)
    rect = picture.rect
    assert rect.meet(type(rect)(0, 0, int(canvas.width), int(canvas.height))) == rect
    assert picture.sprite([WordLook()] * 3).alpha[0].any()


def test_a_caption_without_ink_draws_nothing(subtitle: Made) -> None:
    made = subtitle("\u200b \u200b")
    sprite = PagePicture(SubtitleContent(made, Fraction(10)).programme.pages[0], made, CANVAS).sprite([WordLook()] * 2)
    assert sprite.tiles == ()


_EMOJI = """
import json, sys
from pathlib import Path
import numpy as np
from clipmill.domain.timeline.elements.subtitle import Caption, SubtitleFont
from clipmill.domain.timeline.layout import Box
from clipmill.engines.render.subtitles.typeset import typeset
from clipmill.engines.render.subtitles.words import spoken
from clipmill.media.fonts.library import FontLibrary
FontLibrary().prepare(Path(sys.argv[1]))
setting = typeset(spoken(Caption(start=0, end=1, text="Wow 🎉😀 yes 👍🏽!")), SubtitleFont(size=40),
                  Box(0, 0, 600, 200))
found = []
for ink in setting.words:
    own = 0 if ink.colour is None else int((ink.colour[..., 3] > 0).sum())
    both = 0 if ink.colour is None else int(((ink.colour[..., 3] > 0) & (ink.mask > 0)).sum())
    found.append([own, int((ink.mask > 0).sum()), both, ink.mask.shape[1]])
print(json.dumps(found))
"""


@pytest.mark.skipif(not FontLibrary().emoji_family, reason="no font with emoji in colour is installed")
def test_emoji_belong_to_their_words_and_letters_stay_letters(tmp_path: Path) -> None:
    drawn = subprocess.run([sys.executable, "-c", _EMOJI, str(tmp_path)], capture_output=True, check=True, timeout=60)
    wow, party, yes, thumb = json.loads(drawn.stdout)
    assert (wow[0], yes[0]) == (0, 0)
    assert min(wow[1], yes[1]) > 300
    assert party[0] > 1.5 * thumb[0] > 300
    assert party[1] == 0
    assert 0 < thumb[1] < 200
    assert [word[2] for word in (wow, party, yes, thumb)] == [0, 0, 0, 0]
    assert party[3] < 130
