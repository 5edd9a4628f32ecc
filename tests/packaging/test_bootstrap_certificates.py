"""Every step of the set-up trusts the certificates, and uses the proxies, that one was told."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
from set_up.network import certificates, proxies
from set_up.running import run


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"])
def test_a_file_that_one_tool_trusts_is_trusted_by_all(name: str) -> None:
    found = certificates({name: "/etc/own.pem"})
    tools = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
    assert {tool: found[tool] for tool in tools} == dict.fromkeys(tools, "/etc/own.pem")


def test_what_a_tool_was_told_itself_stays_and_else_the_system_decides() -> None:
    both = {"SSL_CERT_FILE": "/a.pem", "PIP_CERT": "/b.pem", "UV_NATIVE_TLS": "false"}
    assert both.items() <= certificates(both).items()
    assert set(certificates({}).values()) == {"true"}


def test_a_proxy_is_named_in_both_spellings() -> None:
    named = {"HTTPS_PROXY": "http://proxy:8080", "no_proxy": "localhost", "http_proxy": ""}
    assert proxies(named) == {
        "https_proxy": "http://proxy:8080",
        "HTTPS_PROXY": "http://proxy:8080",
        "no_proxy": "localhost",
        "NO_PROXY": "localhost",
    }


def test_where_none_is_named_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows and macOS keep proxies in settings that uv does not read."""
    kept = {"https": "http://kept:3128", "ftp": "http://other:1"}
    monkeypatch.setattr(urllib.request, "getproxies", lambda: kept)
    assert proxies({})["HTTPS_PROXY"] == "http://kept:3128"
    assert proxies({"http_proxy": "http://own:1"}).keys() == {"http_proxy", "HTTP_PROXY"}


def test_a_step_is_given_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CERT", "/own.pem")
    monkeypatch.setenv("https_proxy", "http://proxy:8080")
    code = (
        "import os; e = os.environ; assert e['SSL_CERT_FILE'] == '/own.pem';"
        "assert e['HTTPS_PROXY'] == 'http://proxy:8080'; assert e['MORE'] == 'x'"
    )
    run([sys.executable, "-c", code], folder=tmp_path, MORE="x")
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", code], folder=tmp_path)
