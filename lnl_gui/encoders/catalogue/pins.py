"""Weights are pinned on first use: what they were then is what they must be ever after.

Hashes of published weights are not known beforehand for every model that can be named. The first
file that is used under a name is written down in the user's settings, with its hash and revision;
another one is refused. Settings survive when the cache, where the weights lie, is deleted.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock

from lnl_gui.encoders.catalogue.bundled import file_sha256
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import settings_folder
from lnl_gui.util.typed import read_typed

CHANGED = "weights_changed"
"""Code of the error where weights are not those that were used before."""


@dataclass(frozen=True)
class Pin:
    """What is known of the weights that were first used under a name."""

    sha256: str
    revision: str = ""
    """commit of the repository they came from; empty where the server did not say"""
    size: int = -1
    time_ns: int = -1
    """bytes and time of change of the file whose hash was last taken: it need not be read again"""


def pins_file() -> Path:
    """Where the pins are written down."""
    return settings_folder() / "weights.json"


def known_pin(name: str) -> Pin | None:
    """What was first used under a name (an address without its revision); None before any use."""
    return _read().get(name)


def check_pin(name: str, file: Path, *, title: Message | str, revision: str = "") -> None:
    """Refuse a file that is not what was first used under its name; pin it at its first use.

    Args:
        name: an address without its revision.
        file: complete weights.
        title: the encoder's name for messages.
        revision: the commit they come from, where that is known.

    Raises:
        UserError: `weights_changed`, or the pins themselves are damaged.
        OSError: when the file cannot be read.
    """
    known = known_pin(name)
    state = file.stat()
    size, time_ns = state.st_size, state.st_mtime_ns
    if known is not None and (known.size, known.time_ns) == (size, time_ns):
        return
    found = file_sha256(file)
    if known is None:
        _write(name, Pin(found, revision, size, time_ns))
    elif found == known.sha256:
        _write(name, replace(known, size=size, time_ns=time_ns))
    else:
        raise changed_error(file, title)


def changed_error(file: Path, title: Message | str) -> UserError:
    """The weights in `file`, or those that came to be there, are not those of the first use."""
    return UserError(
        message(
            "The weights of {title} are not those that were used before: {file} is another file.",
            title=title,
            file=file,
        ),
        message(
            "Do not use them unless you know why. If they were published anew, remove the file and"
            " their entry in {pins}; embeddings made before do not go with them.",
            pins=pins_file(),
        ),
        code=CHANGED,
    )


def _read() -> dict[str, Pin]:
    try:
        return read_typed(pins_file(), dict[str, Pin], unknown_fields=True)
    except FileNotFoundError:
        return {}
    except UserError as error:
        raise UserError(
            error.message,
            message("Put a copy that is whole in its place, or remove it to trust anew."),
            code=error.code,
        ) from error


def _write(name: str, pin: Pin) -> None:
    file = pins_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Read again under the lock: another process may have pinned other weights meanwhile.
        with FileLock(f"{file}.lock"):
            pins = {key: asdict(value) for key, value in _read().items()}
            write_json(file, pins | {name: asdict(pin)})
    except OSError as error:
        # A home that is write-protected keeps nobody from working.
        logger.warning("the weights of %s could not be pinned: %s", name, error)
    logger.info("weights of %s: SHA-256 %s, revision %s", name, pin.sha256, pin.revision or "?")
