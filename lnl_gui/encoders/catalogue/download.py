"""Download of weights from the Hugging Face hub or a plain URL: resumable, cancellable, atomic.

A file already in the hub's own cache is used where it lies. Everything else goes to the
application's cache, first as a `.part` beside its final name.
"""

import hashlib
import json
import os
import re
import shutil
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any

import truststore
from filelock import FileLock, Timeout

from lnl_gui.encoders.catalogue.pins import check_pin, known_pin
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.progress import Progress, no_progress

TIMEOUT_SECONDS = 10.0
"""Longest silence of the network before it counts as gone."""
ATTEMPTS = 3
"""Tries in a row that a connection may break, each going on where the last one ended."""
# 256 KB: a cancel is obeyed within one chunk.
_CHUNK = 1 << 18
_NEWEST = "main"
_HUB = "https://huggingface.co"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class _Version:
    """What the server says of a file: its tag, and the commit of its repository."""

    etag: str
    revision: str


@dataclass(frozen=True)
class Remote:
    """A published file: `filename` of a hub repository, or of a plain `url`.

    `older` is the name to try where the repository has no `filename`; `revision` the commit it is
    taken from, and `sha256` what its bytes must give, "" where that is not known: it is then what
    they gave at their first use (`pins`), and the server's own word only shows damage on the way.
    """

    repository: str
    filename: str
    url: str = ""
    older: str = ""
    revision: str = _NEWEST
    sha256: str = ""

    @property
    def address(self) -> str:
        """URL it is downloaded from; `HF_ENDPOINT` names a mirror of the hub."""
        if self.url:
            return self.url
        hub = os.environ.get("HF_ENDPOINT", _HUB).rstrip("/")
        return f"{hub}/{self.repository}/resolve/{self.revision}/{self.filename}"

    @property
    def name(self) -> str:
        """What it is pinned under, whichever mirror and revision it comes from."""
        return self.url or f"{self.repository}/{self.filename}"

    @property
    def target(self) -> Path:
        """Path in the application's cache."""
        # Plain addresses may share a file name; the hash keeps them apart.
        owner = self.repository or hashlib.sha256(self.url.encode()).hexdigest()[:16]
        folder = cache_folder() / "encoders" / "weights" / owner.replace("/", "--")
        return folder / Path(self.filename).name


class _NotFound(UserError):
    """The server has no such file."""


class _Interrupted(Exception):
    """The connection broke; what came so far is kept."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects and keeps the hub's own headers, which its storage does not repeat."""

    def __init__(self) -> None:
        self.linked_etag = ""
        self.commit = ""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        self.linked_etag = self.linked_etag or headers.get("X-Linked-ETag", "")
        self.commit = self.commit or headers.get("X-Repo-Commit", "")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def timm_remote(repository: str) -> Remote:
    """The weights of one of timm's repositories on the hub."""
    return Remote(repository, "model.safetensors", older="pytorch_model.bin")


def open_clip_remote(repository: str) -> Remote:
    """The weights of one of open_clip's repositories on the hub."""
    return Remote(repository, "open_clip_model.safetensors", older="open_clip_pytorch_model.bin")


def find(remote: Remote) -> Path | None:
    """Find the file if it was downloaded before, by this application or by the hub's own tools."""
    if remote.target.is_file():
        return remote.target
    if remote.older:
        found = find(_older(remote))
        if found is not None:
            return found
    if not remote.repository:
        return None
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 - bundled ones need no hub

    cached = try_to_load_from_cache(remote.repository, remote.filename)
    return Path(cached) if isinstance(cached, str) else None


