"""The inspection of finished files, on small real videos and on files that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from clipmill.errors import StoreError
from clipmill.media.facts.inspect import inspect
from tests.movies import Movie, first_picture, write_movie

GOOD = Movie()


def inspected(media: Path, movie: Movie = GOOD, *, reference: str = "", frames_into: str = "") -> dict[str, Any]:
    return inspect(
        {"media": str(media), "spec": movie.spec.as_dict(), "reference": reference, "frames_into": frames_into}
    )


def test_everything_about_a_good_file_is_measured(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "good.mp4", GOOD))
    facts = answer["facts"]
    assert (facts["seconds"], facts["frames"], facts["fps"]) == (1.0, 10, 10.0)
    assert (facts["width"], facts["height"], facts["pixel_format"]) == (160, 96, "yuv420p")
    assert (facts["video_codec"], facts["audio_codec"]) == ("h264", "aac")
    assert facts["audio_seconds"] == pytest.approx(1.0, abs=0.05)
    assert facts["size_bytes"] == (tmp_path / "good.mp4").stat().st_size
    assert (facts["black_frames"], facts["drift_percent"]) == (0, -1.0)
    assert (answer["error"], answer["damaged_frames"], answer["missing_frames"]) == ("", 0, 0)
    assert (answer["stills"], answer["audible"]) == ([], True)


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "mute.mp4", GOOD.but(sound="")))
    assert (answer["facts"]["audio_codec"], answer["facts"]["audio_seconds"], answer["audible"]) == ("", 0.0, False)


def test_silence_is_sound_that_is_not_audible(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "silent.mp4", GOOD.but(sound="silence")))
    assert answer["facts"]["audio_seconds"] > 0.9
    assert not answer["audible"]


def test_another_frame_rate_and_pixel_format_are_seen(tmp_path: Path) -> None:
    facts = inspected(write_movie(tmp_path / "odd.mp4", GOOD.but(fps=25, pixel_format="yuv444p")))["facts"]
    assert (facts["fps"], facts["frames"], facts["pixel_format"]) == (25.0, 25, "yuv444p")


def test_ten_bit_pictures_are_looked_at_too(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "deep.mp4", GOOD.but(pixel_format="yuv420p10le", black=((0, 0.5),))))
    assert answer["facts"]["black_frames"] == 5


def test_black_frames_are_counted(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "black.mp4", GOOD.but(black=((0.2, 0.6),))))
    assert answer["facts"]["black_frames"] == 4


def test_a_frozen_span_is_found_with_its_ends(tmp_path: Path) -> None:
    answer = inspected(write_movie(tmp_path / "frozen.mp4", GOOD.but(seconds=2.0, still=((0.5, 1.5),))))
    assert answer["facts"]["longest_still_seconds"] == pytest.approx(1.1, abs=0.11)
    (start, end) = answer["stills"][0]
    assert (start, end) == (pytest.approx(0.5, abs=0.11), pytest.approx(1.5, abs=0.11))


def test_a_file_cut_off_after_its_index_misses_frames(tmp_path: Path) -> None:
    whole = write_movie(tmp_path / "whole.mp4", GOOD.but(seconds=3.0, sound="")).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    answer = inspected(cut, GOOD.but(seconds=3.0))
    assert 0 < answer["facts"]["frames"] < 30
    assert answer["missing_frames"] == 30 - answer["facts"]["frames"]


def test_flipped_bytes_are_damage_or_missing_frames(tmp_path: Path) -> None:
    content = bytearray(write_movie(tmp_path / "bent.mp4", GOOD.but(seconds=3.0, sound="")).read_bytes())
    for place in range(len(content) // 2, len(content), 40):
        content[place] ^= 0xFF
    (tmp_path / "bent.mp4").write_bytes(content)
    answer = inspected(tmp_path / "bent.mp4", GOOD.but(seconds=3.0))
    assert answer["error"] or answer["damaged_frames"] + answer["missing_frames"] > 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "it is empty"), (b"not a video at all\n" * 50, "no MP4"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "no MP4")],
)
def test_what_is_no_video_is_an_answer_and_no_crash(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "odd").write_bytes(content)
    answer = inspected(tmp_path / "odd")
    assert sentence in answer["error"]
    assert answer["facts"]["frames"] == 0


def test_a_playlist_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "list.mp4").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")
    assert "no MP4" in inspected(tmp_path / "list.mp4")["error"]


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    picture = tmp_path / "whole.mp4"
    write_movie(picture, GOOD)
    sound_only(picture, tmp_path / "sound.mp4")
    assert inspected(tmp_path / "sound.mp4")["error"] == "there is no picture in it"


def sound_only(source: Path, target: Path) -> None:
    import av

    with av.open(str(source)) as given, av.open(str(target), "w") as wanted:
        stream = wanted.add_stream_from_template(given.streams.audio[0])
        for packet in given.demux(given.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                wanted.mux(packet)


def test_decoding_stops_far_beyond_what_was_asked(tmp_path: Path) -> None:
    media = write_movie(tmp_path / "long.mp4", GOOD.but(seconds=4.0, fps=30, sound=""))
    answer = inspected(media, GOOD.but(seconds=0.2))
    assert answer["facts"]["frames"] == 2 * 2 + 100
    assert "stopped after 104 frames" in answer["error"]


def test_first_middle_and_last_frame_become_small_pictures_and_the_middle_one_a_smaller(tmp_path: Path) -> None:
    media = write_movie(tmp_path / "wide.mp4", GOOD.but(width=480, height=270, sound=""))
    inspected(media, frames_into=str(tmp_path / "frames"))
    pictures = {path.stem: cv2.imread(str(path)) for path in (tmp_path / "frames").iterdir()}
    small = pictures.pop("thumbnail")
    assert {name: picture.shape for name, picture in pictures.items()} == dict.fromkeys(
        ("first", "middle", "last"), (202, 360, 3)
    )
    assert small.shape == (90, 160, 3)
    assert cv2.absdiff(small, cv2.resize(pictures["middle"], (160, 90), interpolation=cv2.INTER_AREA)).mean() < 5
    assert cv2.absdiff(pictures["first"], pictures["last"]).max() > 50


def test_the_first_frame_drifts_little_from_itself_and_far_from_another_picture(tmp_path: Path) -> None:
    media = write_movie(tmp_path / "good.mp4", GOOD)
    same, other = tmp_path / "same.png", tmp_path / "other.png"
    large = cv2.resize(first_picture(GOOD)[:, :, ::-1], None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    cv2.imwrite(str(same), cv2.copyMakeBorder(large, 90, 90, 0, 0, cv2.BORDER_CONSTANT))
    cv2.imwrite(str(other), np.full((50, 50, 3), 250, np.uint8))
    assert inspected(media, reference=str(same))["facts"]["drift_percent"] < 2
    assert inspected(media, reference=str(other))["facts"]["drift_percent"] > 40


def test_an_unreadable_reference_gives_no_drift(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    media = write_movie(tmp_path / "good.mp4", GOOD)
    assert inspected(media, reference=str(tmp_path / "broken.png"))["facts"]["drift_percent"] == -1.0


def test_frames_that_cannot_be_written_are_the_stores_failure(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    media = write_movie(tmp_path / "good.mp4", GOOD)
    with pytest.raises(StoreError, match="could not be written"):
        inspected(media, frames_into=str(tmp_path / "taken"))
