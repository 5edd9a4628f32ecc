"""What is said where an optional package is not installed."""

import sys

import pytest

from lnl_gui.util.extras import package_hint, package_missing, repair_hint
from lnl_gui.util.messages import message


def test_the_error_names_purpose_packages_extra_and_code() -> None:
    error = package_missing(message("Work on {place}", place="a cluster"), "ray, optuna", "cluster")
    assert str(error.message) == "Work on a cluster needs what is not installed: ray, optuna."
    assert str(error.hint) == "Install it: pip install 'lnl-gui[cluster]'."
    assert error.code == "package_missing" and not error.retryable
    assert package_missing(message("It"), "s3fs", "remote", code="no_remote").code == "no_remote"


def test_the_application_has_no_pip_to_install_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    hint = str(package_missing(message("It"), "ray", "cluster").hint)
    assert hint.startswith("The application cannot be extended.")
    assert "LNL from Python" in hint and hint.endswith("pip install 'lnl-gui[cluster]'.")


def test_a_package_of_no_extra_comes_with_lnl_where_the_application_cannot_take_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert str(package_hint("cleanlab")) == "Install it: pip install cleanlab."
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    hint = str(package_hint("cleanlab"))
    assert hint.startswith("The application cannot be extended.")
    assert hint.endswith("pip install lnl-gui cleanlab.")


def test_what_the_application_needs_comes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    command = message("pip install numpy")
    assert repair_hint(command) == command
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "pip" not in str(repair_hint(command)) and "again" in str(repair_hint(command))
