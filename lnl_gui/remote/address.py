"""What a URL is that may be read, and kept in a project.

A `Path` made from a URL has lost one slash ("s3:/bucket/a"); everything here understands both
spellings, so that a dataset's source stays what it is everywhere: one path.
"""

import ipaddress
import os
import re
from pathlib import Path, PurePath
from urllib.parse import parse_qsl, quote, urlsplit

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message

SCHEMES = ("s3", "gs", "az", "https", "http", "sftp")
WEB = ("https", "http")
_URL = re.compile(rf"({'|'.join(SCHEMES)}):/{{1,2}}(?=[^/])", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SECRET_NAMES = frozenset(
    (
        *("sig", "signature", "token", "access_token", "auth", "authorization", "key", "api_key"),
        *("apikey", "access_key", "secret", "password", "pwd", "awsaccesskeyid", "googleaccessid"),
        *("policy", "key-pair-id", "se", "sp", "sv", "skoid"),
    )
)
"""Parts of a query that open what they lead to: signatures of S3, GCS, Azure and CloudFront."""
_SECRET_BEGINNINGS = ("x-amz-", "x-goog-")


def remote_url(source: "str | os.PathLike[str]") -> str | None:
    """The URL that a text or a path stands for; None for anything else."""
    text = source.as_posix() if isinstance(source, PurePath) else os.fspath(source).strip()
    found = _URL.match(text)
    if found is None:
        return None
    return f"{found[1].lower()}://{text[found.end() :]}"


def source_text(source: Path) -> str:
    """A source as parameters hold it: the URL with both its slashes, or the path."""
    return remote_url(source) or str(source)


def checked_url(url: str) -> str:
    """The URL, if it may be read and written down.

    Raises:
        UserError: when it holds a password or a signature, or goes unprotected over the network.
    """
    problem = problem_of(url)
    if problem:
        raise UserError(
            message("`{url}`: {reason}.", url=without_secrets(url), reason=problem),
            message(
                "Give the plain URL. Who may read it is settled by the provider's own means: the"
                " environment, ~/.aws, gcloud, az login, the SSH agent."
            ),
            code="url_refused",
        )
    return url


def problem_of(url: str) -> Message:
    """Why a URL is not read or kept; `NOTHING` for one that is."""
    try:
        parts = urlsplit(url)
        user, password, host = parts.username, parts.password, parts.hostname
    except ValueError:
        return message("no valid URL")
    if _CONTROL.search(url) or not host:
        return message("no valid URL")
    if password is not None or (user is not None and parts.scheme != "sftp"):
        return message("it holds a user's name or password, which would be written down")
    # Of a key in a store a question mark is a letter like any other.
    if _has_secret(parts.query) or _has_secret(parts.fragment):
        return message("it is signed or holds a key, which would be written down")
    if parts.scheme == "http" and not _is_loopback(host):
        return message("http is neither secret nor proof against changes: use https")
    return NOTHING


def without_secrets(url: str) -> str:
    """The URL as it may be shown and logged: without user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.partition("?")[0].rpartition("@")[2]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def joined(url: str, relative: str) -> str:
    """The URL of something below another; names are quoted where they are on the web."""
    below = quote(relative) if is_web(url) else relative
    return f"{url.rstrip('/')}/{below}"


def folder_of(url: str) -> str:
    """The URL of what holds an object."""
    return url.partition("?")[0].rpartition("/")[0] if is_web(url) else url.rpartition("/")[0]


def is_web(url: str) -> bool:
    """Whether a URL is of a web server, which tells nothing of what lies beside it."""
    return url.startswith(("https://", "http://"))


def host_of(url: str) -> str:
    """The bucket or server of a URL, with its scheme."""
    return "/".join(without_secrets(url).split("/")[:3])


def scheme_of(url: str) -> str:
    """The scheme of a URL."""
    return url.partition(":")[0]


def name_of(source: Path) -> str:
    """What the thing at a source is called: the last part of a path or URL."""
    url = remote_url(source)
    if url is None:
        return source.name
    rest = url.partition("://")[2]
    path = rest.partition("?")[0] if is_web(url) else rest
    return path.rstrip("/").rpartition("/")[2]


def _has_secret(query: str) -> bool:
    names = [name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)]
    return any(name in _SECRET_NAMES or name.startswith(_SECRET_BEGINNINGS) for name in names)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
