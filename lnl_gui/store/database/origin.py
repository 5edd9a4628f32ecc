"""Whether a project was made, or has been met before, by this person on this machine.

Each person has a secret of their own in the settings' folder. A project that carries the secret's
signature of its id is known; any other comes from elsewhere and is announced before anything in it
is written. Signatures of several people stand side by side in one header.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import settings_folder

_FILE = "signature-key"
_KEY = "known_to:"
"""How keys of the header begin under which signatures stand."""


def is_known(header: Mapping[str, str]) -> bool:
    """Whether this person has made the project of a header, or was told of it before."""
    expected = signature(header.get("uuid", ""))
    return bool(expected) and all(
        hmac.compare_digest(header.get(key, ""), value) for key, value in expected.items()
    )


def signature(uuid: str) -> dict[str, str]:
    """What makes the project of an id known to this person, for its header.

    Empty where there is no place for the secret: the project is then announced each time.
    """
    secret = _secret()
    if secret is None:
        return {}
    name = hashlib.sha256(secret).hexdigest()[:16]
    found = hmac.new(secret, uuid.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return {f"{_KEY}{name}": found.hexdigest()}


def announcement(folder: Path, root: str) -> Message:
    """What a person is told of a project from elsewhere, whose images are in `root`."""
    return message(
        "{folder} was made on another machine, by another person, or by an earlier LNL. Its images"
        " are read from {root}. Nothing outside its folder is written because of what is in it.",
        folder=folder,
        root=root,
    )


def _secret() -> bytes | None:
    file = settings_folder() / _FILE
    try:
        found = file.read_bytes()
        if len(found) >= 32:
            return found
    except FileNotFoundError:
        pass
    except OSError:
        return None
    try:
        made = secrets.token_hex(32).encode("ascii")
        with atomic_file(file) as stream:
            stream.write(made)
        return made
    except OSError:
        return None
