"""What files measure."""

import errno
import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from clipmill.domain.media import MediaKind
from clipmill.errors import MediaError
from clipmill.media.facts.probe import DEMUXERS, probe
from tests.footage import numbered, write_talkie
from tests.rendering import write_tone
from tests.sounds import tone


def sound(path: Path, seconds: float = 0.5) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(16000 * seconds)))
    return path


def video(
    path: Path, frames: int = 5, codec: str = "libx264", turned: int = 0, size: tuple[int, int] = (64, 48),
    aspect: Fraction | None = None,
) -> Path:  # fmt: skip
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(30000, 1001))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv422p10le" if codec == "prores_ks" else "yuv420p"
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if turned:
            stream.set_display_rotation(-turned)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((size[1], size[0], 3), np.uint8))))
        container.mux(stream.encode(None))
    return path


def test_a_video_has_size_and_length(tmp_path: Path) -> None:
    facts = probe(video(tmp_path / "a.mp4"))
    assert (facts.kind, facts.width, facts.height, facts.milliseconds) == (MediaKind.VIDEO, 64, 48, 166)
    assert (facts.fps, facts.rotation, facts.video_codec, facts.audio_codec) == ("30000/1001", 0, "h264", "")
    assert facts.picture_seconds == pytest.approx(5 * 1001 / 30_000, abs=1e-5)
    assert facts.has_video
    assert not facts.has_audio


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_video_measures_as_it_is_shown(tmp_path: Path, turned: int) -> None:
    facts = probe(video(tmp_path / "a.mp4", turned=turned))
    assert (facts.rotation, (facts.width, facts.height)) == (turned, (64, 48) if turned == 180 else (48, 64))


@pytest.mark.parametrize(
    ("coded", "aspect", "shown"),
    [((64, 64), "2/1", (128, 64)), ((64, 64), "1/2", (64, 128)), ((720, 576), "16/11", (1047, 576)),
     ((720, 576), "12/11", (785, 576)), ((720, 480), "10/11", (720, 528)), ((1440, 1080), "4/3", (1920, 1080)),
     ((64, 48), "1/1", (64, 48)), ((64, 48), "201/200", (64, 48)), ((64, 48), "60/1", (64, 48))],
)  # fmt: skip
def test_pixels_that_are_not_square_are_measured_as_they_are_shown(
    tmp_path: Path, coded: tuple[int, int], aspect: str, shown: tuple[int, int]
) -> None:
    facts = probe(video(tmp_path / "a.mp4", frames=1, size=coded, aspect=Fraction(aspect)))
    assert (facts.width, facts.height) == shown


@pytest.mark.parametrize(("name", "codec"), [("a.mov", "mpeg4"), ("a.mkv", "libx264"),
                                              ("a.mov", "prores_ks"), ("a.mkv", "mpeg2video")])  # fmt: skip
def test_every_container_says_how_wide_its_pixels_are(tmp_path: Path, name: str, codec: str) -> None:
    facts = probe(video(tmp_path / name, codec=codec, aspect=Fraction(4, 3)))
    assert (facts.width, facts.height) == (85, 48)


def test_a_turned_video_has_its_wide_pixels_turned(tmp_path: Path) -> None:
    facts = probe(video(tmp_path / "a.mp4", turned=90, aspect=Fraction(2)))
    assert (facts.rotation, facts.width, facts.height) == (90, 48, 128)


def test_a_sound_has_length(tmp_path: Path) -> None:
    facts = probe(sound(tmp_path / "a.wav"))
    assert (facts.kind, facts.milliseconds, facts.has_audio, facts.has_video) == (MediaKind.AUDIO, 500, True, False)
    assert (facts.audio_codec, facts.fps) == ("pcm_s16le", "")


def test_a_cover_picture_makes_no_video_of_a_sound(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        track = container.add_stream("libmp3lame", rate=44100)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        container.mux(cover.encode(None))
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 44100), np.float32), "fltp", "stereo")
        silence.sample_rate = 44100
        container.mux(track.encode(silence))
        container.mux(track.encode(None))
    facts = probe(path)
    assert (facts.has_audio, facts.has_video, facts.width, facts.audio_codec) == (True, False, 0, "mp3")
    assert 1000 <= facts.milliseconds < 1100


