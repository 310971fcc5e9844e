"""A process that has loaded what a command loads, and forks for each command: one costs milliseconds instead of a second.

    python -m tests.hostile.zygote

reads one JSON object a line: `folder` to be in, `arguments`, `environment` to add; answers with the number of the new
process, and when that has ended with its status, the processor seconds of all of it, and the most memory it held itself.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
from pathlib import Path

#: What one command loads or another.
_LOADED = ("clipmill.cli.main", "clipmill.cli.check", "clipmill.cli.run", "clipmill.cli.render", "clipmill.cli.preview",
           "clipmill.cli.fonts", "clipmill.cli.doctor", "clipmill.app", "clipmill.store.database", "clipmill.pipeline.worker",
           "clipmill.engines.render.engine", "clipmill.templates.folder", "clipmill.intake.source", "alembic.command", "clipmill.media.workers.crew",
           "clipmill.media.workers.solo", "clipmill.verify.suite", "clipmill.cli.status", "clipmill.media.facts.prober")  # fmt: skip
#: No command takes more address space than this: a test that goes wrong does not take the machine along.
_MOST_BYTES = 6 * 1024**3


def main() -> None:
    """Serve until the pipe is closed."""
    for name in _LOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        told = json.loads(line)
        process = os.fork()
        if not process:
            _become(told)
        print(process, file=answers, flush=True)
        _, status, used = os.wait4(process, 0)
        peak = Path(told["folder"], "peak")
        print(json.dumps({
            "code": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime,
            "peak": int(peak.read_text()) if peak.exists() else 0,
        }), file=answers, flush=True)  # fmt: skip


def _become(told: dict[str, object]) -> None:
    """The command, in its folder, with a session of its own."""
    os.setsid()
    os.chdir(str(told["folder"]))
    os.environ.update(told["environment"])  # type: ignore[call-overload]
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    for number, name in ((0, os.devnull), (1, "stdout"), (2, "stderr")):
        handle = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = ["clipmill", *told["arguments"]]  # type: ignore[misc]
    from clipmill.cli.main import main as command

    try:
        command()
    finally:
        state = Path("/proc/self/status").read_text()
        Path("peak").write_text(state.split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    main()
