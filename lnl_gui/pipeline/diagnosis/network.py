"""Certificates and proxies that downloads use. Nothing is sent."""

import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from lnl_gui.pipeline.diagnosis.finding import MISSING, Diagnosis
from lnl_gui.pipeline.diagnosis.versions import installed
from lnl_gui.util.messages import Message, message

_FILES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def check_network() -> Iterator[Diagnosis]:
    """Whose certificates are trusted, and through which proxies downloads go."""
    yield Diagnosis(
        "network",
        "certificates",
        message(
            "those the operating system trusts (truststore {version}, {library})",
            version=installed("truststore") or "?",
            library=ssl.OPENSSL_VERSION,
        ),
    )
    for name in _FILES:
        if place := os.environ.get(name):
            yield _named(name, Path(place))
    proxies = getproxies()
    for kind, address in sorted(proxies.items()):
        yield Diagnosis("network", f"{kind} proxy", Message(without_password(address)))
    if not proxies:
        yield Diagnosis("network", "proxies", message("none"))


def _named(variable: str, place: Path) -> Diagnosis:
    if place.exists():
        return Diagnosis("network", variable, Message(str(place)))
    hint = message("Unset {name}, or name a file that is there.", name=variable)
    text = message("{place} does not exist", place=place)
    return Diagnosis("network", variable, text, MISSING, hint)


def without_password(address: str) -> str:
    """The address of a proxy as it may be shown and sent to somebody."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address
    return parts._replace(netloc=f"***@{parts.netloc.rpartition('@')[2]}").geturl()