def test_a_recording_that_does_not_say_how_long_it_is_is_measured(tmp_path: Path) -> None:
    whole = video(tmp_path / "whole.webm", frames=30, codec="libvpx").read_bytes()
    at = whole.index(b"\x44\x89\x88")  # Duration, a double: made an unknown element of the same size
    (tmp_path / "a.webm").write_bytes(whole[:at] + b"\xec\x89" + whole[at + 2 :])
    assert 950 <= probe(tmp_path / "a.webm").milliseconds <= 1050


def test_a_codec_off_the_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"clip\.mkv has pictures coded as ffv1, which is not read"):
        probe(video(tmp_path / "a.mkv", codec="ffv1"), "clip.mkv")


def test_a_second_that_claims_sixteen_thousand_pixels_a_side_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"16384 × 16 pixels; 1 to 8192 a side"):
        probe(video(tmp_path / "a.mp4", frames=1, size=(16384, 16)), "a.mp4")
    claims = bytearray(video(tmp_path / "b.mp4", codec="mpeg4").read_bytes())
    at = claims.index(b"mp4v") + 28  # VisualSampleEntry: width and height
    claims[at : at + 4] = (16384).to_bytes(2, "big") * 2
    (tmp_path / "b.mp4").write_bytes(claims)
    assert probe(tmp_path / "b.mp4").height == 48  # what the pictures say counts


def test_an_age_of_pictures_is_refused(tmp_path: Path) -> None:
    whole = bytearray(video(tmp_path / "a.mp4").read_bytes())
    for box, number in ((b"mdhd", 20), (b"stts", 16), (b"elst", 12)):  # the track, each frame, what is shown
        at = whole.index(box) + number
        whole[at : at + 4] = (0x7FFFFFFF).to_bytes(4, "big")
    (tmp_path / "a.mp4").write_bytes(whole)
    with pytest.raises(MediaError, match="hours; at most 12"):
        probe(tmp_path / "a.mp4")


@pytest.mark.parametrize("rate", [0, 1, 0x4000BB80])
def test_a_made_up_sample_rate_is_refused(tmp_path: Path, rate: int) -> None:
    whole = bytearray(sound(tmp_path / "a.wav").read_bytes())
    whole[24:28] = rate.to_bytes(4, "little")
    (tmp_path / "a.wav").write_bytes(whole)
    with pytest.raises(MediaError, match=r"samples a second; 4,000 to 384,000|damaged"):
        probe(tmp_path / "a.wav")


def test_a_picture_is_not_probed(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "a.png"), np.zeros((20, 30, 3), np.uint8))
    with pytest.raises(MediaError, match="neither a video nor a sound"):
        probe(tmp_path / "a.png")


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise av.error.PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(av, "open", refused)
    with pytest.raises(MediaError, match=r"a\.wav cannot be read: permission denied"):
        probe(sound(tmp_path / "a.wav"))


@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_other_containers_are_measured(tmp_path: Path, suffix: str) -> None:
    facts = probe(video(tmp_path / f"a{suffix}"))
    assert (facts.suffix, facts.width) == (suffix, 64)
    assert facts.picture_seconds == pytest.approx(5 * 1001 / 30_000, abs=2e-3)


def test_pictures_are_over_before_a_longer_sound_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_talkie(path, [numbered(0)] * 10, 25, tone(0.9))
    facts = probe(path)
    assert facts.milliseconds > 890
    assert facts.picture_seconds == pytest.approx(0.4, abs=1e-6)
    assert probe(write_tone(tmp_path / "a.wav")).picture_seconds == 0


def test_a_cut_video_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(video(tmp_path / "whole.mp4").read_bytes()[:200])
    with pytest.raises(MediaError, match=r"clip\.mp4 is damaged"):
        probe(path, "clip.mp4")


def test_a_playlist_in_the_clothes_of_a_video_is_never_opened(tmp_path: Path) -> None:
    secret = video(tmp_path / "secret.mp4")
    path = tmp_path / "a.mp4"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    with pytest.raises(MediaError, match="neither a picture"):
        probe(path)
    path.write_bytes(b"\0\0\0\x10ftypisom\n#EXTM3U\n" + str(secret).encode())
    with pytest.raises(MediaError, match="damaged"):
        probe(path)


def test_no_demuxer_that_opens_other_files_is_allowed() -> None:
    allowed = {name for names in DEMUXERS.values() for name in names.split(",")}
    assert allowed.isdisjoint({"hls", "concat", "dash", "sdp", "lavfi", "image2", "tty"})
