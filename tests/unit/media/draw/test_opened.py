"""Picture files: whole ones in every clothing are taken, cut ones never."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clipmill.errors import MediaError
from clipmill.media.draw.raster import load_picture
from clipmill.media.draw.vips import pyvips
from clipmill.media.facts.whole import look_through

END = b"\xff\xd9"
PIXELS = np.add.outer(np.arange(96), np.arange(128))[..., None].repeat(3, 2).astype(np.uint8)
PHOTO = pyvips.Image.new_from_array(PIXELS + np.random.default_rng(3).integers(0, 30, PIXELS.shape).astype(np.uint8),
                                    interpretation="srgb")  # fmt: skip
JPEGS = {"baseline": {}, "progressive": {"interlace": True}, "restarts": {"restart_interval": 2}}


def jpeg(kind: str = "baseline") -> bytes:
    return bytes(PHOTO.jpegsave_buffer(Q=85, keep="none", **JPEGS[kind]))


def looked(folder: Path, content: bytes, suffix: str = ".jpg") -> list[str]:
    path = folder / "a"
    path.write_bytes(content)
    return look_through({"path": str(path), "name": "k.jpg", "suffix": suffix})


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_without_its_end_marker_is_whole_and_drawn(tmp_path: Path, kind: str) -> None:
    whole = jpeg(kind)
    (tmp_path / "whole").write_bytes(whole)
    wanted = load_picture(str(tmp_path / "whole"), 64, 48, where="x")
    for content in (whole[:-2], whole[:-1], whole[:-2] + bytes(30), whole + b"left by a tool" * 9):
        assert looked(tmp_path, content) == []
        assert np.array_equal(load_picture(str(tmp_path / "a"), 64, 48, where="x"), wanted)


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_that_is_cut_off_is_refused_even_with_an_end_marker(tmp_path: Path, kind: str) -> None:
    whole = jpeg(kind)
    half = whole[: len(whole) // 2]
    for content in (half, half + END, half + bytes(len(half)), half + bytes(len(half)) + END, whole[:-60]):
        with pytest.raises(MediaError, match=r"^k\.jpg is cut off or damaged: ") as caught:
            looked(tmp_path, content)
        assert caught.value.hint
    (tmp_path / "a").write_bytes(half)
    with pytest.raises(MediaError, match="cut off"):
        load_picture(str(tmp_path / "a"), 64, 48, where="x")


def saved(suffix: str) -> bytes:
    if suffix == ".png":
        return bytes(PHOTO.pngsave_buffer(keep="none"))
    if suffix == ".gif":
        return bytes(PHOTO.gifsave_buffer())
    return bytes(PHOTO.webpsave_buffer(lossless=suffix == ".lossless"))


@pytest.mark.parametrize("suffix", [".png", ".gif", ".webp", ".lossless"])
def test_other_kinds_are_refused_where_they_are_cut_and_taken_where_something_follows(
    tmp_path: Path, suffix: str
) -> None:
    content = saved(suffix)
    kind = ".webp" if suffix == ".lossless" else suffix
    assert looked(tmp_path, content + b"more" * 20, kind) == []
    with pytest.raises(MediaError, match=r"^k\.jpg is cut off or damaged"):
        looked(tmp_path, content[: len(content) // 2], kind)


def test_a_gif_without_its_trailer_is_whole(tmp_path: Path) -> None:
    assert looked(tmp_path, saved(".gif")[:-1], ".gif") == []
    assert load_picture(str(tmp_path / "a"), 64, 48, where="x").shape == (48, 64, 3)


def test_an_animation_that_ends_within_a_picture_is_cut_off(tmp_path: Path) -> None:
    pages = pyvips.Image.arrayjoin([PHOTO, PHOTO.invert(), PHOTO.flip("vertical")], across=1).copy()
    pages.set_type(pyvips.GValue.gint_type, "page-height", 96)
    content = bytes(pages.gifsave_buffer())
    assert looked(tmp_path, content, ".gif") == []
    with pytest.raises(MediaError, match=r"^k\.jpg is cut off"):
        looked(tmp_path, content[: len(content) * 5 // 6], ".gif")


@pytest.mark.parametrize(
    "content",
    [
        PHOTO.colourspace("rgb16").pngsave_buffer(), PHOTO.colourspace("grey16").pngsave_buffer(),
        PHOTO.pngsave_buffer(palette=True), PHOTO.pngsave_buffer(interlace=True), PHOTO.bandjoin(255).pngsave_buffer(),
        PHOTO.icc_export(output_profile="cmyk").jpegsave_buffer(Q=95),
        PHOTO.icc_export(output_profile="cmyk").jpegsave_buffer(Q=95, keep="none"),
    ],
)  # fmt: skip
def test_every_kind_of_pixels_is_drawn_in_its_colours(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    drawn = load_picture(str(tmp_path / "a"), 128, 96, where="x")
    own = np.asarray(PHOTO.numpy())
    assert np.abs(drawn[..., :3].astype(int) - own).mean() < 7
