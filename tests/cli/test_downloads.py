"""A download is announced before it starts, and asked about where somebody can answer."""

import io
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli import downloads
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.encoders.catalogue import download
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters
from lnl_gui.util.errors import UserError
from tests.encoders.catalogue.test_download import Hub, hub  # noqa: F401 - a fixture


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    return folder


@pytest.fixture(autouse=True)
def nothing_downloaded(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights but those of this test; tests share the folder of converted encoders."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(own_home / "hub"))
    monkeypatch.setattr(download, "cache_folder", lambda: tmp_path / "cache")


def answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(downloads, "can_ask", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))


def embed(project: Path, *options: str) -> int:
    return main(["embed", str(project), "--encoder", "resnet-50", *options])


def test_a_no_downloads_nothing(
    project: Path,
    hub: Hub,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answering(monkeypatch, "")
    assert embed(project) == 3
    assert "ResNet-50 (resnet-50), 102 MB" in capsys.readouterr().err
    assert hub.requests == []


@pytest.mark.parametrize("options", [["--yes"], []], ids=["yes", "question"])
def test_a_yes_downloads(
    project: Path,
    hub: Hub,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
) -> None:
    answering(monkeypatch, "y")
    # The stub's bytes are no weights, which is said after the download.
    assert embed(project, *options) == 3
    assert hub.requests
    assert "102 MB" in capsys.readouterr().err


def test_a_script_is_told_and_goes_on(
    project: Path,
    hub: Hub,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(downloads, "can_ask", lambda: False)
    assert embed(project) == 3
    assert hub.requests
    assert "weights to download: ResNet-50" in capsys.readouterr().err


def test_a_script_can_forbid_it(
    project: Path,
    hub: Hub,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert embed(project, "--no-download") == 3
    assert "102 MB" in capsys.readouterr().err
    assert hub.requests == []


def test_a_job_that_may_not_download_says_what_is_missing(
    project: Path,
    hub: Hub,  # noqa: F811
) -> None:
    parameters = EmbedParameters(encoders=("bundled", "resnet-50"), allow_download=False)
    with Session.open(project) as session, pytest.raises(UserError, match="ResNet-50") as raised:
        run_job(session, parameters, quiet=True)
    assert raised.value.code == "download_needed"
    assert hub.requests == []


def test_the_bundled_encoder_asks_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "confirmed", None)
    monkeypatch.setattr(downloads, "can_ask", lambda: True)
    assert main(["embed", str(project), "--encoder", "bundled-fast", "--no-download"]) == 0


def test_a_recipe_that_brings_its_own_network_is_announced_too(
    project: Path,
    hub: Hub,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["finetune", str(project), "--recipe", "resnet18", "--no-download"]
    assert main(command) == 3
    assert "timm:resnet18), 47 MB" in capsys.readouterr().err
    assert hub.requests == []
