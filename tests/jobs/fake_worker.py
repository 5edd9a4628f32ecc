"""A worker at the other end, as FAKE_WORKER says: it works, waits for a cancel, or drops dead."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from lnl_gui.jobs import protocol
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.messages import Message


def say(message: protocol.JobMessage) -> None:
    sys.stdout.buffer.write(protocol.encode(message))
    sys.stdout.buffer.flush()


def main() -> int:
    how = os.environ["FAKE_WORKER"]
    print("Welcome to this machine", flush=True)
    say(protocol.Ready(1, os.environ["FAKE_VERSION"]))
    start = json.loads(sys.stdin.buffer.readline())
    if start["type"] != "start":
        return 0
    project = Path(start["project"])
    run = project / "runs" / start["run_id"]
    (run / "parts").mkdir(exist_ok=True)
    (run / "parts" / "half.npy").write_bytes(b"half")
    (project / "arrays").mkdir(exist_ok=True)
    (project / "arrays" / "embedding-x.npy").write_bytes(b"made")
    say(protocol.ProgressMessage(Message("thinking"), 1, 2, 1.0, None))
    if how == "drops":
        return 255
    if how == "dies":
        sys.stderr.write("no memory is left\n")
        return 1
    if how == "waits":
        told = json.loads(sys.stdin.buffer.readline() or "{}")
        (project.parent / "told").write_text(told.get("type", "nothing"))
        say(protocol.CancelledMessage())
        return 0
    say(protocol.Log(Message("half way")))
    result: dict[str, Any] = {
        "artifacts": {"embedding": "arrays/embedding-x.npy"},
        "metrics": {"n": 1},
    }
    result["metrics"] |= {
        "model_folder": str(project / "models" / start["run_id"]),
        "variables": {n: v for n, v in os.environ.items() if n in ("LNL_HOST", "LNL_PROCESSES")},
    }
    (run / "result.json").write_text(json.dumps({**result, "inputs": {}}))
    say(RunResult(**result))
    say(protocol.Done())
    return 0


if __name__ == "__main__":
    sys.exit(main())
