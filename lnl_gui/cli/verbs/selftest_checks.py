"""What `lnl-gui selftest` tries, each in a process of its own as a person or the window would."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lnl_gui.cli.verb_table import VERBS
from lnl_gui.jobs import protocol
from lnl_gui.jobs.launch import worker_command, worker_environment
from lnl_gui.remote.address import SCHEMES
from lnl_gui.remote.stores import EXTRA, import_reader
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER
from lnl_gui.store.project import SUFFIX, is_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import CACHE_VARIABLE
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.process.program import is_frozen, program_command
from lnl_gui.util.translation import ENGLISH, load_language

Check = Callable[[Path], Message]
"""Tries one thing in a folder and says what was seen; raises `Failed`, or whatever breaks."""
PATIENCE_SECONDS = 900
_BUNDLED = (BUNDLED_ENCODER, "bundled-fast")
FOUND_AT_LEAST = 0.8
"""Share of the demo's wrong labels that are found on every machine; usually it is .98."""
_WORDS_SHOWN = 300


class Failed(Exception):
    """Something does not work.

    Args:
        reason: what was seen.
    """

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


def check_translations(_folder: Path) -> Message:
    """The German catalogue is there and says something else than the English texts.

    Raises:
        Failed: when it does not.
    """
    said = VERBS["demo"].template
    german = load_language("de").text(said)
    if german == ENGLISH.text(said):
        raise Failed(message("the German texts are missing"))
    return message("German: {text}", text=german)


def check_weights(_folder: Path) -> Message:
    """The weights of both bundled encoders are on this machine.

    Raises:
        Failed: naming those that are not.
    """
    here = {e["name"] for e in _json(["encoders", "--json"]) if not e["download_bytes"]}
    absent = [name for name in _BUNDLED if name not in here]
    if absent:
        raise Failed(message("not here: {names}", names=", ".join(absent)))
    return message("here: {names}", names=", ".join(_BUNDLED))


def check_worker(folder: Path) -> Message:
    """The window's worker starts and a job goes through it: the demo's dataset and project.

    Raises:
        Failed: with what the job said, or when the worker ended without a word.
    """
    program, arguments = worker_command()
    start = protocol.Start("demo", str(_project(folder)), "", {"project": str(_project(folder))})
    with subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | worker_environment(),
        creationflags=no_console(),
    ) as process:
        # A worker that hangs is ended, so that reading from it ends too.
        timer = threading.Timer(PATIENCE_SECONDS, process.kill)
        timer.start()
        try:
            said = _last_message(process, start)
        finally:
            timer.cancel()
            process.kill()
    if not isinstance(said, protocol.Done):
        reason = said.message if isinstance(said, protocol.ErrorMessage) else Message(repr(said))
        raise Failed(reason)
    return message("a job went through it")


def _last_message(
    process: subprocess.Popen[bytes], start: protocol.Start
) -> protocol.JobMessage | None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(protocol.encode(start))
    process.stdin.flush()
    for line in process.stdout:
        said = protocol.decode(line)
        if isinstance(said, protocol.Done | protocol.ErrorMessage):
            return said
    return None


def check_demo(folder: Path) -> Message:
    """The demo finds the wrong labels, trains and counts.

    Raises:
        Failed: when it finds too few of them.
    """
    found = _json(
        ["demo", "--headless", "--folder", str(folder), "--json"],
        {CACHE_VARIABLE: str(_cache(folder))},
    )
    wrong, flagged = found["wrong_labels"], found["wrong_labels_flagged"]
    if flagged < FOUND_AT_LEAST * wrong:
        raise Failed(message("{found} of {wrong} wrong labels found", found=flagged, wrong=wrong))
    return message(
        "{found} of {wrong} wrong labels found, {alarms} false alarms",
        found=flagged,
        wrong=wrong,
        alarms=found["right_labels_flagged"],
    )


def check_thumbnails(folder: Path) -> Message:
    """Computing embeddings made thumbnails.

    Raises:
        Failed: when it made none.
    """
    made = sum(file.is_file() for file in (_cache(folder) / "thumbnails").rglob("*"))
    if not made:
        raise Failed(message("none were made"))
    return message("{count} made", count=made)