def fetch(remote: Remote, *, title: Message | str, progress: Progress = no_progress) -> Path:
    """Download the file unless it is here already, and return its path.

    Args:
        remote: which file.
        title: the encoder's name for messages.
        progress: called with finished and total bytes; may raise `Cancelled`, and what came so
            far is kept for the next call.

    Raises:
        UserError: `no_network`, `download_failed`, `download_running`, `weights_changed` where
            they are not what they were at their first use, or a full disk.
        Cancelled: from `progress`.
    """
    found = find(remote)
    if found is not None:
        _hold_to_pin(remote, found, title)
        return found
    try:
        remote.target.parent.mkdir(parents=True, exist_ok=True)
        # Two processes appending to one part would damage it; waiting would look like a hang.
        with FileLock(f"{remote.target}.lock", timeout=0):
            _download(remote, title, progress)
    except _NotFound:
        # A file that is pinned is not replaced by one of which nothing is known.
        if not remote.older or remote.sha256:
            raise
        return fetch(_older(remote), title=title, progress=progress)
    except Timeout:
        raise UserError(
            message("The weights of {title} are being downloaded by another process.", title=title),
            message("Wait for it to finish."),
            code="download_running",
            retryable=True,
        ) from None
    except OSError as error:
        raise as_user_error(
            error, message("download the weights of {title}", title=title)
        ) from error
    return remote.target


def _hold_to_pin(remote: Remote, found: Path, title: Message | str) -> None:
    """Weights that are here already must be what they were at their first use."""
    # The hub's own tools lay files under the name that was found, be it the older one.
    name = remote.name if found.name == Path(remote.filename).name else _older(remote).name
    try:
        check_pin(name, found, title=title)
    except OSError as error:
        raise as_user_error(error, message("read the weights of {title}", title=title)) from error


def _older(remote: Remote) -> Remote:
    return replace(remote, filename=remote.older, older="")


def _download(remote: Remote, title: Message | str, progress: Progress) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise _no_network(remote, title, message("HF_HUB_OFFLINE is set"))
    part = remote.target.with_name(f"{remote.target.name}.part")
    pin = known_pin(remote.name)
    if pin is not None and pin.revision and remote.revision == _NEWEST:
        # What was published since is other weights under the same name.
        remote = replace(remote, revision=pin.revision)
    for attempt in range(1, ATTEMPTS + 1):
        before = _size(part)
        try:
            version = _receive(remote, part, title, progress)
            break
        except _Interrupted as error:
            # Going on makes sense only while something comes; being offline must show at once.
            if attempt == ATTEMPTS or _size(part) <= before:
                raise _no_network(remote, title, error.reason) from error
    _check(part, version.etag, remote, title)
    try:
        check_pin(remote.name, part, title=title, revision=version.revision)
    except UserError:
        part.unlink()
        _etag_file(part).unlink(missing_ok=True)
        raise
    # Only a checked file gets the final name, which everything else takes as whole.
    part.replace(remote.target)
    _etag_file(part).unlink(missing_ok=True)


def _receive(remote: Remote, part: Path, title: Message | str, progress: Progress) -> _Version:
    """Append what is missing to `part`; returns what the server calls it."""
    have = _size(part)
    response, version = _open(remote, have, title)
    etag = version.etag
    with response:
        # The server sent all of it again, or the file has changed since: a mixture of both would be
        # damaged.
        if have and (response.status != 206 or etag != _known_etag(part)):
            part.unlink()
            if response.status == 206:
                return _receive(remote, part, title, progress)
            have = 0
        write_json(_etag_file(part), {"etag": etag})
        total = have + int(response.headers.get("Content-Length") or 0)
        _check_space(part, total - have, title)
        with part.open("ab") as stream:
            _copy(response, stream, have, total, progress)
    return version


def _copy(response: Any, stream: IO[bytes], done: int, total: int, progress: Progress) -> None:
    progress(done, total)
    while chunk := _read(response):
        stream.write(chunk)
        done += len(chunk)
        progress(done, max(total, done))
    if done < total:
        raise _Interrupted(message("the connection broke"))


def _read(response: Any) -> bytes:
    try:
        return response.read(_CHUNK)
    except (OSError, HTTPException) as error:
        raise _Interrupted(Message(str(error) or type(error).__name__)) from error


