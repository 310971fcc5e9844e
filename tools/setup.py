"""Sets clipmill up in `.venv`: needs Python 3.11 or newer with pip, and nothing else (not even the venv module).

`compat` sets up `.compat` instead: clients of others in an environment of their own, which needs Node.js, too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
SPARE = ROOT / ".setup"
COMPAT = ROOT / ".compat"
OLDEST = (3, 11)


def main(extra: str) -> None:
    """Make the environment if there is none, and install clipmill with its locked versions into it."""
    if sys.version_info < OLDEST:
        sys.exit(f"clipmill needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12")
    if extra == "compat":
        make_compat()
        return
    make_environment(VENV)
    target = f".[{extra}]" if extra else "."
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt", "-e", target]
    run(python(VENV), *install)


def make_compat() -> None:
    """The clients of others: those in Python, and those for Node.js in `node_modules` beside them."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("make compat needs Node.js with npm: some of the clients are written for it.")
    make_environment(COMPAT)
    run(python(COMPAT), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "tools/compat.txt")
    shutil.copyfile(ROOT / "tools" / "compat.json", COMPAT / "package.json")
    run(npm, "install", "--prefix", COMPAT, "--no-audit", "--no-fund", "--loglevel", "error", "--ignore-scripts")


def python(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def make_environment(folder: Path) -> None:
    """Where there is none: with the standard library where it is whole; some systems split `ensurepip` off, then with
    virtualenv."""
    if python(folder).exists():
        return
    print(f"Setting up {folder.name} …", file=sys.stderr)
    if find_spec("ensurepip"):
        venv.create(folder, with_pip=True, clear=True)
        return
    run(Path(sys.executable), "-m", "pip", "install", "--quiet", "--target", str(SPARE), "virtualenv")
    make = f"import sys; sys.path.insert(0, {str(SPARE)!r}); import virtualenv; virtualenv.cli_run([{str(folder)!r}])"
    run(Path(sys.executable), "-c", make)


def run(*command: object) -> None:
    """Run a command in the repository; its failure ends ours."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
