"""Sound as encoders take it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.context import Flags

from clipmill.domain.files.formats import Shape
from clipmill.media.draw.planes import Planes
from clipmill.media.write.formats import open_writer
from clipmill.media.write.sound import AAC, AAC_CONFIG, OPUS, PCM, configure, encode_sound, sound_frames


def _tone(samples: int) -> np.ndarray:
    return np.tile(np.sin(np.arange(samples, dtype=np.float32) / 20) * 0.4, (2, 1))


def test_the_sound_is_as_long_as_it_was_given(tmp_path: Path) -> None:
    with open_writer(tmp_path / "v.mp4", "mp4", Shape(width=64, height=48), encode_sound([_tone(19_200)])) as writer:
        writer.write(Planes(64, 48))
    with av.open(str(tmp_path / "v.mp4")) as container:
        audio = container.streams.audio[0]
        assert audio.duration == 19_200
        assert audio.time_base is not None
        assert 1 / audio.time_base == 48_000
        loud = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(loud[:, 2000:18_000]).max() == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("block", [1, 999, 1024, 5000])
def test_the_length_of_blocks_leaves_no_trace(block: int) -> None:
    tone = _tone(5000)
    cut = [tone[:, begin : begin + block] for begin in range(0, 5000, block)]
    assert encode_sound(cut).packets == encode_sound([tone]).packets


def test_frames_have_the_encoders_size_but_for_the_last() -> None:
    frames = list(sound_frames([_tone(700), _tone(1800)], AAC, 960))
    assert [frame.samples for frame in frames] == [960, 960, 580]
    assert [frame.pts for frame in frames] == [0, 960, 1920]


def test_samples_lie_as_the_encoder_wants_them() -> None:
    both = np.array([[0.5, -1.5, 0.0], [0.25, 2.0, 0.0]], np.float32)
    (plain,) = sound_frames([both], PCM, 3)
    assert plain.to_ndarray().tolist() == [[16384, 8192, -32768, 32767, 0, 0]]
    (mixed,) = sound_frames([both], OPUS, 3)
    assert mixed.to_ndarray().tolist() == [[0.5, 0.25, -1.5, 2.0, 0.0, 0.0]]


def test_what_sound_weighs_is_what_its_packets_weigh() -> None:
    sound = encode_sound([_tone(48_000)])
    assert sound.nbytes == sum(len(data) for data, _, _ in sound.packets)
    assert 5_000 < sound.nbytes < 20_000


def test_aac_is_what_files_say_it_is() -> None:
    encoder = av.CodecContext.create("aac", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    configure(encoder, AAC, AAC.bit_rate)
    encoder.flags |= Flags.global_header
    encoder.open()
    assert bytes(encoder.extradata or b"") == AAC_CONFIG
