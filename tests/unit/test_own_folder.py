import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clipmill.own_folder import OwnFolder

#: A process that makes a folder with a file in it, tells its name, and waits.
OWNER = """
import sys
from pathlib import Path
from clipmill.own_folder import OwnFolder
own = OwnFolder(Path(sys.argv[1]))
(own.path / "entry").write_text("made")
print(own.path, flush=True)
sys.stdin.read()
"""


def _owner(within: Path) -> tuple[subprocess.Popen[str], Path]:
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(within)], stdin=pipe, stdout=pipe, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_nothing_is_made_before_it_is_asked_for(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "desks")
    own.close()
    assert not (tmp_path / "desks").exists()


def test_it_is_one_folder_until_it_is_closed_and_then_nothing(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "desks")
    path = own.path
    (path / "entry").write_text("made")
    assert own.path == path
    assert path.parent == tmp_path / "desks"
    own.close()
    own.close()
    assert list((tmp_path / "desks").iterdir()) == []
    assert own.path != path
    own.close()


def test_it_goes_with_whoever_had_it(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path)
    assert own.path.is_dir()
    del own
    assert list(tmp_path.iterdir()) == []


def test_it_goes_with_its_process(tmp_path: Path) -> None:
    process, path = _owner(tmp_path)
    assert path.is_dir()
    process.communicate("")
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next_and_a_living_ones_is_not(tmp_path: Path) -> None:
    (dead, left), (living, kept) = _owner(tmp_path), _owner(tmp_path)
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    assert (left / "entry").exists()
    own = OwnFolder(tmp_path)
    assert own.path.is_dir()
    assert not left.exists()
    assert (kept / "entry").read_text() == "made"
    assert len(list(tmp_path.glob("*.lock"))) == 2
    living.communicate("")
    own.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_lock_is_left_over_too(tmp_path: Path) -> None:
    (tmp_path / "old" / "deep").mkdir(parents=True)
    own = OwnFolder(tmp_path)
    assert own.path.is_dir()
    assert not (tmp_path / "old").exists()
    own.close()


def test_what_lies_beyond_a_link_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    within = tmp_path / "desks"
    within.mkdir()
    for name in ("linked", "free"):
        (within / name).symlink_to(tmp_path / "mine")
    (within / "free.lock").touch()
    (within / "other.lock").symlink_to(tmp_path / "mine" / "letter")
    own = OwnFolder(within)
    assert own.path.is_dir()
    assert (tmp_path / "mine" / "letter").exists()
    own.close()


def test_a_lock_that_somebody_took_for_a_dead_ones_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, taken = fcntl.flock, []

    def late(handle: object, how: int) -> None:
        if not taken:
            taken.extend(tmp_path.glob("*.lock"))
            taken[0].unlink()
        real(handle, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", late)
    own = OwnFolder(tmp_path)
    assert [own.path.with_suffix(".lock")] == list(tmp_path.glob("*.lock")) != taken
    own.close()


def test_where_a_file_lies_that_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "desks").touch()
    with pytest.raises(OSError, match="exists"):
        _ = OwnFolder(tmp_path / "desks").path
