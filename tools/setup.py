"""Sets clipmill up in `.venv`: needs Python 3.11 or newer with pip, and nothing else (not even the venv module)."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
SPARE = ROOT / ".setup"
OLDEST = (3, 11)


def main(extra: str) -> None:
    """Make the environment if there is none, and install clipmill with its locked versions into it."""
    if sys.version_info < OLDEST:
        sys.exit(f"clipmill needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12")
    if not python().exists():
        make_environment()
    target = f".[{extra}]" if extra else "."
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", "-e", target]
    run(python(), *install)


def python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def make_environment() -> None:
    """With the standard library where it is whole; some systems split `ensurepip` off, then with virtualenv."""
    print("Setting up .venv …", file=sys.stderr)
    if find_spec("ensurepip"):
        venv.create(VENV, with_pip=True, clear=True)
        return
    run(Path(sys.executable), "-m", "pip", "install", "--quiet", "--target", str(SPARE), "virtualenv")
    make = f"import sys; sys.path.insert(0, {str(SPARE)!r}); import virtualenv; virtualenv.cli_run([{str(VENV)!r}])"
    run(Path(sys.executable), "-c", make)


def run(*command: object) -> None:
    """Run a command in the repository; its failure ends ours."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
