"""The stores that URLs lie in, one open for each process and host."""

import functools
import getpass
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lnl_gui.remote.address import checked_url, is_web, scheme_of
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.requests import repeated
from lnl_gui.util.extras import package_missing
from lnl_gui.util.messages import message

EXTRA = "remote"
"""Name of the optional part of the package that reads URLs."""
_CONNECT, _READ = 10, 60
"""Seconds that are waited for a connection, and for more of an answer."""
CONNECTIONS = 16
"""Requests at once: a store answers each late, and many as fast as one."""
_FRESH = {"use_listings_cache": False}
"""What has been listed is remembered by `known`, on disk and for a while."""
_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs", "sftp": "paramiko"}


@dataclass
class Store:
    """An open store; `files` is an fsspec file system."""

    files: Any
    one_at_a_time: bool = False
    """SFTP speaks over one connection, whose requests would mix."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def turn(self) -> Iterator[Any]:
        """The file system, for one request."""
        guard: AbstractContextManager[Any] = self._lock if self.one_at_a_time else nullcontext()
        with guard:
            if self.one_at_a_time:
                _connect_again(self.files)
            yield self.files


def _connect_again(files: Any) -> None:
    """Servers end connections that were idle for a while."""
    transport = files.client.get_transport()
    if transport is None or not transport.is_active():
        files._connect()


def store_of(url: str) -> tuple[Store, str]:
    """The store of a URL, and the path of the object in it.

    Raises:
        UserError: when the URL is refused, or the package that reads it is missing.
    """
    checked_url(url)
    parts = urlsplit(url)
    scheme = scheme_of(url)
    place = parts.netloc if scheme == "sftp" else ""
    return _store(scheme, place, os.getpid()), path_in_store(url)


def path_in_store(url: str) -> str:
    """How fsspec calls an object: the whole URL on the web, a path on a server, else bucket/key."""
    if is_web(url):
        return url
    rest = url.partition("://")[2]
    return f"/{rest.partition('/')[2]}" if scheme_of(url) == "sftp" else rest


def same_store(one: str, other: str) -> bool:
    """Whether an object can be copied from one URL to the other without passing through here."""
    return scheme_of(one) == scheme_of(other) and scheme_of(one) in ("s3", "gs", "az")


def import_reader(scheme: str) -> Callable[..., Any]:
    """The class of fsspec's file system for a scheme, with all that it imports.

    Args:
        scheme: one of `address.SCHEMES`.

    Raises:
        UserError: when a package that reads it is missing.
    """
    try:
        import fsspec  # noqa: PLC0415  only who reads URLs pays for it

        found: Callable[..., Any] = fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        purpose = message("Reading {scheme}://", scheme=scheme)
        name = error.name or _PACKAGES.get(scheme, "aiohttp")
        raise package_missing(purpose, name, EXTRA, code="no_remote") from error
    return found


@functools.cache
def _store(scheme: str, place: str, process: int) -> Store:
    # By process: a forked child may not use its parent's connections.
    made = import_reader(scheme)
    options = _OPTIONS[scheme](place)
    make = partial(made, skip_instance_cache=True, **options)
    # This one alone connects at once.
    files = repeated(make) if scheme == "sftp" else make()
    if hasattr(files, "retries"):
        files.retries = 1  # failures are repeated, and told, by `requests` alone
    return Store(files, one_at_a_time=scheme == "sftp")


def _s3(place: str) -> dict[str, Any]:
    # Endpoint, region and credentials come from the environment and ~/.aws, as boto has them.
    return _FRESH | {
        # More would ask for the length before each object, which is known.
        "max_concurrency": 1,
        "config_kwargs": {
            "connect_timeout": _CONNECT,
            "read_timeout": _READ,
            "max_pool_connections": 2 * CONNECTIONS,
            "retries": {"max_attempts": 0},
        },
    }


def _web(place: str) -> dict[str, Any]:
    import aiohttp  # noqa: PLC0415

    waits = aiohttp.ClientTimeout(total=None, connect=_CONNECT, sock_read=_READ)
    return {"client_kwargs": {"timeout": waits, "trust_env": True}, **_FRESH}


def _azure(place: str) -> dict[str, Any]:
    account = os.environ.get("AZURE_STORAGE_ACCOUNT_NAME", "")
    signed_in = not any(
        os.environ.get(f"AZURE_STORAGE_{name}")
        for name in ("CONNECTION_STRING", "ACCOUNT_KEY", "SAS_TOKEN")
    )
    # Without a key in the environment, whoever `az login` or the machine's identity says.
    known = {"account_name": account, "anon": False} if account and signed_in else {}
    return {**_FRESH, **known}


def _sftp(place: str) -> dict[str, Any]:
    parts = urlsplit(f"sftp://{place}")
    return {
        "host": parts.hostname or "",
        "port": parts.port or 22,
        "username": parts.username or getpass.getuser(),
        "timeout": _CONNECT,
        "host_key_policy": _known_hosts_only(),
    }


def _known_hosts_only() -> Any:
    """Servers that `ssh` knows: fsspec by itself would believe any that answers."""
    import paramiko  # noqa: PLC0415

    class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # it has no types
        def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:
            known = paramiko.HostKeys()
            with suppress(OSError):
                known.load(str(Path.home() / ".ssh" / "known_hosts"))
            if not known.check(hostname, key):
                raise RemoteError(
                    message(
                        "the server `{host}` is not known here: connect once with ssh, which asks"
                        " whether it is the right one",
                        host=hostname,
                    )
                )

    return KnownHosts()


_OPTIONS: dict[str, Callable[[str], dict[str, Any]]] = {
    "s3": _s3,
    "gs": lambda place: dict(_FRESH),
    "az": _azure,
    "https": _web,
    "http": _web,
    "sftp": _sftp,
}