def check_onnx(folder: Path) -> Message:
    """The demo's model is written as ONNX and checked against the live one.

    Raises:
        Failed: when there is no file.
    """
    target = folder / "model"
    _run(["model", str(_project(folder)), "export", str(target), "--format", "onnx"])
    written = sorted(target.rglob("*.onnx"))
    if not written:
        raise Failed(message("no file was written"))
    return message("{file}, {bytes} bytes", file=written[0].name, bytes=written[0].stat().st_size)


def check_export(folder: Path) -> Message:
    """The project opens and its curated dataset is written.

    Raises:
        Failed: when images are missing.
    """
    target = folder / "curated"
    _run(["export", str(_project(folder)), str(target), "--accept-suggestions"])
    images = [file for file in target.rglob("*.png") if file.is_file()]
    if not images:
        raise Failed(message("no image was written"))
    return message("{count} images written", count=len(images))


def check_stores(_folder: Path) -> Message:
    """What reads URLs can be loaded: all of it in the application, else what is installed.

    Raises:
        Failed: in the application, naming the first scheme that cannot be read.
    """
    readable = []
    for scheme in SCHEMES:
        try:
            import_reader(scheme)
        except UserError as error:
            if is_frozen():
                raise Failed(error.message) from error
        else:
            readable.append(scheme)
    if not readable:
        return message("URLs are not read: the extra {extra} is not installed", extra=EXTRA)
    return message("read: {names}", names=", ".join(readable))


def check_platform(_folder: Path) -> Message:
    """Qt comes up on its platform.

    Raises:
        Failed: with what Qt says.
    """
    lines = _run(["platform"], _without_display()).splitlines()
    if len(lines) < 3:
        raise Failed(message("Qt did not come up"))
    return message("Qt {version} on {platform}", version=lines[0], platform=lines[2])


def check_window(folder: Path) -> Message:
    """The window opens the demo's project and paints it.

    Raises:
        Failed: when the picture is empty.
    """
    from PIL import Image

    picture = folder / "window.png"
    if not is_project(_project(folder)):
        raise Failed(message("there is no project to open"))
    _run(["picture", str(_project(folder)), str(picture)], {CACHE_VARIABLE: str(_cache(folder))})
    with Image.open(picture) as opened:
        colours = opened.convert("RGB").resize((200, 200)).getcolors(maxcolors=40_000) or []
    if len(colours) < 50:
        raise Failed(message("the window stayed empty"))
    return message("painted: {file}", file=picture.name)


CHECKS: dict[str, Check] = {
    "translations": check_translations,
    "weights": check_weights,
    "worker": check_worker,
    "demo": check_demo,
    "thumbnails": check_thumbnails,
    "onnx": check_onnx,
    "export": check_export,
    "stores": check_stores,
    "platform": check_platform,
    "window": check_window,
}
"""In their order: later ones use the demo's project."""


def _cache(folder: Path) -> Path:
    """A cache of the selftest's own: in the user's lies what was made on another day."""
    return folder / "cache"


def _project(folder: Path) -> Path:
    return folder / f"digits{SUFFIX}"


def _without_display() -> dict[str, str]:
    """Variables with which Qt needs no display where there is none."""
    here = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return {} if here or os.name == "nt" else {"QT_QPA_PLATFORM": "offscreen"}


def _json(arguments: Sequence[str], more: dict[str, str] | None = None) -> Any:
    """What a verb prints with `--json`."""
    return json.loads(_run(arguments, more).splitlines()[-1])


def _run(arguments: Sequence[str], more: dict[str, str] | None = None) -> str:
    """Standard output of this program.

    Raises:
        Failed: with the end of what it said, when it ends with anything but 0.
    """
    done = subprocess.run(
        [*program_command(), *arguments],
        env={**os.environ, **(more or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE_SECONDS,
        check=False,
        creationflags=no_console(),
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()[-_WORDS_SHOWN:]
        raise Failed(message("exit code {code}: {said}", code=done.returncode, said=said))
    return done.stdout
