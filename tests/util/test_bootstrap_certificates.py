"""Every step of the set-up trusts the certificates that one of its tools was told to trust."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "packaging" / "bootstrap.py"


def bootstrap() -> ModuleType:
    specification = importlib.util.spec_from_file_location("bootstrap_of_packaging", FILE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"])
def test_a_file_that_one_tool_trusts_is_trusted_by_all(name: str) -> None:
    found = bootstrap().certificates({name: "/etc/own.pem"})
    tools = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
    assert {tool: found[tool] for tool in tools} == dict.fromkeys(tools, "/etc/own.pem")


def test_what_a_tool_was_told_itself_stays_and_else_the_system_decides() -> None:
    both = {"SSL_CERT_FILE": "/a.pem", "PIP_CERT": "/b.pem", "UV_NATIVE_TLS": "false"}
    assert both.items() <= bootstrap().certificates(both).items()
    assert bootstrap().certificates({}) == {"UV_NATIVE_TLS": "true"}