def _open(remote: Remote, have: int, title: Message | str) -> tuple[Any, _Version]:
    """The response from byte `have` on, and what names the file's version."""
    request = urllib.request.Request(remote.address, headers={"User-Agent": "lnl-gui"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    token = os.environ.get("HF_TOKEN")
    if token and remote.repository and _is_token_host(remote.address):
        # Unredirected: the storage behind the hub must not see the token.
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    redirects = _Redirects()
    # The system's certificates: company networks often sign with their own.
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    opener = urllib.request.build_opener(redirects, urllib.request.HTTPSHandler(context=context))
    try:
        response = opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(remote, title, error) from error
    except (OSError, HTTPException) as error:
        raise _Interrupted(Message(str(getattr(error, "reason", error)))) from error
    etag = redirects.linked_etag or response.headers.get("X-Linked-ETag", "")
    etag = (etag or response.headers.get("ETag", "")).removeprefix("W/").strip('"')
    commit = redirects.commit or response.headers.get("X-Repo-Commit", "")
    # It becomes part of an address.
    return response, _Version(etag, commit if _COMMIT.fullmatch(commit) else "")


def _is_token_host(address: str) -> bool:
    """Whether an address is of the host that HF_TOKEN belongs to, and nobody listens on the way.

    A mirror that wants the token too is named by `LNL_HF_TOKEN_HOST`: it is not the hub.
    """
    found = urllib.parse.urlsplit(address)
    own = (urllib.parse.urlsplit(_HUB).hostname, os.environ.get("LNL_HF_TOKEN_HOST") or None)
    secure = found.scheme == "https" or found.hostname in ("localhost", "127.0.0.1")
    return secure and found.hostname is not None and found.hostname in own


def _check(part: Path, etag: str, remote: Remote, title: Message | str) -> None:
    """By the hash that is written down, or else by the tag of large files on the hub."""
    expected = remote.sha256 or etag
    if not _SHA256.fullmatch(expected):
        return
    with part.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() == expected:
            return
    part.unlink()
    if remote.sha256:
        raise UserError(
            message("The weights of {title} are not those that are known.", title=title),
            message("Do not use them: the server or the network has given another file."),
            code="download_failed",
        )
    raise UserError(
        message("The weights of {title} arrived damaged.", title=title),
        message("Try again, or {by_hand}", by_hand=_by_hand(remote)),
        code="download_failed",
        retryable=True,
    )


def _check_space(part: Path, missing: int, title: Message | str) -> None:
    free = shutil.disk_usage(part.parent).free
    if missing > free:
        raise UserError(
            message(
                "The weights of {title} need {needed}, and the disk of {parent} has {free} left.",
                title=title,
                needed=megabytes(missing),
                parent=part.parent,
                free=megabytes(free),
            ),
            message("Free some space, or set LNL_HOME to a folder on another disk."),
            code="disk_full",
        )


def _no_network(remote: Remote, title: Message | str, reason: Message) -> UserError:
    return UserError(
        message(
            "The weights of {title} cannot be downloaded: {reason}.", title=title, reason=reason
        ),
        message(
            "Connect to the network and try again, use the bundled encoder, or {by_hand}",
            by_hand=_by_hand(remote),
        ),
        code="no_network",
        retryable=True,
    )


def _refused(remote: Remote, title: Message | str, error: urllib.error.HTTPError) -> UserError:
    answered = message(
        "the server answered {code} {reason}", code=error.code, reason=str(error.reason)
    )
    kind = _NotFound if error.code == 404 else UserError
    return kind(
        message(
            "The weights of {title} cannot be downloaded from {address}: {why}.",
            title=title,
            address=remote.address,
            why=_REFUSALS.get(error.code, answered),
        ),
        message("If a browser can reach it, {by_hand}", by_hand=_by_hand(remote)),
        code="download_failed",
        # Too many requests and errors of the server pass; a refusal does not.
        retryable=error.code >= 429,
    )


_REFUSALS = {
    401: message("it asks for a login: set HF_TOKEN to your access token"),
    403: message("access is forbidden: accept the model's terms on its page and set HF_TOKEN"),
    404: message("there is no such file"),
    429: message("too many requests: wait a while"),
}


def _by_hand(remote: Remote) -> Message:
    return message(
        "download {address} on any computer, copy the file here and choose it as"
        " weights file (--weights FILE).",
        address=remote.address,
    )


def megabytes(size: int) -> Message:
    """A size for people: `88 MB`, `4.5 GB`."""
    if size >= 1e9:
        return message("{size:.1f} GB", size=size / 1e9)
    return message("{size} MB", size=max(1, round(size / 1e6)))


def _etag_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _known_etag(part: Path) -> str | None:
    try:
        return read_json(_etag_file(part))["etag"]
    except (OSError, json.JSONDecodeError, KeyError):
        return None


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0
