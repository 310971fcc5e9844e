import pytest

from clipmill.domain.timeline.elements.subtitle import Subtitle, SubtitleAnimation
from clipmill.engines.render.subtitles.animations import ANIMATIONS, AT_REST, pose_of, settles_within, way_of

CAPTIONS = [{"start": 0, "end": 1, "text": "x"}]
MOVING = [animation for animation, told in ANIMATIONS.items() if told.enters is not None]


def test_every_animation_is_described() -> None:
    assert set(ANIMATIONS) == set(SubtitleAnimation)
    assert all(told.tells for told in ANIMATIONS.values())


@pytest.mark.parametrize("animation", MOVING)
def test_a_word_comes_to_rest_without_a_jump(animation: SubtitleAnimation) -> None:
    told = ANIMATIONS[animation]
    last, rest = pose_of(told, told.seconds - 1e-6), pose_of(told, told.seconds)
    assert rest == AT_REST
    assert (last.opacity, last.grown, last.away) == pytest.approx((1, 0, 0), abs=1e-3)


@pytest.mark.parametrize("animation", MOVING)
def test_a_pose_never_leaves_its_reach(animation: SubtitleAnimation) -> None:
    told = ANIMATIONS[animation]
    poses = [pose_of(told, step * told.seconds / 200) for step in range(201)]
    assert all(0 <= pose.opacity <= 1 and 0 <= pose.grown <= 1 for pose in poses)
    assert min(pose.away for pose in poses) >= told.reach[0]
    assert max(pose.away for pose in poses) <= told.reach[1]
    assert max(pose.grown + abs(pose.away) + 1 - pose.opacity for pose in poses) > 0.25


def test_a_pop_swells_and_shrinks_again() -> None:
    sizes = [pose_of(ANIMATIONS[SubtitleAnimation.POP], step / 100).grown for step in range(0, 24, 4)]
    assert sizes[0] == 0
    assert sizes.index(max(sizes)) == 2
    assert sizes[-1] < 0.1


def test_a_bounce_hops_twice_and_lower_the_second_time() -> None:
    hops = [pose_of(ANIMATIONS[SubtitleAnimation.BOUNCE], step / 100).away for step in range(38)]
    assert max(hops[:24]) == pytest.approx(0.3, abs=0.01)
    assert hops[24] == pytest.approx(0, abs=0.02)
    assert 0.05 < max(hops[25:]) < 0.15


def test_words_are_at_rest_after_a_known_number_of_frames() -> None:
    assert settles_within(ANIMATIONS[SubtitleAnimation.FADE], 30) == 6
    assert settles_within(ANIMATIONS[SubtitleAnimation.KARAOKE], 30) == 0


@pytest.mark.parametrize(
    ("animation", "direction", "way"),
    [("slide", "left", (-1, 0)), ("slide", "down", (0, 1)), ("bounce", "left", (0, -1))],
)
def test_only_a_slide_has_a_direction(animation: str, direction: str, way: tuple[int, int]) -> None:
    fields = {"captions": CAPTIONS, "animation": animation, "direction": direction}
    assert way_of(Subtitle.model_validate(fields)) == way
