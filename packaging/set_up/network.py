"""Certificates and proxies: what one tool was told is passed on to every step."""

import os
import urllib.error
import urllib.request
from collections.abc import Mapping

CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
"""Each tool reads another one: Python and uv, pip, requests."""
SYSTEM_STORE = ("UV_SYSTEM_CERTS", "UV_NATIVE_TLS")
"""New and old name by which uv takes the system's certificates."""
PROXIES = ("http", "https", "all", "no")
PATIENCE_SECONDS = 10


def certificates(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables by which pip, uv and Python all trust what one of them was told to trust.

    Without any of them uv takes the system's certificates, as pip does by itself.

    Args:
        environment: of this process.
    """
    named = next((environment[name] for name in CERTIFICATES if environment.get(name)), "")
    trusted = {name: environment.get(name) or named for name in CERTIFICATES if named}
    chosen = next((environment[name] for name in SYSTEM_STORE if environment.get(name)), "true")
    return trusted | dict.fromkeys(SYSTEM_STORE, chosen)


def proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables by which every step uses the proxies that were named, in both spellings.

    Where none is named Windows and macOS have them in their own settings, which pip reads and uv
    does not.

    Args:
        environment: of this process.
    """
    named = {kind: environment.get(f"{kind}_proxy") for kind in PROXIES}
    named = {kind: named[kind] or environment.get(f"{kind}_proxy".upper()) for kind in PROXIES}
    if not any(named.values()):
        named = dict(urllib.request.getproxies())
    found = {f"{kind}_proxy": named[kind] for kind in PROXIES if named.get(kind)}
    # apt, curl and Python read small letters, uv and many others capital ones.
    return {name: str(value) for name, value in found.items()} | {
        name.upper(): str(value) for name, value in found.items()
    }


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """All that the steps are given of the network."""
    return certificates(environment) | proxies(environment)


def why_not_reachable(address: str) -> str:
    """Why a page cannot be read, "" where it can; by the proxies and certificates of this run."""
    os.environ.update(passed_on(os.environ))
    request = urllib.request.Request(address, headers={"User-Agent": "lnl-gui set-up"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return "" if answer.status == 200 else f"it answers {answer.status}"
    except (OSError, ValueError, urllib.error.URLError) as error:
        return str(getattr(error, "reason", "") or error) or type(error).__name__
